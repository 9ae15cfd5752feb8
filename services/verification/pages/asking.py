"""What officers type into the desk's forms: a command's fields, a region's name, another case's number."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import Request

from services.verification import desk_store
from services.verification.api.access import scope_of
from services.verification.desk_store import Filters
from services.verification.domain.decisions import Action
from shared.regions import atlas, full_name, search
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.tokens import Officer
from shared.web.pages import Form
from shared.web.problems import invalid

MOST_REGIONS = 5


async def command(request: Request, officer: Officer, action: Action, form: Form) -> dict[str, Any]:
    """A decision as the API takes it; what was left empty is not said. Raises problems by field."""
    found: dict[str, Any] = {}
    if action is Action.VERIFICATION:
        found = {name: form[name] for name in ("classification", "category", "title", "secrecy_reason")}
        found["region"] = await asyncio.to_thread(region_code, form["region"])
        found["agencies"] = form["agencies"].replace(",", " ").split()
        found["anonymous"] = True if form["anonymous"] else None
        found["secret"] = {"yes": True, "no": False}.get(form["secret"])
    elif action is Action.CLARIFICATION:
        found = {"question_id": form["question_id"], "question": form["question"]}
    elif action is Action.ARCHIVING:
        found = {"reason": form["reason"], "explanation": form["explanation"]}
    elif action is Action.MERGING:
        found = {"into": await _case_named(request, officer, form["into"])}
    elif action is Action.UNMERGING:
        found = {"reason": form["reason"]}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def version_in(form: Form, name: str = "version") -> int | None:
    """The version that the page showed."""
    text = form[name]
    return int(text) if text.isdecimal() and len(text) < 10 else None


def region_code(typed: str, *, guess: bool = False) -> str | None:
    """The code of a region that was typed as code or as name. Raises a problem that names the likeliest;
    `guess` takes the first of them.

    A process's first search takes a second: not on the event loop.
    """
    if not typed or atlas().find(typed):
        return typed or None
    matches = search(typed, MOST_REGIONS)
    same = [one.region.code for one in matches if one.region.name.casefold() == typed.casefold()]
    if guess and matches:
        return matches[0].region.code
    if len(same) == 1:
        return same[0]
    names = "; ".join(f"{full_name(match.region.code)} ({match.region.code})" for match in matches)
    if not names:
        raise invalid("region", "tidak ada wilayah dengan nama itu", "no region has that name")
    raise invalid("region", f"yang mana? Tulis kodenya: {names}", f"which one? Give its code: {names}")


async def _case_named(request: Request, officer: Officer, typed: str) -> str:
    """The id of the case in the officer's scope that has this number."""
    try:
        return str(UUID(typed))
    except ValueError:
        pass
    try:
        number = parse_tracking_id(typed)
    except InvalidTrackingId as error:
        raise invalid("into", error.message, error.message_en) from None
    async with request.app.state.database.reading() as tx:
        rows = await desk_store.queue(tx, scope_of(officer), officer.id, Filters(tracking_id=number), 1)
    if not rows:
        raise invalid("into", "tidak ada kasus dengan nomor itu", "no case has that number")
    return str(rows[0].report_id)
