"""`/v1/agencies/{code}/webhooks`: an agency's coordinator or the national administrator manages its hooks."""

import json
import time
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from uuid_utils.compat import uuid7

from services.routing.directory import directory
from services.routing.webhooks import registry, signing
from services.routing.webhooks.sender import post
from services.routing.webhooks.store import Claimed
from services.routing.webhooks.views import (
    DeliveryView,
    HookView,
    NewHook,
    Registered,
    Replay,
    Rotated,
    Rotation,
    Tested,
)
from shared.calendar import Zone
from shared.db.database import Database
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.security.vault import Unopenable, Vault
from shared.web.addresses import ForbiddenAddress
from shared.web.outbound import NoAnswer, Outbound
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/agencies/{code}/webhooks", tags=["webhooks"])
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Desk:
    """The agency in the path, the officer who may manage it, and what the service gives us."""

    agency: str
    officer: Officer
    database: Database
    outbound: Outbound
    vault: Vault


async def desk(
    request: Request,
    code: Annotated[str, Path(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)],
    officer: Annotated[Officer, Depends(require(Role.COORDINATOR, Role.NATIONAL_ADMIN))],
) -> Desk:
    """Raises 404 for an agency that is not, or whose hooks are none of the officer's business."""
    state = request.app.state
    async with state.database.transaction() as tx:
        agencies = (await directory(tx)).agencies
        known = agencies.valid(code, Zone.WIB.date_of(tx.now))
    theirs = officer.role is Role.NATIONAL_ADMIN or agencies.may_act_for(officer.agency or "", code)
    if known is None or not theirs:
        raise not_found()
    return Desk(code, officer, state.database, state.outbound, state.webhook_vault)


At = Annotated[Desk, Depends(desk)]


async def hook(desk: At, webhook_id: UUID) -> HookView:
    """The hook in the path, if it is the agency's. Raises 404."""
    async with desk.database.reading() as tx:
        found = await registry.hooks(tx, desk.agency, webhook_id)
    if not found:
        raise not_found()
    return HookView.model_validate(found[0])


Hook = Annotated[HookView, Depends(hook)]


@router.post("", status_code=201)
async def register(desk: At, body: NewHook) -> Registered:
    """Register an address. What happens to the agency's legs, and to those below it, is posted there."""
    await prove(desk.outbound, body.url)
    webhook_id, secret = uuid7(), signing.new_secret()
    closed = desk.vault.close(secret, webhook_id)
    async with desk.database.transaction() as tx:
        stored = await registry.register(
            tx, webhook_id, agency=desk.agency, url=body.url, secret=closed, officer=desk.officer.id
        )
    if not stored:
        most = registry.MOST_HOOKS
        raise Problem(409, "too-many-hooks", f"Paling banyak {most} web hook.", f"At most {most} web hooks.")
    return Registered(webhook_id=webhook_id, url=body.url, secret=signing.shown(secret))


@router.get("")
async def hooks(desk: At) -> dict[str, list[HookView]]:
    """The agency's hooks and how they are doing."""
    async with desk.database.reading() as tx:
        rows = await registry.hooks(tx, desk.agency)
    return {"webhooks": [HookView.model_validate(row) for row in rows]}


@router.get("/{webhook_id}")
async def one(hook: Hook) -> HookView:
    """One hook and how it is doing; its secret is never shown again."""
    return hook


@router.delete("/{webhook_id}", status_code=204)
async def remove(desk: At, hook: Hook) -> Response:
    """Stop calling it. What still waits for it is abandoned."""
    async with desk.database.transaction() as tx:
        await registry.remove(tx, hook.webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/rotation")
async def rotation(desk: At, hook: Hook, body: Rotation | None = None) -> Rotated:
    """A new secret; the old one signs along for a while, so that no delivery goes unrecognised."""
    secret, overlap = signing.new_secret(), (body or Rotation()).overlap_hours * 3600
    closed = desk.vault.close(secret, hook.webhook_id)
    async with desk.database.transaction() as tx:
        until = await registry.rotate(tx, hook.webhook_id, closed, overlap)
    return Rotated(secret=signing.shown(secret), old_secret_until=until)


@router.post("/{webhook_id}/resumption")
async def resumption(desk: At, hook: Hook) -> HookView:
    """Go on with a suspended hook; everything that waits is delivered in order."""
    async with desk.database.transaction() as tx:
        await registry.resume(tx, hook.webhook_id)
        rows = await registry.hooks(tx, desk.agency, hook.webhook_id)
    return HookView.model_validate(rows[0])


@router.post("/{webhook_id}/replay")
async def replay(desk: At, hook: Hook, body: Replay) -> dict[str, int]:
    """Deliver again what was queued in a range. Each keeps its `webhook-id`."""
    states = ["abandoned"] if body.only == "abandoned" else ["delivered", "abandoned"]
    async with desk.database.transaction() as tx:
        queued = await registry.replay(tx, hook.webhook_id, body.first, body.last, states)
    return {"queued": queued}


@router.get("/{webhook_id}/deliveries")
async def deliveries(
    desk: At,
    hook: Hook,
    state: Literal["waiting", "delivered", "abandoned"] | None = None,
    before: Annotated[int | None, Query(description="`next` of the page before.", ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What was delivered, what waits and what was abandoned, newest first. Kept for 30 days."""
    async with desk.database.reading() as tx:
        rows = await registry.deliveries(tx, hook.webhook_id, state=state, before=before, limit=limit)
    lines = [DeliveryView.model_validate(row) for row in rows]
    return {"deliveries": lines, "next": lines[-1].id if len(lines) == limit else None}


@router.post("/{webhook_id}/test")
async def test(desk: At, hook: Hook) -> Tested:
    """Post a delivery of type `webhook.test` now, once, and tell how the hook took it."""
    async with desk.database.reading() as tx:
        closed = await registry.secrets_of(tx, desk.agency, hook.webhook_id)
    if closed is None:
        raise not_found()
    trial = _trial(hook, closed)
    started, status, error = time.perf_counter(), None, None
    try:
        status, error = await post(desk.outbound, desk.vault, trial)
    except (NoAnswer, ForbiddenAddress, Unopenable) as failure:
        error = str(failure)
    seconds = time.perf_counter() - started
    await _note(desk, trial, status=status, error=error, seconds=seconds)
    return Tested(delivered=error is None, status=status, error=error, seconds=round(seconds, 3))


def _trial(hook: HookView, closed: Any) -> Claimed:
    return Claimed(
        id=0,
        delivery_id=uuid7(),
        webhook_id=hook.webhook_id,
        event_id=uuid7(),
        type="webhook.test",
        body=json.dumps({"agency": hook.agency}).encode(),
        attempts=1,
        age=0.0,
        agency=hook.agency,
        url=closed.url,
        secret=closed.secret,
        old_secret=closed.old_secret,
    )


async def _note(desk: Desk, trial: Claimed, **outcome: Any) -> None:
    async with desk.database.transaction() as tx:
        await registry.note_test(
            tx,
            delivery_id=trial.delivery_id,
            webhook_id=trial.webhook_id,
            event_id=trial.event_id,
            report_id=NOBODY,
            type=trial.type,
            body=trial.body,
            state="abandoned" if outcome["error"] else "delivered",
            **outcome,
        )


async def prove(outbound: Outbound, url: str) -> None:
    """Raises a problem with the field `url` unless its name leads where we may call."""
    try:
        await outbound.prove(url)
    except ForbiddenAddress as refused:
        raise invalid("url", refused.reason, refused.reason_en) from None
    except NoAnswer:
        raise invalid(
            "url", "Nama pada alamat ini tidak ditemukan.", "The name cannot be resolved."
        ) from None
