"""Acting on a leg by form, through the same commands as the API. What is sent twice acts once."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.routing.directory import directory
from services.routing.domain.completing import evidence_of
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.domain.text import plain
from services.routing.pages import proof
from services.routing.pages.access import DESK, Agent
from services.routing.pages.clocks import reporters_days
from services.routing.pages.commanding import Changed, Command, carry_out, rehearse
from services.routing.pages.deeds import ASK, COMPLETE, DEEDS, DELEGATE, REDIRECT, RETURN, Deed
from services.routing.pages.leg import Draft, leg_page
from services.routing.pages.naming import agencies_like
from services.routing.pages.starts import unfilled, with_start
from shared.calendar import Zone
from shared.contracts import ClockKind
from shared.db.database import Database
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer
from shared.web.pages import Form, read_form
from shared.web.pages.desk import NO_STORE, STALE, CurrentDatabase, said
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)

_MISSING = ("Isian ini belum diisi.", "Please fill this in.")
_UNKNOWN = (
    "Tidak ada instansi dengan nama atau kode ini. Coba sebagian namanya saja.",
    "There is no agency of this name or code. Try a part of its name.",
)
_SEVERAL = (
    "Ada beberapa instansi yang cocok. Pilih satu pada daftar di bawah.",
    "Several agencies match. Choose one from the list below.",
)

_FIELDS = {"text": "text", "unit": "unit", "agency": "instansi", "evidence": "bukti"}
"""A command's field → the end of its name on the page."""


@router.post(DESK + "/{leg_id}/{address}")
async def act(
    request: Request, leg_id: UUID, address: str, officer: Agent, database: CurrentDatabase
) -> Response:
    """One deed: a beginning put in, a look at what the reporter will read, or the deed itself."""
    deed = DEEDS.get(address)
    if deed is None:
        raise not_found()
    form = await read_form(request)
    draft = Draft(deed.address, {deed.field: form[deed.field], **_others(deed, form)})
    step = form["langkah"]
    if not form.genuine:
        return await leg_page(request, leg_id, officer, replace(draft, notice=said(request, STALE)), 422)
    if step in {"sisipkan", "ubah"}:
        return await leg_page(request, leg_id, officer, _edited(deed, draft, form, step))
    draft = await _checked(request, database, deed, draft)
    if draft.errors:
        return await leg_page(request, leg_id, officer, draft, 422)
    command = _command(deed, draft, form)
    try:
        if deed.heard and step != "kirim":
            return await _preview(request, database, officer, leg_id, command)
        await carry_out(database, officer, leg_id, command)
    except UnknownLeg:
        raise not_found() from None
    except (Refused, Changed) as refused:
        told, status = _told(request, draft, refused)
        return await leg_page(request, leg_id, officer, told, status)
    return RedirectResponse(f"{DESK}/{leg_id}?selesai={deed.address}#kabar", 303)


def _others(deed: Deed, form: Form) -> dict[str, str]:
    if deed is COMPLETE:
        return proof.typed(form)
    names = {DELEGATE: ("unit",), RETURN: ("instansi", "pilihan"), REDIRECT: ("instansi", "pilihan")}
    return {f"{deed.address}-{name}": form[f"{deed.address}-{name}"] for name in names.get(deed, ())}


def _edited(deed: Deed, draft: Draft, form: Form, step: str) -> Draft:
    if step == "ubah" or deed.kind is None:
        return draft
    text = with_start(draft.typed[deed.field], form[f"{deed.address}-contoh"], deed.kind)
    return replace(draft, typed={**draft.typed, deed.field: text})


async def _checked(request: Request, database: Database, deed: Deed, draft: Draft) -> Draft:
    """What can be told without the leg: lengths, unfilled places, and which agency is meant."""
    errors: dict[str, str] = {}
    text = plain(draft.typed[deed.field])
    if deed.most and (wrong := _wrong_text(deed, text)):
        errors[deed.field] = said(request, wrong)
    if deed is COMPLETE:
        errors |= {name: said(request, wrong) for name, wrong in _wrong_proof(draft)}
    if deed is DELEGATE and not draft.typed["delegasi-unit"]:
        errors["delegasi-unit"] = said(request, _MISSING)
    if deed in {RETURN, REDIRECT}:
        draft, wrong = await _agency_meant(database, deed, draft)
        if wrong:
            errors[f"{deed.address}-{'pilihan' if draft.choices else 'instansi'}"] = said(request, wrong)
    return replace(draft, errors=errors)


def _wrong_proof(draft: Draft) -> Iterator[tuple[str, tuple[str, str]]]:
    if unsent := draft.typed[proof.UNSENT]:
        yield (
            proof.FILE,
            (
                f"Berkas {unsent} belum diunggah. Pilih lagi lalu tekan Unggah.",
                f"The file {unsent} has not been uploaded. Choose it again and press Upload.",
            ),
        )
    if len(draft.typed[proof.REASON]) > (most := proof.LONGEST_REASON):
        yield proof.REASON, (f"Paling banyak {most} karakter.", f"At most {most} characters.")


def _wrong_text(deed: Deed, text: str) -> tuple[str, str] | None:
    # A completion's gaps are told together, by the command itself.
    if len(text) < deed.least and deed is not COMPLETE:
        return (
            f"Tulis paling sedikit {deed.least} karakter; sekarang {len(text)}.",
            f"Write at least {deed.least} characters; there are {len(text)}.",
        )
    if len(text) > deed.most:
        return (
            f"Paling banyak {deed.most} karakter; sekarang {len(text)}.",
            f"At most {deed.most} characters; there are {len(text)}.",
        )
    if places := ", ".join(unfilled(text)):
        return f"Ganti dulu bagian ini: {places}.", f"Replace these parts first: {places}."
    return None


async def _agency_meant(database: Database, deed: Deed, draft: Draft) -> tuple[Draft, tuple[str, str] | None]:
    """The draft with the agency's code as `…-pilihan`; several that match become choices."""
    typed, chosen = (draft.typed[f"{deed.address}-{name}"] for name in ("instansi", "pilihan"))
    if not typed and not chosen:
        return draft, _MISSING if deed is REDIRECT else None
    async with database.transaction() as tx:
        known = (await directory(tx)).agencies
        today = Zone.WIB.date_of(tx.now)
    found = agencies_like(known, chosen or typed, today)
    if len(found) > 1:
        return replace(draft, choices=tuple(found)), _SEVERAL
    if not found:
        return draft, _UNKNOWN
    return replace(draft, typed={**draft.typed, f"{deed.address}-pilihan": found[0].code}), None


def _command(deed: Deed, draft: Draft, form: Form) -> Command:
    """Raises a 404 problem for a form that is none of ours."""
    try:
        return Command(
            deed,
            plain(draft.typed[deed.field]),
            draft.typed.get(f"{deed.address}-unit") or None,
            draft.typed.get(f"{deed.address}-pilihan") or None,
            int(form["versi"]),
            UUID(form["kiriman"]),
            proof.chosen(draft.typed),
            draft.typed.get(proof.REASON) or None,
        )
    except ValueError:
        raise not_found() from None


async def _preview(
    request: Request, database: Database, officer: Officer, leg_id: UUID, command: Command
) -> Response:
    """What the reporter will read. Raises what sending it would."""
    docket, leg, now = await rehearse(database, officer, leg_id, command)
    created, clock = leg.created, ClockKind.COMPLETION if command.deed is ASK else ClockKind.REPLY
    return request.app.state.shell.page(  # type: ignore[no-any-return]
        request,
        "preview.html",
        headers=NO_STORE,
        officer=officer,
        leg=leg,
        number=format_tracking_id(created.tracking_id),
        command=command,
        deed=command.deed,
        asks=command.deed is ASK,
        completes=command.deed is COMPLETE,
        files=[one for one in evidence_of(docket, leg) if one.evidence.evidence_id in command.evidence],
        others=len(docket.working_legs) - 1,
        awaited=command.deed is not ASK and bool(docket.awaited_beside(leg)),
        today=now.astimezone(Zone(created.zone).tz),
        days=reporters_days(clock, now, created.classification),
    )


def _told(request: Request, draft: Draft, refused: Refused | Changed) -> tuple[Draft, int]:
    """What was typed, with the reason next to the field that it is about."""
    faults = refused.faults if isinstance(refused, Refused) else ()
    errors = {
        f"{draft.address}-{_FIELDS[one.field]}": said(request, (one.text, one.text_en)) for one in faults
    }
    if not errors:
        return replace(draft, notice=said(request, (refused.reason, refused.reason_en))), 409
    return replace(draft, errors={name: _sentence(words) for name, words in errors.items()}), 422


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."
