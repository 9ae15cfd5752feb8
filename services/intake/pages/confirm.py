"""`/k/{token}`: the one question to a contact. Opening it does nothing: programs that look at links may."""

from fastapi import APIRouter, Request, Response

from services.intake.api.access import CurrentDesk
from services.intake.confirming import desk as confirming
from services.intake.confirming.desk import PATH
from services.intake.confirming.purposes import PURPOSES
from services.intake.confirming.store import Confirmation
from shared.db.database import Transaction
from shared.web.pages import Shell, read_form
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)
_LONGEST = 60


@router.get(PATH + "/{token}")
async def question(request: Request, desk: CurrentDesk, token: str) -> Response:
    """What the contact would be used for, and two answers."""
    async with desk.database.transaction() as tx:
        found = await _found(tx, request, token)
    return _shown(request, found, "asked" if found.sealed else "yes")


@router.post(PATH + "/{token}")
async def answer(request: Request, desk: CurrentDesk, token: str) -> Response:
    """Yes has the contact registered, no has it forgotten now."""
    form = await read_form(request)
    async with desk.database.transaction() as tx:
        found = await _found(tx, request, token)
        said = form["jawaban"] if form.genuine else ""
        if said == "ya" and not await confirming.confirm(tx, PURPOSES[found.purpose], found):
            raise _over()
        if said == "tidak":
            await confirming.refuse(tx, PURPOSES[found.purpose], found)
    if said not in {"ya", "tidak"}:
        return _shown(request, found, "asked" if found.sealed else "yes", 409)
    return _shown(request, found, "yes" if said == "ya" or found.sealed is None else "no")


async def _found(tx: Transaction, request: Request, token: str) -> Confirmation:
    desk = request.app.state.desk
    found = await confirming.find(tx, desk.keys, token) if len(token) <= _LONGEST else None
    if found is None:
        raise _over()
    return found


def _over() -> Problem:
    return Problem(
        404,
        "link-over",
        "Tautan ini sudah tidak berlaku. Kontak yang tidak dikonfirmasi sudah kami lupakan.",
        "This link is no longer good. A contact that was not confirmed has been forgotten.",
    )


def _shown(request: Request, found: Confirmation, state: str, status: int = 200) -> Response:
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "confirm.html",
        status,
        purpose=PURPOSES[found.purpose],
        about=found.about,
        leads_to=found.leads_to,
        state=state,
    )
