"""An agency's web hooks by page: the API's own functions, and its rule of who may call them.

A secret is shown in the answer that made it, and nowhere else.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.routing.directory import directory
from services.routing.pages.access import AGENCY, Manager
from services.routing.pages.agency import Asked, agency_page
from services.routing.pages.naming import name_of
from services.routing.webhooks import api
from services.routing.webhooks.views import HookView, NewHook, Replay, Rotation, Tested
from shared.calendar import Zone
from shared.security.tokens import Officer
from shared.web.pages import Form, read_form
from shared.web.pages.desk import NO_STORE, STALE, said
from shared.web.problems import Problem, not_found
from shared.web.validation import field_error

router = APIRouter(include_in_schema=False)

HOOKS = AGENCY + "/{code}/web-hook"
_LOG_PAGE = 25
_OVERLAPS = {"0": 0.0, "1": 1.0, "24": 24.0, "72": 72.0, "168": 168.0}
_TWICE = ("Alamat ini sudah terdaftar.", "This address is registered already.")
_ROTATED = (
    "Rahasia sudah diganti sejak halaman ini dibuka. Yang baru ditampilkan satu kali ketika dibuat.",
    "The secret was renewed since this page was opened. The new one was shown once, when it was made.",
)
_MOMENT = ("Isi tanggal dan jam, misalnya 2026-07-06T09:00.", "Give a day and a time, e.g. 2026-07-06T09:00.")
_UNSURE = ("Centang dulu bila Anda yakin.", "Tick this first if you are sure.")


class LogView(BaseModel):
    """What of the log a reader chose."""

    model_config = ConfigDict(extra="ignore")
    state: str = Field("", alias="keadaan", pattern="^(|waiting|delivered|abandoned)$")
    before: int | None = Field(None, alias="sebelum", ge=1)


@router.post(HOOKS)
async def register(request: Request, code: str, officer: Manager) -> Response:
    """Shows the secret once. An address that is registered already is not registered again."""
    desk, form = await api.desk(request, code, officer), await read_form(request)
    url, asked = form["url"], Asked(kode=code)
    if not form.genuine:
        return await agency_page(request, officer, asked, {"url": said(request, STALE)}, url)
    if any(one.url == url for one in (await api.hooks(desk))["webhooks"]):
        return await agency_page(request, officer, asked, {"url": said(request, _TWICE)}, url)
    try:
        registered = await api.register(desk, NewHook(url=url))
    except ValidationError as error:
        wrong = field_error(error.errors()[0])
        words = said(request, (f"Alamat {wrong.message}.", f"The address {wrong.message_en}."))
        return await agency_page(request, officer, asked, {"url": words}, url)
    except Problem as problem:
        return await agency_page(request, officer, asked, {"url": _words(request, problem)}, url)
    return _secret(request, officer, code, registered.webhook_id, registered.secret, None)


@router.get(HOOKS + "/{webhook_id}")
async def hook(
    request: Request, code: str, webhook_id: UUID, officer: Manager, view: Annotated[LogView, Query()]
) -> Response:
    """How it is doing, and what was delivered."""
    return await _page(request, officer, code, webhook_id, view=view)


@router.post(HOOKS + "/{webhook_id}/{deed}")
async def manage(request: Request, code: str, webhook_id: UUID, deed: str, officer: Manager) -> Response:
    """Test, replay, resume, renew the secret, remove."""
    desk, form = await api.desk(request, code, officer), await read_form(request)
    found = await api.hook(desk, webhook_id)
    if not form.genuine:
        return await _page(request, officer, code, webhook_id, errors={"": said(request, STALE)}, form=form)
    match deed:
        case "uji":
            return await _page(request, officer, code, webhook_id, tested=await api.test(desk, found))
        case "putar":
            return await _rotated(request, officer, desk, found, form)
        case "ulang":
            return await _replayed(request, officer, desk, found, form)
        case "lanjutkan":
            await api.resumption(desk, found)
            return RedirectResponse(f"{AGENCY}/{code}/web-hook/{webhook_id}?selesai=lanjutkan", 303)
        case "hapus":
            return await _removed(request, officer, desk, found, form)
    raise not_found()


async def _removed(
    request: Request, officer: Officer, desk: api.Desk, found: HookView, form: Form
) -> Response:
    if not form["yakin"]:
        errors = {"yakin": said(request, _UNSURE)}
        return await _page(request, officer, desk.agency, found.webhook_id, errors=errors, form=form)
    await api.remove(desk, found)
    return RedirectResponse(f"{AGENCY}?kode={desk.agency}&selesai=hapus#web-hook", 303)


async def _rotated(
    request: Request, officer: Officer, desk: api.Desk, found: HookView, form: Form
) -> Response:
    """Only once for one form: a second renewal would drop the secret that the agency still uses."""
    if form["sampai"] != stamp(found):
        errors = {"putar": said(request, _ROTATED)}
        return await _page(request, officer, desk.agency, found.webhook_id, errors=errors, form=form)
    rotation = Rotation(overlap_hours=_OVERLAPS.get(form["tumpang"], 24.0))
    rotated = await api.rotation(desk, found, rotation)
    return _secret(request, officer, desk.agency, found.webhook_id, rotated.secret, rotated.old_secret_until)


async def _replayed(
    request: Request, officer: Officer, desk: api.Desk, found: HookView, form: Form
) -> Response:
    """Asked twice, a delivery that still waits is not queued again."""
    errors: dict[str, str] = {}
    moments: list[datetime] = []
    for name in ("dari", "sampai-waktu"):
        try:
            moments.append(datetime.fromisoformat(form[name]).replace(tzinfo=Zone.WIB.tz))
        except ValueError:
            errors[name] = said(request, _MOMENT)
    if not errors:
        try:
            only: Any = "abandoned" if form["yang"] == "abandoned" else "all"
            replay = Replay(first=moments[0], last=moments[1], only=only)
        except ValidationError as error:
            wrong = field_error(error.errors()[0])
            errors["sampai-waktu"] = said(request, (wrong.message, wrong.message_en)).capitalize() + "."
    if errors:
        return await _page(request, officer, desk.agency, found.webhook_id, errors=errors, form=form)
    queued = (await api.replay(desk, found, replay))["queued"]
    return RedirectResponse(
        f"{AGENCY}/{desk.agency}/web-hook/{found.webhook_id}?selesai=ulang&jumlah={queued}", 303
    )


def stamp(found: HookView) -> str:
    """Which of its secrets the page was made with, as far as that can be told."""
    return found.old_secret_until.isoformat() if found.old_secret_until else ""


def _words(request: Request, problem: Problem) -> str:
    if problem.errors:
        wrong = problem.errors[0]
        return said(request, (wrong.message, wrong.message_en))
    return said(request, (problem.detail, problem.detail_en))


def _secret(  # noqa: PLR0917 - what one page shows
    request: Request, officer: Officer, code: str, webhook_id: UUID, secret: str, until: datetime | None
) -> Response:
    return request.app.state.shell.page(  # type: ignore[no-any-return]
        request,
        "secret.html",
        headers=NO_STORE,
        officer=officer,
        code=code,
        webhook_id=webhook_id,
        secret=secret,
        until=until.astimezone(Zone.WIB.tz) if until else None,
    )


async def _page(
    request: Request,
    officer: Officer,
    code: str,
    webhook_id: UUID,
    *,
    view: LogView | None = None,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
    tested: Tested | None = None,
) -> Response:
    desk = await api.desk(request, code, officer)
    found, view = await api.hook(desk, webhook_id), view or LogView()
    state: Any = view.state or None
    log = await api.deliveries(desk, found, state, view.before, _LOG_PAGE)
    async with request.app.state.database.transaction() as tx:
        name = name_of((await directory(tx)).agencies, code)
    return request.app.state.shell.page(  # type: ignore[no-any-return]
        request,
        "hook.html",
        422 if errors else 200,
        headers=NO_STORE,
        officer=officer,
        code=code,
        name=name,
        hook=found,
        stamp=stamp(found),
        overlaps=list(_OVERLAPS),
        view=view,
        log=log["deliveries"],
        following=log["next"],
        errors=errors or {},
        typed=form.fields if form else {},
        tested=tested,
        done=request.query_params.get("selesai"),
        queued=request.query_params.get("jumlah"),
        local=lambda at: at.astimezone(Zone.WIB.tz),
    )
