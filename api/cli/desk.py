"""The administrator's desk: the record without an engine, and a note in the trail of each act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.cli.opening import chosen, failing

if TYPE_CHECKING:
    from api.settings import Settings
    from lineage.record.audit import Deed
    from lineage.record.store import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An open record, the tenant that was chosen, who sits here, and the settings."""

    record: Record
    settings: Settings
    tenant: str
    who: str

    def deed(self, operation: str) -> Deed:
        """What is done here, for its row of the trail: it is written with what is changed."""
        from api.version import release
        from lineage.record.audit import Deed

        return Deed(who=self.who, operation=operation, client=f"lineage {release()}")

    def note(self, operation: str, *, about: str = "") -> None:
        """Add to the trail what was done to something that the record does not hold."""
        from lineage.record.audit import Trail

        Trail(self.record.session).add([self.deed(operation).entry(self.tenant, about=about)])


@contextmanager
def administered(db: str | None) -> Iterator[Desk]:
    """The desk of a command; an expected failure ends the program with its code."""
    import getpass

    from api.wiring import open_record

    with failing():
        settings = chosen(db)
        record = open_record(settings)
        try:
            yield Desk(
                record=record, settings=settings, tenant=settings.tenant, who=getpass.getuser()
            )  # fmt: skip
        finally:
            record.close()
