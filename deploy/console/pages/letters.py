"""Dead letters on pages: the list with its filters, and one letter. Takes nothing away."""

import json
from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from deploy.cli.letters import Letter
from deploy.console.dead import MOST, Key, key_of
from deploy.console.pages import DEAD
from deploy.console.pages.access import (
    BROKER_ERRORS,
    CurrentDead,
    CurrentShell,
    Operator,
    away,
    may_read_body,
    record,
)
from shared.clock import SystemClock
from shared.security.tokens import Officer
from shared.web.pages import Shell, read_form
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)

PAGE = 50
Word = Annotated[str, Query(max_length=300)]


def seconds_dead(letter: Letter) -> float | None:
    """In the machine's own time, in which queues live."""
    if letter.parked_at is None:
        return None
    return max(0.0, (SystemClock().now() - letter.parked_at).total_seconds())


@router.get(DEAD)
async def listed(
    *,
    request: Request,
    shell: CurrentShell,
    dead: CurrentDead,
    officer: Operator,
    antrean: Word = "",
    sebab: Word = "",
    hal: Annotated[int, Query(ge=1, le=MOST)] = 1,
    selesai: Annotated[str, Query(pattern="^(ulangi|buang)?$")] = "",
    jumlah: Annotated[int, Query(ge=0)] = 0,
    diminta: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Letters page by page, narrowed by queue and reason."""
    try:
        found = await dead.find(antrean)
    except BROKER_ERRORS:
        raise away() from None
    chosen = found.chosen(antrean, sebab)
    reasons = Counter(letter.reason for letter in found.chosen(antrean, ""))
    begin = (hal - 1) * PAGE
    return shell.page(
        request,
        "dead.html",
        officer=officer,
        lines=[(key_of(letter), letter, seconds_dead(letter)) for letter in chosen[begin : begin + PAGE]],
        count=len(chosen),
        total=found.total,
        looked_at=len(found.letters),
        most=MOST,
        queues=sorted(found.counts.items()),
        reasons=sorted(reasons.items()),
        filters={"antrean": antrean, "sebab": sebab},
        page=hal,
        more=len(chosen) > begin + PAGE,
        done={"act": selesai, "count": jumlah, "asked": diminta} if selesai else None,
    )


@router.get(f"{DEAD}/satu")
async def one(
    *, request: Request, shell: CurrentShell, dead: CurrentDead, officer: Operator, antrean: Word, nomor: Word
) -> Response:
    """Everything about one letter but what it says."""
    letter = await _letter(dead, Key(antrean, nomor))
    return _shown(request, shell, officer, letter, body=None)


@router.post(f"{DEAD}/satu")
async def opened(
    *, request: Request, shell: CurrentShell, dead: CurrentDead, officer: Operator, antrean: Word, nomor: Word
) -> Response:
    """What it says, for whoever may read it; that it was read is recorded."""
    form = await read_form(request)
    letter = await _letter(dead, Key(antrean, nomor))
    if not form.genuine or not may_read_body(officer, letter.queue):
        return _shown(request, shell, officer, letter, body=None)
    record("dead_letter_read", officer, queue=letter.queue, event_id=letter.id, fact=letter.type)
    return _shown(request, shell, officer, letter, body=_pretty(letter))


async def _letter(dead: CurrentDead, key: Key) -> Letter:
    try:
        found = await dead.one(key)
    except BROKER_ERRORS:
        raise away() from None
    if found is None:
        raise not_found()
    return found


def _shown(request: Request, shell: Shell, officer: Officer, letter: Letter, *, body: str | None) -> Response:
    return shell.page(
        request,
        "letter.html",
        officer=officer,
        key=key_of(letter),
        letter=letter,
        seconds=seconds_dead(letter),
        size=len(letter.message.body),
        outline=None if body is not None else outline_of(letter),
        body=body,
        may_read=may_read_body(officer, letter.queue),
    )


def outline_of(letter: Letter) -> list[tuple[str, str]] | None:
    """Names of the fields and what kind of value each has, without any value; None if it is not JSON."""
    try:
        content = json.loads(letter.message.body)
    except ValueError:
        return None
    return (
        [(str(name), _kind(value)) for name, value in content.items()] if isinstance(content, dict) else None
    )


def _kind(value: Any) -> str:
    if isinstance(value, str | list | dict):
        return f"{type(value).__name__} ({len(value)})"
    return "null" if value is None else type(value).__name__


def _pretty(letter: Letter) -> str:
    try:
        return json.dumps(json.loads(letter.message.body), indent=2, ensure_ascii=False)
    except ValueError:
        return letter.body
