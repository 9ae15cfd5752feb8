"""Which legs a desk's list shows: what a reader chose, as a question to the database. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from services.routing.domain.leg import OPEN, LegState, Stage
from services.routing.listing import Wanted, list_legs
from services.routing.views import DispositionLine, line, page_marker, place_of
from shared.db.database import Transaction

PAGE = 25
PATTERN = r"^$|^[a-z0-9-]+(\.[a-z0-9-]+)*$"

_REPORTS = sa.text("SELECT DISTINCT report_id FROM legs WHERE tracking_id = :tracking_id")
"""Index legs_by_tracking_id."""


class Tab(StrEnum):
    """The lists of a desk."""

    TO_DO = "kerja"
    LATE = "lambat"
    NEW = "baru"
    IN_PROGRESS = "dikerjakan"
    PAUSED = "jeda"
    DONE = "tuntas"
    PASSED_ON = "pindah"

    @property
    def by_due(self) -> bool:
        """The most urgent first; otherwise the oldest."""
        return self in {Tab.TO_DO, Tab.LATE, Tab.NEW, Tab.IN_PROGRESS}


_STATES: dict[Tab, frozenset[LegState]] = {
    Tab.TO_DO: OPEN,
    Tab.LATE: OPEN,
    Tab.NEW: Stage.WAITING.states,
    Tab.IN_PROGRESS: Stage.IN_PROGRESS.states,
    Tab.PAUSED: OPEN,
    Tab.DONE: Stage.DONE.states,
    Tab.PASSED_ON: Stage.PASSED_ON.states,
}


class View(BaseModel):
    """What a reader chose. Empty fields of a form mean nothing."""

    model_config = ConfigDict(extra="ignore")
    tab: Tab = Field(Tab.TO_DO, alias="tampilan")
    unit: str = Field("", max_length=120, pattern=PATTERN)
    number: str = Field("", alias="nomor", max_length=40)
    after: str = Field("", alias="setelah", max_length=100)


@dataclass(frozen=True)
class Undated(Wanted):
    """Open legs that nothing is due of: the reporter is asked, or the calendar does not reach so far (index
    legs_paused).
    """

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        return [*super().conditions, sa.literal_column("due_at IS NULL", sa.Boolean)]


async def listed(
    tx: Transaction, view: View, scope: str | None, limit: int = PAGE
) -> tuple[list[DispositionLine], str | None]:
    """A page of the chosen list within the officer's scope, and where the next one begins."""
    kind = Undated if view.tab is Tab.PAUSED else Wanted
    wanted = kind(
        scope,
        view.unit or None,
        _STATES[view.tab],
        due_before=tx.now if view.tab is Tab.LATE else None,
    )
    by_due = view.tab.by_due
    rows = await list_legs(tx, wanted, by_due=by_due, after=place_of(view.after or None), limit=limit)
    lines = [line(row, tx.now) for row in rows]
    return lines, page_marker(lines[-1], by_due=by_due) if len(lines) == limit else None


async def of_number(tx: Transaction, tracking_id: str, scope: str | None) -> list[DispositionLine]:
    """Every leg of a report that the officer may see, whatever its state."""
    reports: Sequence[UUID] = list((await tx.execute(_REPORTS, {"tracking_id": tracking_id})).scalars())
    rows: list[Any] = []
    for report_id in reports:  # a tracking id is one report's
        rows += await list_legs(tx, Wanted(scope, report_id=report_id))
    return [line(row, tx.now) for row in rows]
