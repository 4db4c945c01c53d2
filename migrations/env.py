"""Alembic's entry: runs the steps on the connection that it is handed."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from lineage.record.session import database_url
from lineage.record.tables import METADATA


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


_given = context.config.attributes.get("connection")
if _given is None:
    _url = context.config.get_main_option("sqlalchemy.url") or ""
    with create_engine(database_url(_url)).connect() as _connection:
        _run(_connection)
        _connection.commit()
elif isinstance(_given, Connection):
    _run(_given)
else:
    with _given.connect() as _connection:
        _run(_connection)
        _connection.commit()
