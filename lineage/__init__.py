"""From a document to a graph: the record, the readers, the engines and the verdicts of Lineage.

>>> import lineage, queries                                             # doctest: +SKIP
>>> with lineage.open("lineage.sqlite") as handle:                      # doctest: +SKIP
...     handle.revision, handle.to_networkx().number_of_nodes()
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.opening import Opened


def open(  # noqa: A001 - what people expect it to be called
    url: str | Path,
    *,
    engine: str = "csr",
    tenant: str = "default",
    create: bool = False,
    namespace: str = "local",
) -> Opened:
    """Open an installation by its database's URL, or by the path of an SQLite file.

    The handle has ``revision``, ``to_networkx`` and ``close``, and is a context manager; questions
    are asked with ``queries.ask(handle, question)``. With ``create`` a missing database is made.
    ``engine`` is ``csr`` (in this process), ``reference``, or ``neo4j``, which takes its settings
    (``LINEAGE_NEO4J_URL``, ...) from the environment.
    Raises DatabaseMissingError, DatabaseUnreachableError, SchemaOldError, TenantUnknownError,
    SettingInvalidError (no such engine, or one that lacks a setting).
    """
    from lineage.opening import engine_type, open_database, url_of

    return open_database(
        url_of(url), engine=engine_type(engine), tenant=tenant, create=create, namespace=namespace
    )
