"""Web hooks of channels: signature checked, messages durable in their queue, and only then answered."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ValidationError

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import HookRoute, read_limited
from services.intake.api.documents import problems
from services.intake.api.filing import channel_not_served
from services.intake.api.hooks import CHALLENGES, HOOKS
from services.intake.channels import metrics
from services.intake.channels.adapter import Challenged, WebHook
from services.intake.channels.keeping import NotKept, keep
from services.intake.desk import Desk
from shared.security.signatures import InvalidSignature
from shared.web.problems import Problem, validation_problem

router = APIRouter(prefix="/v1", tags=["channels"], route_class=HookRoute)


class Accepted(BaseModel):
    """What was sent is safe; it need not be sent again."""

    accepted: bool = True


@router.post(
    "/channels/{channel}",
    status_code=202,
    response_model=Accepted,
    responses={
        200: {"model": Accepted, "description": "The same, where a provider wants this status."},
        **problems(400, 401, 404, 413, 422, 503),
    },
    summary="Receive messages from a channel's provider",
    openapi_extra=HOOKS,
)
async def receive(request: Request, desk: CurrentDesk, channel: str) -> JSONResponse:
    """Signed by the provider. What is delivered again counts once. 503 asks for that."""
    hook = _hook(desk, channel)
    raw = await read_limited(request, hook.most_bytes)
    try:
        hook.verify(raw, request.headers)
    except InvalidSignature as error:
        metrics.TURNED_AWAY.labels(hook.channel, "unsigned").inc()
        raise _unsigned(error) from None
    try:
        messages = hook.translate(raw, desk.clock.now())
    except (ValidationError, Problem) as error:
        metrics.TURNED_AWAY.labels(hook.channel, "malformed").inc()
        raise (validation_problem(error.errors()) if isinstance(error, ValidationError) else error) from None
    try:
        await keep(desk.publisher, hook.channel, messages)
    except NotKept:
        raise _not_kept() from None
    return JSONResponse({"accepted": True}, hook.accepted)


@router.get(
    "/channels/{channel}",
    response_class=PlainTextResponse,
    responses=problems(401, 404, 422),
    summary="Prove to a channel's provider that this address is ours",
    openapi_extra=CHALLENGES,
)
async def prove(request: Request, desk: CurrentDesk, channel: str) -> Response:
    """WhatsApp asks with `hub.challenge` and the token that was agreed; X (a stub) with `crc_token`."""
    hook = _hook(desk, channel)
    if not isinstance(hook, Challenged):
        raise channel_not_served()
    try:
        answer = hook.challenge(request.query_params)
    except InvalidSignature as error:
        raise _unsigned(error) from None
    return JSONResponse(answer) if isinstance(answer, dict) else PlainTextResponse(answer)


def _hook(desk: Desk, channel: str) -> WebHook:
    try:
        return desk.hooks[channel]
    except KeyError:
        raise channel_not_served() from None


def _unsigned(error: InvalidSignature) -> Problem:
    return Problem(
        401, "signature-invalid", "Tanda tangan gateway tidak sah.", f"Not signed by the gateway: {error}."
    )


def _not_kept() -> Problem:
    return Problem(
        503,
        "not-kept",
        "Pesan belum dapat disimpan. Silakan kirim ulang.",
        "The message could not be kept. Please send it again.",
        headers={"Retry-After": "5"},
    )
