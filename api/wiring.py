"""Wiring: the house that the service and the command line answer from, out of their settings."""

from __future__ import annotations

from api.engine import chosen_engine
from api.house import House
from api.security.principal import local
from api.settings import Settings
from lineage import opening
from lineage.record.store import Record
from queries.question import Handle


def open_house(settings: Settings, *, create: bool = False) -> House:
    """The opened house; close it when done.

    With ``create`` a missing database is made, with its namespace and the public pack. Raises
    DatabaseMissingError, DatabaseUnreachableError, SchemaOldError, SettingInvalidError,
    TenantUnknownError.
    """
    opened = opening.open_database(
        settings.url,
        engine=chosen_engine(settings),
        tenant=settings.tenant,
        create=create,
        namespace=settings.namespace,
    )
    handle = Handle(
        views=opened.views, engine=opened.engine, past=opened.past, catalogues=opened.catalogues
    )
    return House(
        settings=settings,
        record=opened.record,
        handle=handle,
        principal=local(settings.tenant),
    )


def open_record(settings: Settings, *, create: bool = False) -> Record:
    """The record alone, for work that asks no questions; raises what ``open_house`` raises."""
    return opening.open_record(settings.url, create=create, namespace=settings.namespace)


def is_missing(settings: Settings) -> bool:
    """Whether there is no database yet: no file, or nothing in it."""
    return opening.is_missing(settings.url)
