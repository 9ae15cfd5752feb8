"""A browser that hears of a report without anybody leaving a contact: asked for, and ended, with the code."""

import json
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.intake import browsers
from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from shared.db.database import Transaction
from shared.security.keys import decode
from shared.web.addresses import LONGEST_URL, ForbiddenAddress, checked_url
from shared.web.problems import Problem, invalid

_SECRET_BYTES = 16
"""RFC 8291: what a browser shares with those who write to it."""
router = APIRouter(
    prefix="/v1",
    tags=["push"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 413, 422, 429, 503),
)


class PushKeys(BaseModel):
    """What a message is encrypted with, in base64url, as the browser gives it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    p256dh: Annotated[str, Field(max_length=100, description="A point on P-256, uncompressed.")]
    auth: Annotated[str, Field(max_length=40, description="16 bytes.")]


class PushBody(BaseModel):
    """`PushSubscription.toJSON()` of the Push API, unchanged."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    endpoint: Annotated[str, Field(max_length=LONGEST_URL)]
    expiration_time: Annotated[
        float | None,
        Field(alias="expirationTime", description="Not used: the push service tells when it ends."),
    ] = None
    keys: PushKeys


class PushKey(BaseModel):
    """What a page hands to `pushManager.subscribe` as `applicationServerKey`."""

    key: str


@router.get("/push/key", summary="The key that browsers subscribe with")
async def push_key(desk: CurrentDesk) -> PushKey:
    """The public half of the deployment's VAPID key (RFC 8292); 503 where nothing is sent by push."""
    return PushKey(key=_key(desk))


@router.put("/reports/{tracking_id}/push", status_code=204, summary="Hear of this report in this browser")
async def subscribe(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: PushBody) -> None:
    """One browser a report: another one takes its place. It hears that there is news from then on, and
    nothing of what; what it left with us is sealed, links to nothing else, and is forgotten with the report.
    """
    subscription = json.dumps(checked_subscription(desk, body))
    async with desk.database.transaction() as tx:
        await have_told(tx, desk, await open_report(tx, desk, tracking_id, code), subscription)


@router.delete("/reports/{tracking_id}/push", status_code=204, summary="Hear of this report no longer")
async def unsubscribe(desk: CurrentDesk, code: RequiredCode, tracking_id: str) -> None:
    """The same answer where no browser was told."""
    async with desk.database.transaction() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
        await browsers.unsubscribe(tx, [tracked.report.report_id])


async def have_told(tx: Transaction, desk: Desk, tracked: Tracked, subscription: str) -> None:
    """Have a browser, that was checked, told of a report."""
    await browsers.subscribe(tx, tracked, desk.keys.sealer.seal_push(tracked.report.report_id, subscription))


def checked_subscription(desk: Desk, body: PushBody) -> dict[str, object]:
    """What notify needs of one. Raises problems: 422 for what no browser gave, 503 where there is no push."""
    _key(desk)
    _check(body, loopback=desk.settings.outgoing_loopback)
    return {"endpoint": body.endpoint, "keys": body.keys.model_dump()}


def _key(desk: Desk) -> str:
    if desk.settings.push_public_key is None:
        raise Problem(
            503,
            "no-push",
            "Pemberitahuan lewat peramban tidak tersedia.",
            "Notifications by browser are not available.",
        )
    return desk.settings.push_public_key


def _check(body: PushBody, *, loopback: bool) -> None:
    try:
        checked_url(body.endpoint, loopback=loopback)
    except ForbiddenAddress as error:
        raise invalid("endpoint", error.reason, error.reason_en) from None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(body.keys.p256dh))
    except ValueError:
        raise invalid("keys.p256dh", "kunci peramban belum benar", "not a browser's key") from None
    if _length(body.keys.auth) != _SECRET_BYTES:
        raise invalid("keys.auth", "kunci peramban belum benar", "not a browser's secret")


def _length(text: str) -> int:
    try:
        return len(decode(text))
    except ValueError:
        return 0
