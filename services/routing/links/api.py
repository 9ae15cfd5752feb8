"""`/l/{token}`: one thing done with one leg by whoever holds the link. Only POST acts: scanners follow links.

A link holds as long as its leg still waits for just that; so an objection of the reporter's, which puts the
leg back to work, makes the link for an answer good again until it expires.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from uuid_utils.compat import uuid7

from services.routing import store
from services.routing.directory import directory
from services.routing.dockets import open_leg, save_dockets
from services.routing.domain.commands import Word, act_on, may_speak
from services.routing.domain.fold import fold
from services.routing.domain.leg import OPEN, OWING, Docket, Leg, LegState
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.links import completing, pages
from services.routing.store import Response
from shared.contracts import ResponseKind
from shared.db.database import Database, Transaction
from shared.security import links
from shared.security.links import InvalidLink, Link, LinkExpired, Purpose
from shared.telemetry.logs import log

router = APIRouter(tags=["links"], include_in_schema=False)

KINDS = {
    Purpose.ACKNOWLEDGE: ResponseKind.ACKNOWLEDGEMENT,
    Purpose.ASK: ResponseKind.QUESTION,
    Purpose.ANSWER: ResponseKind.RESPONSE,
    Purpose.COMPLETE: ResponseKind.COMPLETION,
    Purpose.RETURN: ResponseKind.RETURN,
}
WAITING = {
    Purpose.ACKNOWLEDGE: frozenset({LegState.CREATED, LegState.DELEGATED}),
    Purpose.ASK: OWING,
    Purpose.ANSWER: OWING,
    Purpose.COMPLETE: OPEN,
    Purpose.RETURN: OWING,
}
LONGEST_BODY = 100_000
"""Bytes of a form: the longest answer, percent-encoded, and some."""


class Useless(Exception):
    """The link does nothing (any more); the page says why."""

    def __init__(self, page: HTMLResponse) -> None:
        super().__init__()
        self.page = page


@router.get("/l/{token}")
async def look(request: Request, token: str) -> HTMLResponse:
    """The form. Changes nothing, however often it is fetched."""
    try:
        link = _verified(request, token)
        async with request.app.state.database.transaction() as tx:
            docket, leg = await _read(tx, link)
            await _still_good(tx, link, docket, leg)
    except Useless as useless:
        return useless.page
    return _form(token, link, leg, {})


@router.post("/l/{token}")
async def act(request: Request, token: str) -> HTMLResponse:
    """Do the one thing the link is for."""
    try:
        link = _verified(request, token)
        typed = await _typed(request)
        return await _try(request.app.state.database, token, link, typed)
    except Useless as useless:
        return useless.page


def _form(
    token: str, link: Link, leg: Leg, typed: Mapping[str, str], refused: Refused | None = None
) -> HTMLResponse:
    if link.purpose is Purpose.COMPLETE:
        return completing.form(token, leg, typed, refused.faults if refused else ())
    wrong = (refused.reason, refused.reason_en) if refused else None
    return pages.form(link.purpose, leg, typed=typed.get("text", ""), wrong=wrong)


def _word(link: Link, typed: Mapping[str, str]) -> Word:
    if link.purpose is Purpose.COMPLETE:
        return completing.word_of(typed)
    return Word(KINDS[link.purpose], typed.get("text", ""), suggested_agency=typed.get("agency") or None)


async def _try(database: Database, token: str, link: Link, typed: Mapping[str, str]) -> HTMLResponse:
    """Raises Useless; words that are not enough come back in the form, to be mended."""
    if typed.get("langkah") == "ubah":
        return _form(token, link, await _still_waiting(database, link), typed)
    try:
        async with database.transaction() as tx:
            leg = await _do(tx, link, _word(link, typed))
    except UnknownLeg:
        raise Useless(_unknown()) from None
    except Refused as refused:
        if not refused.faults:
            page = pages.told("Tidak dapat dilakukan", refused.reason, refused.reason_en, 409)
            raise Useless(page) from None
        return _form(token, link, await _still_waiting(database, link), typed, refused)
    log.info("link_used", leg_id=str(link.leg_id), agency=link.agency, kind=link.purpose)
    return pages.done(link.purpose, leg)


def _verified(request: Request, token: str) -> Link:
    try:
        return links.verify(request.app.state.link_key, token, request.app.state.clock.now())
    except InvalidLink:
        page = pages.told(
            "Tautan tidak dikenal",
            "Tautan ini tidak lengkap atau bukan dari kami. Salin seluruh alamatnya dari surel.",
            "This link is incomplete or not one of ours. Copy the whole address from the mail.",
            404,
        )
    except LinkExpired:
        page = pages.told(
            "Tautan sudah kedaluwarsa",
            "Masa berlaku tautan ini sudah lewat. Masuk ke meja instansi, atau tunggu surel pengingat.",
            "This link is no longer valid. Sign in to your agency's desk, or wait for the next reminder.",
            410,
        )
    raise Useless(page)


async def _do(tx: Transaction, link: Link, word: Word) -> Leg:
    opened, leg = await open_leg(tx, link.leg_id)
    await _still_good(tx, link, opened.docket, leg)
    said = act_on(opened.docket, leg, word, await directory(tx), tx.now)
    docket = opened.say(tx, said, actor=f"link.{link.agency}")
    await save_dockets(tx, [opened])
    await store.record_responses(tx, [Response(uuid7(), link.agency, word.kind, link.leg_id)])
    return docket.legs[link.leg_id]


async def _still_good(tx: Transaction, link: Link, docket: Docket, leg: Leg) -> None:
    """Raises Useless with a page that says what became of the leg."""
    state = docket.state_of(leg)
    known = await directory(tx)
    if may_speak(known.agencies, link.agency, leg) and state in WAITING[link.purpose]:
        return
    raise Useless(
        pages.told(
            "Tidak perlu lagi",
            f"Tidak ada lagi yang perlu dilakukan lewat tautan ini: disposisi ini berstatus «{state.label}».",
            f"There is nothing left to do with this link: the disposition is {state}.",
            409,
        )
    )


async def _still_waiting(database: Database, link: Link) -> Leg:
    """What a form is about. Raises Useless: whoever has lost a leg reads it no more, whatever they send."""
    async with database.transaction() as tx:
        docket, leg = await _read(tx, link)
        await _still_good(tx, link, docket, leg)
    return leg


async def _read(tx: Transaction, link: Link) -> tuple[Docket, Leg]:
    report_id = await store.report_of(tx, link.leg_id)
    if report_id is None:
        raise Useless(_unknown())
    docket = fold(report_id, await store.entries(tx, report_id))
    return docket, docket.legs[link.leg_id]


async def _typed(request: Request) -> dict[str, str]:
    """The form's fields. Raises Useless if there is more than a form of ours can hold."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Useless(
                pages.told("Terlalu panjang", "Isian terlalu panjang.", "The text is too long.", 413)
            )
    fields = parse_qs(body.decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def _unknown() -> HTMLResponse:
    return pages.told(
        "Laporan tidak ditemukan",
        "Disposisi pada tautan ini tidak ada lagi.",
        "The disposition of this link is not there any more.",
        404,
    )
