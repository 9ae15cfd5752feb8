"""Runs SQLAlchemy's statements on asyncpg's own connection: the same text, types, rows and errors as through
SQLAlchemy's execution, at about a third of its processor time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
import sqlalchemy as sa
import sqlalchemy.exc as sa_exc
from sqlalchemy.engine import Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

MOST_PLANS = 500
"""Statements that are put together at run time are few; should they ever be many, they are read again."""

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

Convert = Callable[[Any], Any] | None
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Rows(IteratorResult[Any]):
    """What a statement returned. `rowcount` is how many rows it returned or changed."""

    rowcount: int = -1


@dataclass(frozen=True)
class Plan:
    """A statement as PostgreSQL reads it, and how values become arguments and columns become values."""

    compiled: Any
    sql: str
    arguments: tuple[tuple[str, Convert], ...]
    columns: Mapping[str, Convert]

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The arguments in order."""
        given = self.compiled.construct_params(parameters, escape_names=False)
        return [given[name] if convert is None else convert(given[name]) for name, convert in self.arguments]


@dataclass
class Prepared:
    """A statement as one connection has prepared it, with the names and conversions of its columns."""

    statement: Any
    metadata: SimpleResultMetaData
    converts: tuple[Convert, ...]


class Planner:
    """Reads each statement once, however often it is run: statements are made where modules are loaded."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._plans: WeakKeyDictionary[Any, Plan] = WeakKeyDictionary()

    def read(self, statement: sa.Executable) -> Plan:
        plan = self._plans.get(statement)
        if plan is None:
            plan = self._plans[statement] = self._plan(statement)
        return plan

    def _plan(self, statement: Any) -> Plan:
        compiled = statement.compile(dialect=self._dialect)
        if compiled.post_compile_params:
            raise NotImplementedError("write = ANY(:values) with an array instead of IN")
        selected = getattr(statement, "selected_columns", None)
        return Plan(
            compiled,
            compiled.string,
            tuple(
                (name, self._impl(compiled.binds[name]).bind_processor(self._dialect))
                for name in compiled.positiontup
            ),
            {
                column.name: self._impl(column).result_processor(self._dialect, None)
                for column in (selected if selected is not None else ())
            },
        )

    def _impl(self, element: Any) -> Any:
        return element.type.dialect_impl(self._dialect)


class Session:
    """One connection while it is borrowed. `memory` lives as long as the connection: what it has prepared."""

    def __init__(
        self, driver: asyncpg.Connection, memory: dict[Any, Any], planner: Planner, listeners: Any
    ) -> None:
        self._driver, self._memory, self._planner, self._listeners = driver, memory, planner, listeners

    async def execute(self, statement: sa.Executable, parameters: Parameters) -> Rows:
        plan = self._planner.read(statement)
        for listener in self._listeners:
            listener(None, None, plan.sql, parameters, None, isinstance(parameters, Sequence))
        try:
            prepared = self._memory.get(plan.sql) or await self._prepare(plan)
            if isinstance(parameters, Sequence):
                await prepared.statement.executemany([plan.values(each) for each in parameters])
                return Rows(prepared.metadata, iter(()))
            records = await prepared.statement.fetch(*plan.values(parameters or {}))
        except DRIVER_ERRORS as error:
            self._memory.pop(plan.sql, None)
            raise self._translated(error, plan.sql) from error
        rows = Rows(prepared.metadata, iter([_converted(record, prepared.converts) for record in records]))
        rows.rowcount = _count(prepared.statement.get_statusmsg())
        return rows

    async def command(self, sql: str) -> str:
        """A statement without arguments, in one round trip; returns PostgreSQL's command tag."""
        try:
            return str(await self._driver.execute(sql))
        except DRIVER_ERRORS as error:
            raise self._translated(error, sql) from error

    def _translated(self, error: Exception, sql: str) -> sa_exc.DBAPIError:
        """An error of the driver as SQLAlchemy names it. Parameters are left out: they can be personal."""
        if isinstance(error, asyncpg.InternalClientError):  # it lost track of what the server says
            self._driver.terminate()
        broken = isinstance(error, asyncpg.IntegrityConstraintViolationError)
        kind = sa_exc.IntegrityError if broken else sa_exc.DBAPIError
        return kind(sql, None, error, hide_parameters=True, connection_invalidated=self._driver.is_closed())

    async def _prepare(self, plan: Plan) -> Prepared:
        statement = await self._driver.prepare(plan.sql)
        names = [attribute.name for attribute in statement.get_attributes()]
        converts = tuple(plan.columns.get(name) for name in names)
        prepared = Prepared(statement, SimpleResultMetaData(names), converts if any(converts) else ())
        if len(self._memory) >= MOST_PLANS:
            self._memory.clear()
        self._memory[plan.sql] = prepared
        return prepared


def _converted(record: Any, converts: tuple[Convert, ...]) -> tuple[Any, ...]:
    if not converts:
        return tuple(record)
    return tuple(
        value if convert is None else convert(value) for value, convert in zip(record, converts, strict=True)
    )


def _count(tag: str) -> int:
    """Rows of a command tag such as ``UPDATE 3``."""
    number = tag.rpartition(" ")[2]
    return int(number) if number.isdigit() else -1
