"""A role that owns no table sees the rows of the tenant it works for, and the public ones."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from lineage.errors import HookUnknownError, KeyUnknownError, TokenRefusedError
from lineage.record import schema
from lineage.record.arrival import Arrival
from lineage.record.audit import Deed, Entry, Trail
from lineage.record.hook import Hooks, new_number
from lineage.record.inbox import Inbox
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tables import METADATA
from lineage.record.tenant import Tenants
from lineage.record.token import Right, Tokens
from tests.record.estates import submission

pytestmark = pytest.mark.postgresql
ROLE, PASSWORD = "lineage_app_for_tests", "only-for-tests"


@pytest.fixture
def owner(postgresql_url: str) -> Iterator[Record]:
    with Record.open(postgresql_url, create=True) as opened:
        yield opened


@pytest.fixture
def app_url(owner: Record, postgresql_url: str) -> Iterator[str]:
    """The URL of a second role, with the rights that docs/how-to/scale.md names."""
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        connection.execute(f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {ROLE}")
        connection.execute(f"REVOKE INSERT, UPDATE ON installation, alembic_version FROM {ROLE}")
        connection.execute(f"REVOKE UPDATE ON audit FROM {ROLE}")
    url = make_url(postgresql_url).set(username=ROLE, password=PASSWORD)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")


def fill(owner: Record) -> None:
    tenants = Tenants(owner.session)
    for tenant in ("alpha", "bravo"):
        tenants.add(tenant)
        owner.append(submission("one", {1: 0, 2: 0}, tenant=tenant))
    owner.append(submission("pack", {7: 0}, tenant="public", stream="pack"))


def test_every_table_of_tenants_is_protected(owner: Record) -> None:
    assert schema.check(owner.session) == ()
    with owner.session.writer.begin() as connection:
        connection.exec_driver_sql("DROP POLICY slot_seen ON slot")
        connection.exec_driver_sql("ALTER TABLE holding DISABLE ROW LEVEL SECURITY")
    told = " ".join(schema.check(owner.session))
    assert "table slot does not keep tenants apart" in told
    assert "table holding does not" in told
    assert "table stream" not in told


def test_every_policy_asks_whose_a_row_is(owner: Record) -> None:
    """What is written has to be the tenant's own, in every table that has tenants."""
    with owner.session.read() as work:
        told = work.rows("SELECT tablename, cmd, qual, with_check FROM pg_policies")
    written = {table: (qual, check) for table, cmd, qual, check in told if cmd == "ALL"}
    tables = {table.name for table in METADATA.sorted_tables if "tenant" in table.c}
    assert set(written) == tables | {"tenant"}
    for table, (qual, check) in written.items():
        for text in (qual, check):
            assert "current_setting('lineage.tenant'" in text, table
            assert ("OR" in text) == (table == "inbox"), (table, text)


def test_another_role_works_for_one_tenant_at_a_time(owner: Record, app_url: str) -> None:
    fill(owner)
    with Record.open(app_url) as app:
        for tenant in ("alpha", "bravo"):
            receipt = app.append(submission("two", {3: 0}, tenant=tenant))
            assert receipt.revision == 2
            snapshot = app.snapshot(tenant)
            assert any(held.stream == "public:pack" for held in snapshot.holdings)
            assert snapshot.pack_revision == owner.head("public").number
            assert app.document(receipt.digest, tenant) == submission("two", {3: 0}).content
            assert app.history(tenant).newest() == owner.history(tenant).newest()
        with pytest.raises(KeyUnknownError):
            app.receipt(receipt.id, "alpha")


def test_no_row_of_another_tenant_is_seen_or_written(owner: Record, app_url: str) -> None:
    fill(owner)
    Trail(owner.session).add([Entry(tenant=name, who="w", operation="o") for name in ("alpha",)])
    Tokens(owner.session).create(name="a", tenant="alpha", rights=[Right.READ])
    arrival = Arrival(tenant="alpha", lane="ci", kind="document", content=b"x", told={})
    Inbox(owner.session).accept(arrival)
    hook = Hooks(owner.session).add(
        number=new_number(), tenant="alpha", kind="github", stream="*", api="", secret="env:A"
    )
    session = Session(app_url)
    with owner.session.read() as work:
        numbers = dict(work.rows("SELECT name, id FROM tenant"))
    tables = [table.name for table in METADATA.sorted_tables if "tenant" in table.c]
    held = set()
    for name, seen in (
        ("alpha", {"alpha", "public"}),
        ("bravo", {"bravo", "public"}),
        ("", {"public"}),
    ):
        with session.read(name) as work:
            visible = {row[0] for row in work.rows("SELECT name FROM tenant")}
            assert visible == (seen if name else {"public"})
            for table in tables:
                found = {row[0] for row in work.rows(f"SELECT DISTINCT tenant FROM {table}")}
                assert found <= {numbers[one] for one in seen}, table
                held |= {table} if name and numbers[name] in found else set()
    assert held == set(tables) - {"quarantine"}
    for tenant in ("bravo", ""):
        with pytest.raises(Exception, match="row-level security"):
            session.write(
                lambda work: work.run(
                    "INSERT INTO stream (tenant, id, name, retired) VALUES (?, 1, 'x', 0)",
                    numbers["alpha"],
                ),
                tenant,
            )
        touched = session.write(lambda work: work.run("UPDATE slot SET seen = 99"), tenant)
        with owner.session.read() as work:
            assert not work.rows(
                "SELECT 1 FROM slot WHERE seen = 99 AND tenant = ?", numbers["alpha"]
            )
        assert touched == (1 if tenant else 0)
    with pytest.raises(HookUnknownError):
        Hooks(session).remove(hook.id, "bravo")
    assert Hooks(session).all("bravo") == ()
    assert Hooks(session).find(hook.id) == hook  # whoever names it by its id is told
    session.close()


def test_rows_of_the_trail_go_with_what_is_written_for_their_own_tenant(
    owner: Record, app_url: str
) -> None:
    fill(owner)
    deed = Deed(who="w", operation="o")
    with Record.open(app_url) as app:
        app.through(deed).append(submission("two", {3: 0}, tenant="alpha"))
        token, _ = Tokens(app.session, deed).create(name="a", tenant="alpha", rights=[Right.READ])
        Tokens(app.session, deed).revoke(token.id)
        inbox = Inbox(app.session)
        told = Arrival(tenant="bravo", lane="ci", kind="document", content=b"x", told={}, deed=deed)
        inbox.accept(told)
        item = inbox.take("w")
        assert item is not None
        assert inbox.renew(item), "the role that works it off holds on to it"
        inbox.done(item, entry=deed.entry("bravo", about="item"))
        assert inbox.place(item.place.id, "bravo").state == "done"
        trail = Trail(app.session)
        stream = submission("two", {3: 0}, tenant="alpha").stream
        assert [one.about for one in trail.read("alpha")] == [stream, token.id, token.id]
        assert [one.about for one in trail.read("bravo")] == ["item"]
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            app.session.write(lambda work: work.run("DELETE FROM audit"), "alpha")
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            app.session.write(lambda work: work.run("UPDATE audit SET who = 'x'"), "alpha")


def test_a_token_is_found_by_its_id_only(owner: Record, app_url: str) -> None:
    fill(owner)
    token, text = Tokens(owner.session).create(name="a", tenant="alpha", rights=[Right.READ])
    session = Session(app_url)
    assert Tokens(session).verify(text) == token
    Tokens(owner.session).revoke(token.id)
    assert not Tokens(owner.session).any()
    assert Tokens(session).any(), "it is shown none, and may not say that there is none"
    token, text = Tokens(owner.session).create(name="a", tenant="alpha", rights=[Right.READ])
    assert Tokens(session).all() == ()
    assert Tokens(session).all("bravo") == ()
    assert Tokens(session).all("alpha")[1:] == (token,)
    with pytest.raises(TokenRefusedError):
        Tokens(session).verify(text.replace(token.id, "0" * 12))
    session.close()
