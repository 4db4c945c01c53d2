"""Row-level security on PostgreSQL: a row is seen by its tenant, public rows by everybody.

The program says at the beginning of each transaction which tenant it works for (the setting
``lineage.tenant``). The owner of the tables is not bound by policies (``lineage db``, ``copy`` and
``doctor`` see everything); a role that owns nothing is. Steps of the schema call ``protect`` for
every table they make.
"""

from __future__ import annotations

from alembic import op

_NAMED = "current_setting('lineage.tenant', true)"
_OWN = f"tenant = (SELECT id FROM tenant WHERE name = {_NAMED})"  # noqa: S608 - no values in it
SEEN, OWN = "seen", "own"


def protect(*tables: str) -> None:
    """Policies for tables with a column ``tenant``; nothing where the database has none."""
    for table in tables:
        _protect(table, "tenant IN (SELECT id FROM tenant)", _OWN)


def protect_tenants() -> None:
    """Policies for the table of tenants itself."""
    _protect("tenant", f"name IN ({_NAMED}, 'public')", f"name = {_NAMED}")


def protect_tokens() -> None:
    """Policies for tokens: a tenant's own, and the one whose id a client has just named."""
    _protect("token", f"{_OWN} OR id = current_setting('lineage.token', true)", _OWN)


def protect_hooks() -> None:
    """Policies for hooks: a tenant's own, and the one whose id a delivery has just named."""
    _protect("hook", f"{_OWN} OR id = current_setting('lineage.hook', true)", _OWN)


def protect_inbox() -> None:
    """Policies for the inbox: a tenant's own, and all of it for those who work it off."""
    all_of_it = "current_setting('lineage.inbox', true) = 'on'"
    _protect("inbox", f"{_OWN} OR {all_of_it}", f"{_OWN} OR {all_of_it}")


def take(*tables: str) -> None:
    """Take tables for changes that readers must not see half of, ``tenant`` first.

    A reader's transaction begins at ``tenant``: who comes later waits there and holds nothing, so
    that nobody waits for what the other has.
    """
    if _postgresql():
        listed = ", ".join(("tenant", "submission", *sorted({*tables} - {"tenant", "submission"})))
        op.execute(f"LOCK TABLE {listed} IN ACCESS EXCLUSIVE MODE")


def expose(*tables: str) -> None:
    """Take the policies away again."""
    if not _postgresql():
        return
    for table in tables:
        op.execute(f"DROP POLICY {table}_{SEEN} ON {table}")
        op.execute(f"DROP POLICY {table}_{OWN} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _protect(table: str, seen: str, own: str) -> None:
    if not _postgresql():
        return
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_{SEEN} ON {table} FOR SELECT USING ({seen})")
    op.execute(f"CREATE POLICY {table}_{OWN} ON {table} FOR ALL USING ({own}) WITH CHECK ({own})")


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
