"""Replaying and discarding dead letters: first it is shown what will be done, then done to exactly those."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from deploy.cli.letters import replay
from deploy.cli.problems import Problem as Sentence
from deploy.console.dead import MOST, Act, DeadLetters, Key, discard, key_of
from deploy.console.pages import DEAD
from deploy.console.pages.access import (
    BROKER_ERRORS,
    CurrentConfirmations,
    CurrentDead,
    CurrentShell,
    Operator,
    away,
    record,
)
from deploy.console.pages.letters import Word
from shared.security.tokens import Officer
from shared.web.pages import Form, read_form

router = APIRouter(include_in_schema=False)

Action = Literal["ulangi", "buang"]
ACTS: dict[str, Act] = {"ulangi": replay, "buang": discard}
EVENTS = {"ulangi": "dead_letter_replayed", "buang": "dead_letter_discarded"}


@router.get(f"{DEAD}/periksa")
async def preview(
    *,
    request: Request,
    shell: CurrentShell,
    dead: CurrentDead,
    confirmations: CurrentConfirmations,
    officer: Operator,
    aksi: Action,
    pilih: Annotated[list[str] | None, Query(max_length=MOST)] = None,
    semua: bool = False,
    antrean: Word = "",
    sebab: Word = "",
) -> Response:
    """What an action would do: to the letters named, or to all that the filters leave."""
    if semua:
        keys = await _all(dead, antrean, sebab)
    else:
        keys = sorted({key for text in pilih or () if (key := Key.read(text))})
    return _preview(
        request=request, shell=shell, confirmations=confirmations, officer=officer, action=aksi, keys=keys
    )


@router.post(f"{DEAD}/{{action}}")
async def act(
    *,
    request: Request,
    shell: CurrentShell,
    dead: CurrentDead,
    confirmations: CurrentConfirmations,
    officer: Operator,
    action: Action,
) -> Response:
    """Do what was shown. Without the proof that it was shown, it is shown now and nothing is done."""
    form = await read_form(request)
    keys = _keys(form)
    if not keys or not form.genuine or not confirmations.holds(form["bukti"], officer.id, action, keys):
        return _preview(
            request=request,
            shell=shell,
            confirmations=confirmations,
            officer=officer,
            action=action,
            keys=keys,
            again=True,
        )
    try:
        done = await dead.settle(keys, ACTS[action])
    except Sentence:
        done = []
    except BROKER_ERRORS:
        raise away() from None
    for key in done:
        record(EVENTS[action], officer, queue=key.queue, event_id=key.id)
    told = {"selesai": action, "jumlah": len(done), "diminta": len(keys)}
    return RedirectResponse(f"{DEAD}?{urlencode(told)}", 303)


async def _all(dead: DeadLetters, queue: str, reason: str) -> list[Key]:
    try:
        found = await dead.find(queue)
    except BROKER_ERRORS:
        raise away() from None
    return sorted({key_of(letter) for letter in found.chosen(queue, reason)})


def _keys(form: Form) -> list[Key]:
    return sorted({key for line in form["surat"].split("\n")[:MOST] if (key := Key.read(line.strip()))})


def _preview(
    *,
    request: Request,
    shell: CurrentShell,
    confirmations: CurrentConfirmations,
    officer: Officer,
    action: str,
    keys: Sequence[Key],
    again: bool = False,
) -> Response:
    """The page that says what will be done. 422 if it is shown instead of acting."""
    return shell.page(
        request,
        "confirm.html",
        422 if again else 200,
        officer=officer,
        action=action,
        keys=keys,
        queues=sorted(Counter(key.queue for key in keys).items()),
        proof=confirmations.give(officer.id, action, keys),
        again=again,
    )
