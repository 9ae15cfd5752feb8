"""`/petugas/disposisi`: an agency's legs with the time that remains for each; filtered, searched, paged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from services.routing.api_inspection import scope_of
from services.routing.directory import directory
from services.routing.domain.agencies import Agencies
from services.routing.domain.leg import OPEN, LegState
from services.routing.listing import Wanted, count_legs
from services.routing.pages.access import DESK, Reader
from services.routing.pages.clocks import Remaining, of_line
from services.routing.pages.finding import Tab, View, listed, of_number
from services.routing.pages.labels import CLASSIFICATIONS, STATES
from services.routing.pages.naming import name_of, tree
from services.routing.views import DispositionLine
from shared.calendar import Zone
from shared.calendar.in_force import in_force
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.web.pages.desk import NO_STORE, CurrentDatabase, CurrentShell, said

router = APIRouter(include_in_schema=False)

_WAITING = {LegState.CREATED, LegState.DELEGATED}


@dataclass(frozen=True)
class Row:
    """A leg as a list shows it."""

    line: DispositionLine
    number: str
    holder: str
    left: Remaining


@dataclass(frozen=True)
class Tally:
    """Open legs of the officer's own agency and units."""

    open: int
    waiting: int
    in_progress: int
    overdue: int
    due_soon: int


@router.get(DESK)
async def legs(
    request: Request,
    officer: Reader,
    shell: CurrentShell,
    database: CurrentDatabase,
    view: Annotated[View, Query()],
) -> Response:
    """The officer's list; with a number, every leg of that report within the same scope."""
    scope, wrong = scope_of(officer), {}
    async with database.transaction() as tx:
        known = (await directory(tx)).agencies
        now = tx.now
        lines: list[DispositionLine] = []
        following = None
        if view.number.strip():
            try:
                lines = await of_number(tx, parse_tracking_id(view.number), scope)
            except InvalidTrackingId as error:
                wrong = {"nomor": said(request, (error.message, error.message_en))}
        else:
            lines, following = await listed(tx, view, scope)
        tally = await _tally(tx, scope, view.unit) if scope else None
    return shell.page(
        request,
        "legs.html",
        422 if wrong else 200,
        headers=NO_STORE,
        officer=officer,
        view=view,
        tabs=Tab,
        rows=rows_of(lines, known, now),
        errors=wrong,
        states=STATES,
        classifications=CLASSIFICATIONS,
        units=tree(known, scope, Zone.WIB.date_of(now)) if scope else [],
        own=name_of(known, scope) if scope else None,
        tally=tally,
        following=f"{DESK}?{urlencode(_query(view, following))}" if following else None,
        tab_address=lambda tab: f"{DESK}?{urlencode(_query(view, None, tab))}",
    )


def rows_of(lines: list[DispositionLine], known: Agencies, now: datetime) -> list[Row]:
    """Listed legs with names, and the time that remains in words."""
    return [
        Row(line, format_tracking_id(line.tracking_id), name_of(known, line.holder), of_line(line, now))
        for line in lines
    ]


async def _tally(tx: Transaction, scope: str, unit: str) -> Tally:
    soon = in_force().calendar().add_working_days(tx.now, 1, Zone.WIB).due_at
    found = await count_legs(tx, Wanted(scope, unit or None, OPEN), tx.now, soon)
    waiting = sum(row.legs for row in found if row.key in _WAITING)
    total = sum(row.legs for row in found)
    return Tally(
        total,
        waiting,
        total - waiting,
        sum(row.overdue for row in found),
        sum(row.due_soon for row in found),
    )


def _query(view: View, after: str | None, tab: Tab | None = None) -> dict[str, Any]:
    asked = {"tampilan": (tab or view.tab).value, "unit": view.unit, "setelah": after}
    return {name: value for name, value in asked.items() if value}
