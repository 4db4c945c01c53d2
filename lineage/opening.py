"""Opening an installation: the record, its views, an engine and the catalogues, put together once.

``lineage.open`` is this for people; the service and the command line are built on the same.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from lineage import flow
from lineage.errors import (
    DatabaseMissingError,
    DatabaseUnreachableError,
    LineageError,
    SettingInvalidError,
)
from lineage.graph import engines
from lineage.graph.catalogue.catalogues import Catalogues, ViewCatalogues
from lineage.graph.engine import Engine
from lineage.graph.multigraph import assembly_graph, everywhere_graph, occurrence_graph
from lineage.model.revision import At, Revision, Scope
from lineage.record import schema
from lineage.record.past import Past
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tenant import Tenants
from lineage.record.view import View, Views
from lineage.record.views import RecordViews

if TYPE_CHECKING:
    import networkx as nx

ENGINE = "csr"
_PREFIX = "LINEAGE_"
EngineType = Callable[[Views], Engine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An opened installation: a context manager that closes its record and its engine.

    Questions are asked of it from above (``queries.ask``). Safe to share between threads.
    """

    record: Record
    views: Views
    engine: Engine
    past: Past
    catalogues: Catalogues
    tenant: str = "default"

    @property
    def revision(self) -> int:
        """The number of the newest revision; what other programs write is seen."""
        return self.head.number

    @property
    def head(self) -> Revision:
        """The newest revision."""
        return self.record.head(self.tenant)

    def at(
        self, *, as_of: int | None = None, scope: str = "default", stream: str | None = None
    ) -> At:
        """Where to ask, pinned to a revision (None: the newest one)."""
        number = self.revision if as_of is None else as_of
        return At(tenant=self.tenant, revision=number, scope=Scope(scope), stream=stream)

    def view(
        self, *, as_of: int | None = None, scope: str = "default", stream: str | None = None
    ) -> View:
        """Everything that is claimed, united; RevisionUnknownError, StreamInvalidError."""
        return self.views.view(self.at(as_of=as_of, scope=scope, stream=stream))

    def to_networkx(
        self,
        *,
        assembly: str | None = None,
        occurrences: bool = False,
        properties: tuple[str, ...] = (),
        as_of: int | None = None,
        scope: str = "default",
        stream: str | None = None,
    ) -> nx.MultiDiGraph[Any]:
        """A graph for networkx, edges pointing upstream, with kinds, names and requirements.

        Of three: components and the edges that hold everywhere; with ``assembly`` (its key) the
        members of that one and the edges that hold in it; with ``occurrences`` the whole graph,
        in which nothing is reached that is not so (see ``lineage.graph.multigraph``).
        ``properties`` names properties whose first value becomes an attribute of the node.
        Raises RevisionUnknownError, StreamInvalidError, KeyUnknownError (no such assembly),
        ValueError where both are asked for.
        """
        if assembly is not None and occurrences:
            raise ValueError("say assembly or occurrences, not both")
        view = self.view(as_of=as_of, scope=scope, stream=stream)
        if assembly is not None:
            return assembly_graph(view, assembly, properties)
        if occurrences:
            return occurrence_graph(view, properties)
        return everywhere_graph(view, properties)

    def close(self) -> None:
        """Close the engine and the record; nothing can be asked after it."""
        try:
            self.engine.close()
        finally:
            self.record.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(
    url: str,
    *,
    engine: EngineType,
    tenant: str = "default",
    create: bool = False,
    namespace: str = "local",
) -> Opened:
    """The installation at a database's URL, opened; close it when done.

    With ``create`` a missing database is made, with that namespace and the public pack. Raises
    DatabaseMissingError, DatabaseUnreachableError, SchemaOldError, SchemaUnknownError,
    TenantUnknownError.
    """
    with reachable():
        fresh = create and is_missing(url)
    record = open_record(url, create=create, namespace=namespace)
    try:
        Tenants(record.session).require(tenant)
        if fresh:
            flow.load_pack(record, principal="lineage init")
        views = RecordViews(record)
        made = engine(views)
        return Opened(
            record=record,
            views=views,
            engine=made,
            past=record.past(),
            catalogues=ViewCatalogues(views, made),
            tenant=tenant,
        )
    except BaseException:
        record.close()
        raise


def open_record(url: str, *, create: bool = False, namespace: str = "local") -> Record:
    """The record alone, for work that asks no questions; raises what ``open_database`` raises."""
    with reachable():
        if not create and is_missing(url):
            raise DatabaseMissingError(place=_file(url) or "that address")
        return Record.open(url, create=create, namespace=namespace)


def is_missing(url: str) -> bool:
    """Whether there is no database yet: no file, or nothing in it."""
    file = _file(url)
    if file is not None and not file.exists():
        return True
    session = Session(url)
    try:
        return schema.current(session) == "none"
    finally:
        session.close()


def url_of(place: str | Path) -> str:
    """The URL of a database; a plain path is an SQLite file."""
    text = str(place)
    return text if "://" in text else f"sqlite:///{text}"


def engine_names() -> tuple[str, ...]:
    """The engines there are: modules of ``lineage.graph.engines`` with an ENGINE."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(engines.__path__)))


def engine_type(name: str, given: Mapping[str, str] | None = None) -> EngineType:
    """What makes the engine of that name; SettingInvalidError where there is none.

    ``given`` are settings by name (``neo4j_url``), those of the environment where it is None; an
    engine that needs some takes them, and the default engine beside it.
    """
    if name not in engine_names():
        reason = f"'{name}' is no engine; known: {', '.join(engine_names())}"
        raise SettingInvalidError(name="LINEAGE_ENGINE", reason=reason)
    module = import_module(f"{engines.__name__}.{name}")
    if not hasattr(module, "configured"):
        plain: EngineType = module.ENGINE
        return plain

    def made(views: Views) -> Engine:
        told = environment() if given is None else given
        found: Engine = module.configured(views, aside=engine_type(ENGINE)(views), given=told)
        return found

    return made


def environment() -> dict[str, str]:
    """The settings of the environment, by name: ``LINEAGE_NEO4J_URL`` is ``neo4j_url``."""
    return {
        name.removeprefix(_PREFIX).lower(): text
        for name, text in os.environ.items()
        if name.startswith(_PREFIX)
    }


@contextmanager
def reachable() -> Iterator[None]:
    """Turns what a driver raises into DatabaseUnreachableError, without its stack trace."""
    try:
        yield
    except LineageError:
        raise
    except Exception as error:  # noqa: BLE001 - each driver has failures of its own
        told = str(getattr(error, "orig", None) or error)  # the server's words, not the driver's
        reason = told.strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise DatabaseUnreachableError(reason=reason) from None


def _file(url: str) -> Path | None:
    head, _, tail = url.partition(":///")
    return Path(tail) if head.startswith("sqlite") and tail else None
