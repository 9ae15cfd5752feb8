"""`/petugas/pembaca`: who opened which secret case at the verification desk, in the reader's own scope."""

from fastapi import APIRouter, Request, Response

from services.verification import desk_store
from services.verification.api.access import scope_of
from services.verification.pages.access import Overseer
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.officers import HOME
from shared.web.pages.readings import ROWS, asked_of, shown

router = APIRouter(include_in_schema=False)
READINGS = f"{HOME}/pembaca"


@router.get(READINGS)
async def readings(request: Request, shell: CurrentShell, officer: Overseer) -> Response:
    asked = asked_of(request)
    async with request.app.state.database.reading() as tx:
        scope, (terms, values) = scope_of(officer), asked.terms()
        rows = [] if asked.errors else await desk_store.reading_log(tx, scope, terms, values, ROWS + 1)
    return shell.page(
        request,
        "readings.html",
        422 if asked.errors else 200,
        headers=NO_STORE,
        officer=officer,
        **shown(list(rows), asked, READINGS),
    )
