"""Legs as lists and counts show them: read-only, paged, and by what is due first where that is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.leg import OPEN, LegState
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
_legs = sa.table("legs", *(sa.column(name) for name in _LISTED))
for _name in ("leg_id", "report_id"):
    _legs.c[_name].type = pg.UUID(as_uuid=True)
for _name in ("created_at", "due_at"):
    _legs.c[_name].type = sa.DateTime(timezone=True)

_STILL_OPEN: sa.ColumnElement[bool] = sa.literal_column(
    "state IN (" + ", ".join(f"'{state}'" for state in sorted(OPEN)) + ")", sa.Boolean
)
"""In these words the planner knows the partial indexes legs_open_by_holder and legs_open_by_due."""


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
        found = [_within(self.scope), _within(self.below)]
        if self.states:
            wanted = sa.literal(sorted(self.states), pg.ARRAY(sa.Text))
            found.append(_legs.c.state == sa.any_(wanted))
            if OPEN.issuperset(self.states):
                found.append(_STILL_OPEN)
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
    query = sa.select(_legs).where(*wanted.conditions)
    if by_due:
        query = query.where(_STILL_OPEN, _legs.c.due_at.is_not(None))
    if after is not None:
        query = query.where(sa.tuple_(*place) > sa.tuple_(*after))
    return (await tx.execute(query.order_by(*place).limit(limit))).all()


async def count_legs(
    tx: Transaction,
    wanted: Wanted,
    now: datetime,
    soon: datetime,
    *,
    by_agency: bool = False,
    limit: int = 500,
) -> Sequence[Any]:
    """How many legs are in each state (or at each agency), how many are late, and how many due by `soon`.

    Agencies are told of what is open alone, the latest first (index legs_open_by_holder).
    """
    key = _legs.c.holder if by_agency else _legs.c.state
    due = _legs.c.due_at
    late = sa.func.count().filter(due < now)
    query = sa.select(
        key.label("key"),
        sa.func.count().label("legs"),
        late.label("overdue"),
        sa.func.count().filter(due >= now, due <= soon).label("due_soon"),
    ).where(*wanted.conditions)
    if by_agency:
        query = query.where(_STILL_OPEN)
    return (await tx.execute(query.group_by(key).order_by(late.desc(), key).limit(limit))).all()


def _within(scope: str | None) -> sa.ColumnElement[bool]:
    if scope is None:
        return sa.true()
    # «/» is the character after «.», so this is one range of legs_by_holder.
    below = sa.and_(_legs.c.holder >= f"{scope}.", _legs.c.holder < f"{scope}/")
    return sa.or_(_legs.c.holder == scope, below)
