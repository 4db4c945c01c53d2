"""The way to the server: transactions that end in an answer or in an error with a name."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lineage.errors import GraphUnreachableError, SettingInvalidError
from lineage.graph.engines.neo4j.address import Address

if TYPE_CHECKING:
    from neo4j import Driver, Session, Transaction

T = TypeVar("T")
_ATTEMPTS = 6
_QUIET = 2.0
"""Seconds for which a server that did not answer is not asked again."""


class Connection:
    """One driver, made when it is first needed; safe to share between threads."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._driver: Driver | None = None
        self._lock = threading.Lock()
        self._quiet_until = 0.0
        self._reason = ""
        self._schema: set[str] = set()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that reads. GraphUnreachableError."""
        with self._transaction(access="READ") as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that commits if nothing was raised inside. GraphUnreachableError."""
        with self._transaction(access="WRITE") as transaction:
            yield transaction
            transaction.commit()

    def run(self, text: str, **parameters: Any) -> list[Any]:
        """One statement in a transaction of its own; its rows."""
        with self.writing() as transaction:
            return list(transaction.run(text, **parameters))

    def repeated(self, work: Callable[[], T]) -> T:
        """What ``work`` gives; again where the server ended a transaction for another one's sake.

        It must not keep state. GraphUnreachableError.
        """
        from neo4j.exceptions import TransientError

        for attempt in range(_ATTEMPTS):
            try:
                return work()
            except GraphUnreachableError as error:
                if not isinstance(error.__cause__, TransientError) or attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def have_schema(self, statements: Iterable[str]) -> None:
        """Make indexes and constraints, each once a process."""
        from neo4j.exceptions import ClientError

        for text in statements:
            if text in self._schema:
                continue
            try:
                self.repeated(partial(self.run, text))
            except ClientError as error:
                # Two that start at once both make it.
                if "AlreadyExists" not in (error.code or ""):
                    raise
            self._schema.add(text)

    def forget(self) -> None:
        """Ask the server again at once, although it did not answer just now."""
        self._quiet_until = 0.0

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session for statements that are transactions by themselves: a message less for each.

        GraphUnreachableError.
        """
        with self._session(access="READ") as session:
            yield session

    @contextmanager
    def _transaction(self, *, access: str) -> Iterator[Transaction]:
        with (
            self._session(access=access) as session,
            session.begin_transaction() as transaction,
        ):
            yield transaction

    @contextmanager
    def _session(self, *, access: str) -> Iterator[Session]:
        from neo4j.exceptions import AuthError, DriverError, TransientError

        if time.monotonic() < self._quiet_until:
            raise GraphUnreachableError(reason=self._reason)
        lost = (DriverError, TransientError, OSError, AuthError)
        try:
            with self._opened().session(
                database=self.address.database, default_access_mode=access
            ) as session:
                yield session
        except lost as error:
            self._reason = _reason(error)
            if not isinstance(error, TransientError):
                self._quiet_until = time.monotonic() + _QUIET
            raise GraphUnreachableError(reason=self._reason) from error

    def _opened(self) -> Driver:
        with self._lock:
            if self._driver is None:
                self._driver = _driver(self.address)
            return self._driver


def _driver(address: Address) -> Driver:
    try:
        import neo4j
    except ImportError:
        reason = "the engine neo4j needs its driver: pip install 'lineage[neo4j]'"
        raise SettingInvalidError(name="LINEAGE_ENGINE", reason=reason) from None
    return neo4j.GraphDatabase.driver(
        address.url,
        auth=(address.user, address.password) if address.user else None,
        connection_timeout=address.patience,
        connection_acquisition_timeout=address.patience,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        keep_alive=True,
    )


def _reason(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0].rstrip(".")
    return first or type(error).__name__
