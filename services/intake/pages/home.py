"""The front page and what explains it. Every number on them is read from the rules in force or counted."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.api.access import CurrentDesk
from services.intake.desk import Desk
from services.intake.questions.scope import redirections
from shared.calendar import Zone
from shared.calendar.in_force import in_force
from shared.contracts import Classification, ClockKind
from shared.web.pages import Shell

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, desk: CurrentDesk) -> Response:
    """What this is, what happens next, how long it takes."""
    return _page(request, desk, "home.html")


@router.get("/tentang")
async def about(request: Request, desk: CurrentDesk) -> Response:
    """The whole way of a report, with the source of each limit."""
    return _page(request, desk, "about.html")


@router.get("/bukan-untuk-ini")
async def elsewhere(request: Request, desk: CurrentDesk) -> Response:
    """What is not handled here, and who handles it."""
    return _page(request, desk, "elsewhere.html", redirections=redirections())


@router.get("/privasi")
async def privacy(request: Request, desk: CurrentDesk) -> Response:
    """Who sees what of a reporter."""
    return _page(request, desk, "privacy.html")


def _page(request: Request, desk: Desk, template: str, **told: Any) -> Response:
    shell: Shell = request.app.state.shell
    return shell.page(request, template, limits=limits(desk), **told)


def limits(desk: Desk) -> dict[str, int]:
    """Working days of each limit in force today; settlement by classification."""
    today, rules = Zone.WIB.date_of(desk.clock.now()), in_force()
    return {
        "verification": rules.days(ClockKind.VERIFICATION, today),
        "completion": rules.days(ClockKind.COMPLETION, today),
        "response": rules.days(ClockKind.FIRST_RESPONSE, today),
        "reply": rules.days(ClockKind.REPLY, today),
        "reopening": rules.days(ClockKind.REOPENING, today),
        "ombudsman": rules.days(ClockKind.OMBUDSMAN, today),
        **{kind.value: rules.days(ClockKind.SETTLEMENT, today, kind) for kind in Classification},
    }
