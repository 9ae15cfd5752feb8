"""`/l/{token}/bukti/{tracking_id}`: a file from an office without an account, by the link in its mail.

The link is for completing one leg; it lets its holder send what shows that work, and see nothing.
"""

from fastapi import APIRouter, Request, Response

from services.intake import store
from services.intake.api import evidence
from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import PatientRoute
from services.intake.desk import Desk
from services.intake.domain.evidence import ForLeg
from services.intake.domain.view import Tracked
from services.intake.evidence.viewing import held_leg
from services.intake.pages.handing_back import PATIENCE, handed_back, number_of
from shared.db.database import Transaction
from shared.security import links
from shared.security.codes import parse_tracking_id
from shared.security.links import InvalidLink, Link, LinkExpired, Purpose
from shared.web.pages import forms
from shared.web.problems import Problem, not_found

router = APIRouter(include_in_schema=False, route_class=PatientRoute)


@router.post("/l/{token}/bukti/{tracking_id}")
async def add(request: Request, desk: CurrentDesk, token: str, tracking_id: str) -> Response:
    """One file; what was typed beside it goes back to the form."""
    forms.refuse_foreign(request)
    link, number, typed = _verified(desk, token), number_of(tracking_id), dict[str, str]()
    async with desk.database.reading() as tx:
        tracked, leg = await _open(tx, link, tracking_id)
    try:
        kept = await evidence.take(request, desk, tracked, leg, typed)
    except Problem as problem:
        return handed_back(request, typed, problem, layout="base.html", number=number, back=f"/l/{token}")
    file = await desk.evidence.settled(tracked.report.report_id, kept.evidence.evidence_id, PATIENCE)
    return handed_back(request, typed, file, layout="base.html", number=number, back=f"/l/{token}")


def _verified(desk: Desk, token: str) -> Link:
    """Raises a 404 problem for what is no link of ours (any more), or is for something else."""
    try:
        link = links.verify(desk.settings.link_public_key, token, desk.database.clock.now())
    except (InvalidLink, LinkExpired):
        raise not_found() from None
    if link.purpose is not Purpose.COMPLETE:
        raise not_found()
    return link


async def _open(tx: Transaction, link: Link, tracking_id: str) -> tuple[Tracked, ForLeg]:
    found = await store.locate(tx, parse_tracking_id(tracking_id))
    if found is None:
        raise not_found()
    tracked = found.tracked or await store.track(tx, found.report_id)
    leg = held_leg(tracked, link.agency, link.leg_id)
    if leg is None:
        raise not_found()
    return tracked, leg
