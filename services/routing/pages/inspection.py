"""`/petugas/pengawasan`: legs by state and remaining time over a subtree, and as a table. Reads only."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.routing.api_inspection import scope_of
from services.routing.directory import directory
from services.routing.domain.leg import OPEN
from services.routing.listing import Wanted, count_open
from services.routing.pages.access import INSPECTION, Reader
from services.routing.pages.clocks import Pressure, of_line
from services.routing.pages.finding import Tab, View, listed
from services.routing.pages.labels import CLASSIFICATIONS, STATES
from services.routing.pages.legs import rows_of
from services.routing.pages.naming import agencies_like, name_of
from services.routing.views import DispositionLine
from shared.calendar import Zone
from shared.calendar.in_force import in_force
from shared.db.database import Database
from shared.security.codes import format_tracking_id
from shared.web.pages.desk import NO_STORE, CurrentDatabase, CurrentShell
from shared.web.pages.language import language_of

router = APIRouter(include_in_schema=False)

TABLE = f"{INSPECTION}/disposisi.csv"
AGENCIES_SHOWN = 50
TABLE_PAGE = 500
MOST_LINES = 100_000
"""Of one table; whoever needs more asks for a part of the tree."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = {
    "id": ["nomor", "instansi", "pemegang", "status", "klasifikasi", "kategori", "wilayah", "diterima",
           "tenggat", "terlambat", "sisa_hari_kerja", "dijeda"],
    "en": ["number", "agency", "holder", "state", "classification", "category", "region", "received",
           "due", "overdue", "working_days_left", "paused"],
}  # fmt: skip


@router.get(INSPECTION)
async def inspection(
    request: Request,
    officer: Reader,
    shell: CurrentShell,
    database: CurrentDatabase,
    view: Annotated[View, Query()],
) -> Response:
    """The subtree is `unit`; whatever is asked, the officer's own scope limits it."""
    scope, search = scope_of(officer), request.query_params.get("cari", "")[:100]
    wanted = Wanted(scope, view.unit or None, OPEN)
    async with database.transaction() as tx:
        known, now = (await directory(tx)).agencies, tx.now
        soon = in_force().calendar().add_working_days(now, 1, Zone.WIB).due_at
        states, agencies = await count_open(tx, wanted, now, soon, AGENCIES_SHOWN)
        lines, following = await listed(tx, view, scope)
    below = view.unit or scope
    found = [
        one
        for one in agencies_like(known, search, Zone.WIB.date_of(now))
        if scope is None or one.code == scope or one.code.startswith(f"{scope}.")
    ]
    return shell.page(
        request,
        "inspection.html",
        headers=NO_STORE,
        officer=officer,
        view=view,
        tabs=Tab,
        below=name_of(known, below) if below else None,
        scope=scope,
        search=search,
        found=found,
        states=STATES,
        classifications=CLASSIFICATIONS,
        counts=[row._mapping for row in states],
        total={name: sum(getattr(row, name) for row in states) for name in ("legs", "overdue", "due_soon")},
        agencies=[(row, name_of(known, row.key)) for row in agencies],
        most=AGENCIES_SHOWN,
        rows=rows_of(lines, known, now),
        following=_address(INSPECTION, view, after=following) if following else None,
        tab_address=lambda tab: _address(INSPECTION, view, tab),
        table=_address(TABLE, view),
    )


@router.get(TABLE)
async def table(
    request: Request, officer: Reader, database: CurrentDatabase, view: Annotated[View, Query()]
) -> Response:
    """The chosen list as CSV, without reports' texts. Read page by page: no connection waits for a reader."""
    lang = language_of(request)
    headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="disposisi.csv"'}
    return StreamingResponse(
        _lines(database, view, scope_of(officer), lang), media_type="text/csv; charset=utf-8", headers=headers
    )


async def _lines(database: Database, view: View, scope: str | None, lang: str) -> AsyncIterator[str]:
    yield "\ufeff" + _written(_HEAD[lang])  # the mark that lets spreadsheets read UTF-8
    sent, after = 0, view.after
    while sent < MOST_LINES:
        async with database.reading() as tx:
            page = view.model_copy(update={"after": after})
            lines, following = await listed(tx, page, scope, TABLE_PAGE)
            now = tx.now
        yield "".join(_written(_cells(one, lang, now)) for one in lines)
        if following is None:
            return
        sent, after = sent + len(lines), following


def _cells(one: DispositionLine, lang: str, now: Any) -> list[str]:
    english, left = lang == "en", of_line(one, now)
    yes, no = ("yes", "no") if english else ("ya", "tidak")
    return [
        format_tracking_id(one.tracking_id),
        one.agency,
        one.holder,
        STATES[one.state][english],
        CLASSIFICATIONS[one.classification][english],
        one.category,
        one.region or "",
        one.created_at.isoformat(timespec="seconds"),
        left.due_at.isoformat(timespec="seconds") if left.due_at else "",
        yes if one.overdue else no,
        "" if left.days is None or left.pressure is Pressure.LATE else str(left.days),
        yes if one.paused else no,
    ]


def _written(cells: list[str]) -> str:
    """One line. What a spreadsheet would take for a formula stays text."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()


def _address(path: str, view: View, tab: Tab | None = None, after: str | None = None) -> str:
    asked = {"tampilan": (tab or view.tab).value, "unit": view.unit, "setelah": after}
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"
