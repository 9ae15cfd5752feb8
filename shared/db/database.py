"""The engine and the transaction. Only the edge (an HTTP call, a consumer, a loop) opens one and commits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import greenlet_spawn
from uuid_utils.compat import uuid7

from shared.clock import Clock
from shared.contracts.base import Fact
from shared.contracts.codec import encode
from shared.db.statements import Parameters, Planner, Rows, Session
from shared.db.tables import outbox
from shared.telemetry.traces import current_traceparent

_SAY = """
    INSERT INTO outbox (message_id, exchange, routing_key, type, correlation_id, body, traceparent)
    SELECT * FROM unnest(:message_id, :exchange, :routing_key, :type, :correlation_id, :body, :traceparent)
"""
"""However much a transaction says: one statement, with an array for each column."""
_COLUMNS = [column for column in outbox.c if column.name not in {"id", "said_at"}]
_ARRAYS = [sa.bindparam(column.name, type_=pg.ARRAY(column.type)) for column in _COLUMNS]
SAY = sa.text(_SAY).bindparams(*_ARRAYS)
SAY_AND_NOTIFY = sa.text(f"WITH said AS ({_SAY}) SELECT pg_notify('outbox', '')").bindparams(*_ARRAYS)


class Transaction:
    """One unit of work: statements, and the facts it makes true. Facts reach the outbox at commit."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._said: list[dict[str, Any]] = []
        self.now = now
        self.event_id: UUID | None = None
        """The message being handled, when a consumer opened this transaction."""

    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> Rows:
        return await self._session.execute(statement, parameters)

    def say(self, fact: Fact, traceparent: str | None = None) -> UUID:
        """Have `fact` leave by the outbox if, and only if, this transaction commits; returns its event id.

        `traceparent` where it belongs to another trace than the one that goes on here.
        """
        return self._say(type(fact), fact.routing_key, fact.report_id, encode(fact), traceparent)

    def say_written(self, kind: type[Fact], report_id: UUID, body: bytes) -> UUID:
        """As `say`, where facts by the thousand are written without their models.

        `body` is what `encode` makes of such a fact, and its topic is its type.
        """
        return self._say(kind, kind.type, report_id, body)

    def _say(
        self, kind: type[Fact], routing_key: str, report_id: UUID, body: bytes, traceparent: str | None = None
    ) -> UUID:
        event_id = uuid7()
        self._said.append(
            {
                "message_id": event_id,
                "exchange": kind.exchange,
                "routing_key": routing_key,
                "type": kind.schema_name(),
                "correlation_id": report_id,
                "body": body,
                "traceparent": traceparent or current_traceparent(),
            }
        )
        return event_id

    async def flush(self, *, notify: bool) -> bool:
        """Write what was said to the outbox, in that order; true if there was anything."""
        if not self._said:
            return False
        columns = {column.name: [row[column.name] for row in self._said] for column in _COLUMNS}
        await self._session.execute(SAY_AND_NOTIFY if notify else SAY, columns)
        self._said = []
        return True


class Uncommitted(Exception):
    """PostgreSQL answered COMMIT with ROLLBACK: somebody went on after a failed statement."""


CLOSING_SECONDS = 2.0
"""How long a cancelled transaction's connection may take to end what the server is doing for it."""


class Sender(Protocol):
    """What empties the outbox. Only one of all processes leads; the others' words need a notification."""

    leading: bool

    def wake(self) -> None: ...


class Database:
    """A pool of connections of one service's role, and the clock its transactions read."""

    def __init__(self, url: str, clock: Clock, *, pool_size: int = 10) -> None:
        self.clock = clock
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_reset_on_return=None,  # every transaction is ended here; a broken connection is thrown away
            connect_args={"command_timeout": 30, "timeout": 5, "server_settings": {"jit": "off"}},
        )
        self.url = url
        self._planner = Planner(self.engine.dialect)
        self.relay: Sender | None = None
        """The relay of this process, if it has one: woken without asking the database to do it."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit on leaving, roll back on an error; wake the relay if anything was said."""
        async with self._session() as session:
            await session.command("BEGIN")
            try:
                tx = Transaction(session, self.clock.now())
                yield tx
                spoke = await tx.flush(notify=self.relay is None or not self.relay.leading)
                if await session.command("COMMIT") != "COMMIT":
                    raise Uncommitted("a statement had failed, so nothing was committed")
            except Exception:
                with contextlib.suppress(Exception):  # a lost connection has rolled back by itself
                    await session.command("ROLLBACK")
                raise
        if spoke and self.relay is not None:
            self.relay.wake()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """For an edge that only reads: each statement sees what is committed, and no round trip is spent on
        beginning and ending a transaction. Facts said here go nowhere.
        """
        async with self._session() as session:
            yield Transaction(session, self.clock.now())

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        pooled: Any = await self.engine.raw_connection()
        while pooled.driver_connection.is_closed():  # the server went away meanwhile
            await greenlet_spawn(pooled.invalidate)
            pooled = await self.engine.raw_connection()
        driver = pooled.driver_connection
        listeners = self.engine.sync_engine.dispatch.before_cursor_execute
        try:
            yield Session(driver, pooled.info, self._planner, listeners)
        except Exception:
            raise
        except BaseException:  # cancelled in the middle of something: the server is to stop it, too
            with contextlib.suppress(Exception):
                await asyncio.shield(driver.close(timeout=CLOSING_SECONDS))
            driver.terminate()
            raise
        finally:
            if driver.is_closed():
                await greenlet_spawn(pooled.invalidate)
            else:
                pooled.close()

    async def ready(self) -> None:
        """Raise if the database does not answer."""
        async with self.reading() as tx:
            await tx.execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
