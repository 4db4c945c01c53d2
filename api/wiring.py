"""Wiring: the one place where a record, its views, an engine and the write path come together."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from api.house import House
from api.security.principal import local
from api.settings import Settings
from lineage import flow
from lineage.errors import LineageError, SettingInvalidError
from lineage.graph import engines
from lineage.graph.catalogue.catalogues import ViewCatalogues
from lineage.record import schema
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tenant import Tenants
from lineage.record.views import RecordViews
from queries.question import Handle


class DatabaseMissingError(LineageError):
    """There is no database at {place}: `lineage init` makes one, so does `lineage ingest`."""

    code = "DATABASE_MISSING"


class DatabaseUnreachableError(LineageError):
    """The database cannot be opened: {reason}."""

    code = "DATABASE_UNREACHABLE"


def open_house(settings: Settings, *, create: bool = False) -> House:
    """The opened house; close its record when done.

    With ``create`` a missing database is made, with its namespace and the public pack. Raises
    DatabaseMissingError, DatabaseUnreachableError, SchemaOldError, SettingInvalidError,
    TenantUnknownError.
    """
    engine_type = _engine(settings.engine)
    fresh = _is_fresh(settings, create=create)
    record = open_record(settings, create=create)
    try:
        Tenants(record.session).require(settings.tenant)
        if fresh:
            flow.load_pack(record, principal="lineage init")
        views = RecordViews(record)
        engine = engine_type(views)
    except BaseException:
        record.close()
        raise
    return House(
        settings=settings,
        record=record,
        handle=Handle(
            views=views,
            engine=engine,
            past=record.past(),
            catalogues=ViewCatalogues(views, engine),
        ),
        principal=local(settings.tenant),
    )


def open_record(settings: Settings, *, create: bool = False) -> Record:
    """The record alone, for work that asks no questions; raises what ``open_house`` raises."""
    with _reachable():
        if not create and is_missing(settings):
            raise DatabaseMissingError(place=settings.file or "that address")
        return Record.open(settings.url, create=create, namespace=settings.namespace)


def _is_fresh(settings: Settings, *, create: bool) -> bool:
    with _reachable():
        return create and is_missing(settings)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except LineageError:
        raise
    except Exception as error:  # noqa: BLE001 - each driver has failures of its own
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise DatabaseUnreachableError(reason=reason) from None


def is_missing(settings: Settings) -> bool:
    """Whether there is no database yet: no file, or nothing in it."""
    if settings.file is not None and not settings.file.exists():
        return True
    session = Session(settings.url)
    try:
        return schema.current(session) == "none"
    finally:
        session.close()


def engine_names() -> tuple[str, ...]:
    """The engines there are: modules of ``lineage.graph.engines`` with an ENGINE."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(engines.__path__)))


def _engine(name: str) -> Callable[..., Any]:
    if name not in engine_names():
        reason = f"'{name}' is no engine; known: {', '.join(engine_names())}"
        raise SettingInvalidError(name="LINEAGE_ENGINE", reason=reason)
    found: Callable[..., Any] = import_module(f"{engines.__name__}.{name}").ENGINE
    return found
