"""Legs as lists and counts show them: read-only, paged, and by what is due first where that is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.leg import LEFT, OPEN, LegState
from shared.db.database import Transaction

_LISTED = (
    "leg_id",
    "report_id",
    "agency",
    "holder",
    "hop",
    "version",
    "state",
    "tracking_id",
    "title",
    "category",
    "classification",
    "region",
    "anonymous",
    "secret",
    "created_at",
    "answered_at",
    "zone",
    "respond_by",
    "settle_by",
    "due_at",
)
_COUNTS = ("legs", "overdue", "due_soon")
_legs = sa.table("legs", *(sa.column(name) for name in _LISTED))
for _name in ("leg_id", "report_id"):
    _legs.c[_name].type = pg.UUID(as_uuid=True)
for _name in ("created_at", "due_at"):
    _legs.c[_name].type = sa.DateTime(timezone=True)


def _written_out(states: Collection[LegState]) -> sa.ColumnElement[bool]:
    """In these words the planner knows a partial index."""
    return sa.literal_column(
        "state IN (" + ", ".join(f"'{state}'" for state in sorted(states)) + ")", sa.Boolean
    )


_STILL_OPEN = _written_out(OPEN)
"""Indexes legs_open_by_holder and legs_open_by_due."""
_PASSED_ON = _written_out(LEFT)
"""Indexes legs_passed_on and legs_passed_on_by_holder."""


@dataclass(frozen=True)
class Wanted:
    """Which legs: of an agency and of everything below it (`scope`, `below`; None is every leg), and how."""

    scope: str | None
    below: str | None = None
    states: Collection[LegState] = ()
    report_id: UUID | None = None
    due_before: datetime | None = None

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What is said twice, the planner takes for twice as rare: see `_once`."""
        found = [_within(self.scope), _within(self.below)]
        if self.states:
            if set(self.states) not in (OPEN, LEFT):  # these have words of their own
                wanted = sa.literal(sorted(self.states), pg.ARRAY(sa.Text))
                found.append(_legs.c.state == sa.any_(wanted))
            if OPEN.issuperset(self.states):
                found.append(_STILL_OPEN)
            if LEFT.issuperset(self.states):
                found.append(_PASSED_ON)
        if self.report_id is not None:
            found.append(_legs.c.report_id == self.report_id)
        if self.due_before is not None:
            found += [_STILL_OPEN, _legs.c.due_at < self.due_before]
        return found


async def list_legs(
    tx: Transaction,
    wanted: Wanted,
    *,
    by_due: bool = False,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[Any]:
    """Oldest first (indexes legs_by_holder, legs_by_age, legs_by_report); `after` is the last row's place.

    `by_due`: only what is still owed, the most urgent first (index legs_open_by_due).
    """
    place = (_legs.c.due_at if by_due else _legs.c.created_at, _legs.c.leg_id)
    owed = [_STILL_OPEN, _legs.c.due_at.is_not(None)] if by_due else []
    query = sa.select(_legs).where(*_once(*wanted.conditions, *owed))
    if after is not None:
        query = query.where(sa.tuple_(*place) > sa.tuple_(*after))
    return (await tx.execute(query.order_by(*place).limit(limit))).all()


async def count_legs(tx: Transaction, wanted: Wanted, now: datetime, soon: datetime) -> Sequence[Any]:
    """How many legs are in each state, how many are late, and how many due by `soon`; the latest first."""
    return (await tx.execute(_summed(_each(wanted, now, soon), "state"))).all()


async def count_open(
    tx: Transaction, wanted: Wanted, now: datetime, soon: datetime, limit: int = 500
) -> tuple[list[Any], list[Any]]:
    """The same of what is open, by state and by agency, so many agencies at most: legs are counted once, by
    the index legs_open_by_holder alone.
    """
    each = _each(wanted, now, soon, _STILL_OPEN)
    states, agencies = (_summed(each, key) for key in ("state", "holder"))
    query = sa.union_all(
        sa.select(sa.literal_column("false").label("of_agency"), states.subquery()),
        sa.select(sa.literal_column("true").label("of_agency"), agencies.limit(limit).subquery()),
    )
    rows = sorted(await tx.execute(query), key=lambda row: (-row.overdue, row.key))
    return [row for row in rows if not row.of_agency], [row for row in rows if row.of_agency]


def _each(wanted: Wanted, now: datetime, soon: datetime, *more: sa.ColumnElement[bool]) -> sa.CTE:
    due, legs = _legs.c.due_at, sa.func.count()
    return (
        sa.select(
            _legs.c.holder,
            _legs.c.state,
            legs.label("legs"),
            legs.filter(due < now).label("overdue"),
            legs.filter(due >= now, due <= soon).label("due_soon"),
        )
        .where(*_once(*wanted.conditions, *more))
        .group_by(_legs.c.holder, _legs.c.state)
        .cte("counted")
    )


def _summed(counted: sa.CTE, by: str) -> sa.Select[Any]:
    """The counts of each state or holder, as whole numbers."""
    key, sums = counted.c[by], {name: sa.func.sum(counted.c[name]) for name in _COUNTS}
    columns = [sa.cast(total, sa.BigInteger).label(name) for name, total in sums.items()]
    return sa.select(key.label("key"), *columns).group_by(key).order_by(sums["overdue"].desc(), key)


def _once(*conditions: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    """Each condition once, by identity."""
    return list({id(condition): condition for condition in conditions}.values())


def _within(scope: str | None) -> sa.ColumnElement[bool]:
    if scope is None:
        return sa.true()
    # «/» is the character after «.», so this is one range of legs_by_holder.
    below = sa.and_(_legs.c.holder >= f"{scope}.", _legs.c.holder < f"{scope}/")
    return sa.or_(_legs.c.holder == scope, below)
