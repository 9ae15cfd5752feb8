"""The clocks of one case over HTTP, for officers: as they stand now, or stood as of any moment."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from services.sla import store
from services.sla.api import inputs
from services.sla.api.inputs import Moment
from services.sla.domain import explain
from services.sla.domain.measure import Measured
from services.sla.domain.views import ClockView, Versions
from services.sla.outcome import compute
from services.sla.rulebook import peek
from shared.security.officers import CurrentOfficer
from shared.security.tokens import AGENCY_ROLES, Officer, Role
from shared.web.problems import not_found

router = APIRouter(prefix="/v1/cases", tags=["clocks"])

AsOf = Annotated[
    Moment | None,
    Query(description="By the facts of that moment, and by the calendar and limits known then."),
]


class CaseClocks(BaseModel):
    """Every clock a case has had, in the order they started, as they stand `now` or stood `as_of`."""

    report_id: UUID
    now: datetime
    as_of: datetime | None
    versions: Versions
    clocks: list[ClockView]
    impossible_facts: list[dict[str, str]]


@router.get("/{report_id}/clocks")
async def case_clocks(
    request: Request, report_id: UUID, officer: CurrentOfficer, as_of: AsOf = None
) -> CaseClocks:
    """The clocks of one case, each with its reasons. An agency sees its own legs' and the case's."""
    now = request.app.state.clock.now()
    inputs.past("as_of", as_of, now)
    async with request.app.state.database.reading() as tx:
        rules, facts = await peek(tx), await store.facts(tx, report_id)
    clocks, measured = compute(facts, rules, as_of)
    if not measured or not _may_see(officer, measured):
        raise not_found()
    return CaseClocks(
        report_id=report_id,
        now=now,
        as_of=as_of,
        versions=explain.versions(rules.book.calendar(None, as_of), rules.limits, as_of),
        clocks=[
            explain.clock_view(one, as_of or now, rules.limits, as_of)
            for one in measured
            if _is_theirs(officer, one)
        ],
        impossible_facts=store.flags_json(clocks.flags) if _everywhere(officer) else [],
    )


def _everywhere(officer: Officer) -> bool:
    """Whatever agency they are of. Clocks carry no content, and operators must find the ones that hang."""
    return officer.agency is None or officer.role in {Role.OPERATOR, Role.NATIONAL_ADMIN}


def _may_see(officer: Officer, measured: list[Measured]) -> bool:
    """Officers of an agency see the cases that reached it; everybody else's look like none at all."""
    if officer.role is Role.AUDITOR:
        return False
    if _everywhere(officer):
        return officer.role not in AGENCY_ROLES
    return any(one.clock.agency is not None and _is_theirs(officer, one) for one in measured)


def _is_theirs(officer: Officer, measured: Measured) -> bool:
    agency = measured.clock.agency
    if agency is None or _everywhere(officer):
        return True
    return agency == officer.agency or agency.startswith(f"{officer.agency}.")
