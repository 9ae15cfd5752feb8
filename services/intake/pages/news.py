"""How a report's page hears of news: in the browser also while it is closed, and live while it is open.

A browser that was told is remembered in a sealed cookie of its own, so that the page can offer to end it.
"""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError

from services.intake import browsers, store
from services.intake.api import push
from services.intake.api.access import CurrentDesk
from services.intake.api.feed import feed_token
from services.intake.desk import Desk
from services.intake.pages import access
from services.intake.pages.telling import STALE
from shared.security.codes import format_tracking_id
from shared.web.pages import Form, read_form
from shared.web.problems import Problem, invalid

router = APIRouter(include_in_schema=False)

COOKIE = "lapor_peramban"
_YEAR = 365 * 24 * 3600
_MOST = 50


@router.post("/lacak/{tracking_id}/peramban")
async def tell(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """From now on this browser hears that there is news; a script sends what its Push API gave."""
    form = await read_form(request)
    if not form.genuine:
        raise Problem(409, "stale-form", *STALE)
    subscription = subscription_of(desk, form)
    async with desk.database.transaction() as tx:
        tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
        await push.have_told(tx, desk, tracked, subscription)
    response = Response(status_code=204)
    _keep(response, desk, [*told_here(request, desk), tracked.report.tracking_id])
    return response


@router.post("/lacak/{tracking_id}/peramban/berhenti")
async def tell_no_more(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """A plain form: whoever turned scripts off meanwhile can end it, too."""
    form = await read_form(request)
    if not form.genuine:
        raise Problem(409, "stale-form", *STALE)
    async with desk.database.transaction() as tx:
        tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
        await browsers.unsubscribe(tx, [tracked.report.report_id])
    plain = tracked.report.tracking_id
    response = RedirectResponse(f"/lacak/{format_tracking_id(plain)}#peramban", 303)
    _keep(response, desk, [one for one in told_here(request, desk) if one != plain])
    return response


@router.post("/lacak/{tracking_id}/langsung")
async def follow(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """What a page reads the live feed with, for half an hour; it opens nothing else."""
    form = await read_form(request)
    if not form.genuine:
        raise Problem(409, "stale-form", *STALE)
    async with desk.database.reading() as tx:
        tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
    return JSONResponse(feed_token(desk, tracked).model_dump(mode="json"))


def subscription_of(desk: Desk, form: Form) -> str:
    """What a script sent of its browser's Push API. Raises problems for what no browser gave."""
    keys = {"p256dh": form["p256dh"], "auth": form["auth"]}
    try:
        body = push.PushBody.model_validate({"endpoint": form["endpoint"], "keys": keys})
    except ValidationError:
        raise invalid("endpoint", "kunci peramban belum benar", "not a browser's key") from None
    return json.dumps(push.checked_subscription(desk, body))


def told_here(request: Request, desk: Desk) -> list[str]:
    """The tracking ids of which this browser is told."""
    try:
        return list(json.loads(access.kept_sealed(request, desk, COOKIE)))
    except ValueError:
        return []


async def tell_of_none(request: Request, desk: Desk) -> None:
    """End it for every report of which this browser is told."""
    told = told_here(request, desk)
    async with desk.database.transaction() as tx:
        found = [await store.locate(tx, tracking_id) for tracking_id in told]
        await browsers.unsubscribe(tx, {one.report_id for one in found if one})


def _keep(response: Response, desk: Desk, told: list[str]) -> None:
    newest = list(dict.fromkeys(told))[-_MOST:]
    access.keep_sealed(response, desk, COOKIE, json.dumps(newest), path="/lacak", max_age=_YEAR)
