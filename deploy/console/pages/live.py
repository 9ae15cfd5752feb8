"""The overview, and the stream that keeps it fresh for whoever has scripts."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from deploy.console.pages import HOME
from deploy.console.pages.access import CurrentShell, CurrentWatch, Operator
from shared.web.pages.officers import COOKIE

router = APIRouter(include_in_schema=False)

EVERY_SECONDS = 4
ROUNDS = 15
"""After these the browser asks anew, so that a stream never outlives its reader's session by more."""
_UNITS = ((86_400, "hari", "d"), (3_600, "jam", "h"), (60, "mnt", "min"))


@router.get(HOME)
async def overview(request: Request, shell: CurrentShell, watch: CurrentWatch, officer: Operator) -> Response:
    found = await watch.look(request.cookies[COOKIE])
    return shell.page(request, "overview.html", officer=officer, found=found)


@router.get(f"{HOME}/aliran")
async def stream(request: Request, shell: CurrentShell, watch: CurrentWatch, officer: Operator) -> Response:
    """Server-sent events, each the overview's changing part as it is now."""

    async def events() -> AsyncIterator[str]:
        for _ in range(ROUNDS):
            await asyncio.sleep(EVERY_SECONDS)
            found = await watch.look(request.cookies[COOKIE])
            page = shell.page(request, "state.html", officer=officer, found=found)
            lines = bytes(page.body).decode().splitlines()
            yield "retry: 2000\n" + "".join(f"data: {line}\n" for line in lines) + "\n"

    return StreamingResponse(events(), media_type="text/event-stream")


def age_words(seconds: float | None, lang: str) -> str:
    """An age as a person says it, or a dash when nobody knows it."""
    if seconds is None:
        return "–"
    for size, indonesian, english in _UNITS:
        if seconds >= size:
            number = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{number} {english}" if lang == "en" else f"{number.replace('.', ',')} {indonesian}"
    return f"{seconds:.0f} {'s' if lang == 'en' else 'dtk'}"
