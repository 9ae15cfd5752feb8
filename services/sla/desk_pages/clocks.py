"""`/petugas/tenggat/…`: the clocks of a case with their reasons, as a page or as a part of a desk's page.

Dates and rules only; who sees which clocks is the API's own answer.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.sla.api.clocks import case_clocks
from services.sla.desk_pages.access import CLOCKS
from services.sla.desk_pages.words import UNITS
from services.sla.domain.measure import ClockState
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.names import agency_name
from shared.web.pages.officers import PageOfficer

router = APIRouter(include_in_schema=False)

RUNNING = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})


@router.get(f"{CLOCKS}/{{report_id}}")
async def clocks(
    request: Request, shell: CurrentShell, report_id: UUID, officer: PageOfficer, *, ringkas: bool = False
) -> Response:
    """`ringkas`: only the part that a desk puts into its own page."""
    found = await case_clocks(request, report_id, officer)
    return shell.page(
        request,
        "clocks_part.html" if ringkas else "clocks.html",
        headers=NO_STORE,
        officer=officer,
        running=[one for one in found.clocks if one.state in RUNNING],
        stopped=[one for one in found.clocks if one.state not in RUNNING],
        impossible=len(found.impossible_facts),
        report_id=report_id,
        agency_name=agency_name,
        units=UNITS,
    )
