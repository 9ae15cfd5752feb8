"""Following in this browser, by web push: begun by a script, that alone can subscribe, and ended by a form.

What ends a follow is kept in the browser itself; nothing here knows whose it is.
"""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake import store
from services.intake.api.access import CurrentDesk
from services.intake.api.follows import admit_area
from services.intake.api.supports import admit
from services.intake.desk import Desk
from services.intake.following import desk as following
from services.intake.following.desk import Target
from services.intake.pages import access
from services.intake.pages.follow import PLACE, asked_area
from services.intake.pages.keepsakes import FOLLOWS, MOST_KEPT
from services.intake.pages.listed import Asked
from services.intake.pages.news import subscription_of
from services.intake.pages.telling import STALE
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id
from shared.web.pages import Form, read_form
from shared.web.problems import Problem, not_found

router = APIRouter(include_in_schema=False)


@router.post("/lacak/{tracking_id}/ikuti/peramban")
async def follow_report(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """This browser hears of changes on a report's public page."""
    form = await _genuine(request)
    parsed = access.parsed_id(tracking_id)
    admit(request, desk, parsed)
    subscription = subscription_of(desk, form)
    async with desk.database.transaction() as tx:
        found = await store.locate(tx, parsed)
        if found is None or found.tracked is None:
            raise not_found()
        return await _follow(tx, request, desk, Target.case(found.tracked), subscription)


@router.post("/lacak/{tracking_id}/ikuti/peramban/berhenti")
async def end_report(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """A plain form: whoever turned scripts off meanwhile can end it, too."""
    await _genuine(request)
    parsed = access.parsed_id(tracking_id)
    return await _end(request, desk, parsed, f"/lacak/{format_tracking_id(parsed)}#{PLACE}")


@router.post("/laporan/ikuti/peramban")
async def follow_area(request: Request, desk: CurrentDesk) -> Response:
    """This browser hears of new reports where the list was narrowed to."""
    form = await _genuine(request)
    target = _area(form)
    admit_area(request, desk, target)
    subscription = subscription_of(desk, form)
    async with desk.database.transaction() as tx:
        return await _follow(tx, request, desk, target, subscription)


@router.post("/laporan/ikuti/peramban/berhenti")
async def end_area(request: Request, desk: CurrentDesk) -> Response:
    """The same for an area."""
    form = await _genuine(request)
    leads_to = "/laporan?" + urlencode({"topik": form["topik"], "wilayah": form["wilayah"]})
    return await _end(request, desk, _area(form).area or "", f"{leads_to}#{PLACE}")


async def end_all(request: Request, response: Response, desk: Desk) -> None:
    """This browser follows nothing any more."""
    async with desk.database.transaction() as tx:
        for follow_id, code in FOLLOWS.read(request, desk).values():
            await following.unfollow(tx, desk.keys, UUID(follow_id), code)
    response.delete_cookie(FOLLOWS.cookie, path="/")


async def _follow(
    tx: Transaction, request: Request, desk: Desk, target: Target, subscription: str
) -> Response:
    """Again by another subscription: in place of the one before."""
    kept = FOLLOWS.read(request, desk)
    name = target.report.report.tracking_id if target.report else target.area or ""
    if before := kept.pop(name, None):
        await following.unfollow(tx, desk.keys, UUID(before[0]), before[1])
    if len(kept) >= MOST_KEPT:
        raise _too_many()
    follow_id, code = await following.follow_in_browser(tx, desk.keys, target, subscription)
    response = Response(status_code=204)
    FOLLOWS.write(response, desk, {**kept, name: (str(follow_id), code)})
    return response


async def _end(request: Request, desk: Desk, name: str, leads_to: str) -> Response:
    response, kept = RedirectResponse(leads_to, 303), FOLLOWS.read(request, desk)
    if found := kept.pop(name, None):
        async with desk.database.transaction() as tx:
            await following.unfollow(tx, desk.keys, UUID(found[0]), found[1])
        FOLLOWS.write(response, desk, kept)
    return response


async def _genuine(request: Request) -> Form:
    form = await read_form(request)
    if not form.genuine:
        raise Problem(409, "stale-form", *STALE)
    return form


def _area(form: Form) -> Target:
    found = asked_area(Asked(topik=form["topik"][:100], wilayah=form["wilayah"][:100]))
    if found is None:
        raise not_found()
    return found.target()


def _too_many() -> Problem:
    return Problem(
        429,
        "too-many-follows",
        "Peramban ini sudah mengikuti terlalu banyak laporan dan wilayah.",
        "This browser follows too many reports and areas already.",
    )
