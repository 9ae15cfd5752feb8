"""`/akun/pengaturan`: what one wants to hear of all one's reports; signing out, and leaving for good."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.accounts import store, wishes
from services.intake.accounts.desk import session_over
from services.intake.accounts.sessions import Session
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import standing
from services.intake.desk import Desk
from services.intake.domain.preferences import Preferences
from services.intake.pages.account.session import HOME, SIGN_IN, PageSession, SignedInRoute, forget_session
from services.intake.pages.telling import STALE, Both, errors_of
from services.intake.pages.wishes import wishes_of
from shared.web.pages import Shell, read_form

SETTINGS = f"{HOME}/pengaturan"
router = APIRouter(prefix=HOME, include_in_schema=False, route_class=SignedInRoute)

_NOT_SURE = (
    "Centang bila Anda benar-benar ingin menghapus akun ini.",
    "Tick this if you really want to delete this account.",
)


@router.get("/pengaturan")
async def settings(request: Request, desk: CurrentDesk, session: PageSession) -> Response:
    """What was chosen."""
    return _shown(request, await _chosen(desk, session))


@router.post("/pengaturan")
async def choose(request: Request, desk: CurrentDesk, session: PageSession) -> Response:
    """Holds for all reports of the account."""
    form = await read_form(request)
    wanted, wrong = wishes_of(form)
    if wrong or not form.genuine:
        return _shown(request, wanted, form.fields, kabar=wrong or STALE)
    async with desk.database.transaction() as tx:
        if not await wishes.wish(tx, session, wanted):
            raise session_over()
    return RedirectResponse(f"{SETTINGS}?tersimpan=kabar", 303)


@router.post("/keluar")
async def sign_out(request: Request, desk: CurrentDesk, session: PageSession) -> Response:
    """On every device: a token that somebody copied is worth nothing then."""
    form = await read_form(request)
    if not form.genuine:
        return RedirectResponse(HOME, 303)
    async with desk.database.transaction() as tx:
        await store.end_sessions(tx, session)
    return _left("keluar")


@router.post("/hapus")
async def delete(request: Request, desk: CurrentDesk, session: PageSession) -> Response:
    """The account and its list go; the reports stay, each with its own access code."""
    form = await read_form(request)
    if not (form["yakin"] and form.genuine):
        return _shown(request, await _chosen(desk, session), hapus=_NOT_SURE if form.genuine else STALE)
    async with desk.database.transaction() as tx:
        await standing(tx, session)
        await store.delete(tx, session)
    return _left("hapus")


async def _chosen(desk: Desk, session: Session) -> Preferences:
    async with desk.database.reading() as tx:
        await standing(tx, session)
        return await wishes.wished(tx, session) or Preferences()


def _left(how: str) -> Response:
    response = RedirectResponse(f"{SIGN_IN}?lalu={how}", 303)
    forget_session(response)
    return response


def _shown(
    request: Request, chosen: Preferences, typed: Mapping[str, str] | None = None, **wrong: Both
) -> Response:
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "account_settings.html",
        422 if wrong else 200,
        wishes=chosen,
        typed=typed or {},
        errors=errors_of(request, **wrong),
        said=request.query_params.get("tersimpan"),
    )
