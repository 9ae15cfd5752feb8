"""`/lapor/lanjut`: a report that was begun elsewhere goes on here, with its code. Never with who reports."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import JSON_BYTES
from services.intake.api.filing import FiledReport
from services.intake.desk import Desk
from services.intake.drafts import desk as drafts
from services.intake.drafts.codes import InvalidDraftCode, draft_id_of, new_code, parse_code
from services.intake.drafts.desk import Draft
from services.intake.drafts.sealing import DraftKey
from services.intake.pages import access, typed
from services.intake.pages.form_page import form_page
from services.intake.pages.telling import STALE, Both, errors_of
from services.intake.pages.typed import Typed
from shared.security.codes import parse_tracking_id
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.language import language_of
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)

UNKNOWN = (
    "Kode ini tidak dikenal, atau drafnya sudah kedaluwarsa: draf disimpan 7 hari sejak terakhir diubah.",
    "This code is not known, or its draft has expired: drafts are kept for 7 days after their last change.",
)
ELSEWHERE = (
    "Draf ini sudah diubah di perangkat lain. Isian Anda di sini kami simpan dengan kode yang baru.",
    "This draft was changed on another device. What you typed here was kept, with a new code.",
)
FILED = (
    "Draf ini sudah dikirim sebagai laporan. Bila dikirim lagi, ini menjadi laporan lain.",
    "This draft was filed already. Sent again, this becomes another report.",
)

TOO_LONG = (
    "Isian ini terlalu panjang untuk disimpan sebagai draf. Silakan persingkat cerita Anda.",
    "This is too long to be kept as a draft. Please shorten your story.",
)


@router.get("/lapor/lanjut")
async def ask(request: Request) -> Response:
    """Which draft? A link carries its code where no server sees it, behind the `#`."""
    return _asked(request)


@router.post("/lapor/lanjut")
async def go_on(request: Request, desk: CurrentDesk) -> Response:
    """The form as it was left; or the receipt, where it has been filed since."""
    form = await read_form(request)
    if not form.genuine:
        return _asked(request, form["kode"][:60], STALE, 409)
    try:
        code = parse_code(form["kode"])
        draft = await _read(desk, code)
    except InvalidDraftCode:
        return _asked(request, form["kode"][:60], UNKNOWN, 422)
    except Problem as problem:
        if problem.status != 404:
            raise
        return _asked(request, form["kode"][:60], UNKNOWN, 422)
    if draft.answer is not None:
        return _receipt(request, desk, FiledReport.model_validate(draft.answer))
    return form_page(request, _typed(draft, code, language_of(request)), {})


async def keep(request: Request, desk: Desk, filled: Typed) -> tuple[Typed, Both | None]:
    """Save what was typed, with a code that goes on with it, and what has to be said about that.

    Raises a 429 problem.
    """
    content: dict[str, Any] = {"form": filled.unpersonal(), "step": filled.step, "key": filled.key}
    if len(json.dumps(content, ensure_ascii=False).encode()) > JSON_BYTES:
        return filled, TOO_LONG
    if not filled.values["draft"]:
        return await _keep_new(request, desk, filled, content), None
    try:
        return await _save(request, desk, filled, content, filled.version), None
    except Problem as problem:
        if problem.code == "draft-filed":
            return filled.filed_anew(), FILED
        if problem.code == "draft-changed":
            return await _keep_new(request, desk, filled, content), ELSEWHERE
        if problem.status != 404:
            raise
        return await _save(request, desk, filled, content, 0), None  # it had expired


async def note_filed(desk: Desk, filled: Typed, answer: str) -> None:
    """The report takes its draft's place. One that has expired meanwhile is no matter."""
    if not (code := filled.values["draft"]):
        return
    draft_id = draft_id_of(code)
    async with desk.database.transaction() as tx:
        await drafts.note_filed(tx, draft_id, DraftKey(draft_id, code), answer)


async def _keep_new(request: Request, desk: Desk, filled: Typed, content: dict[str, Any]) -> Typed:
    return await _save(request, desk, filled.drafted(new_code(), 0), content, 0)


async def _save(request: Request, desk: Desk, filled: Typed, content: dict[str, Any], version: int) -> Typed:
    if version == 0:
        desk.draft_guard.admit(request)  # whoever sends a code may have made it up
    code = filled.values["draft"]
    draft_id = draft_id_of(code)
    async with desk.database.transaction() as tx:
        saved, _ = await drafts.save(tx, draft_id, DraftKey(draft_id, code), content, version)
    return filled.drafted(code, saved)


async def _read(desk: Desk, code: str) -> Draft:
    draft_id = draft_id_of(code)
    async with desk.database.reading() as tx:
        return await drafts.read(tx, draft_id, DraftKey(draft_id, code))


def _typed(draft: Draft, code: str, language: str) -> Typed:
    kept: Any = draft.content.get("form")
    pairs = kept.items() if isinstance(kept, dict) else ()  # its holder may have put anything there
    fields = {name: value for name, value in pairs if isinstance(value, str)}
    fields |= {name: str(draft.content.get(name, "")) for name in ("step", "key")}
    return typed.typed_of(Form(fields, genuine=True), language).drafted(code, draft.version)


def _receipt(request: Request, desk: Desk, filed: FiledReport) -> Response:
    response = RedirectResponse(f"/tanda-terima/{filed.tracking_id}", 303)
    tracking_id = parse_tracking_id(filed.tracking_id)
    access.grant(request, response, desk, tracking_id)
    access.hand_over(response, desk, access.Fresh(tracking_id=tracking_id, access_code=filed.access_code))
    return response


def _asked(request: Request, code: str = "", wrong: Both | None = None, status: int = 200) -> Response:
    shell: Shell = request.app.state.shell
    errors = errors_of(request, kode=wrong)
    return shell.page(request, "continue.html", status, code=code, errors=errors)
