"""`/petugas/kalender/perubahan/…`: one amendment, how far its recompute has got, and what it has moved."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.sla import amendments, effect_store
from services.sla.amendments import Row
from services.sla.desk_pages import words
from services.sla.desk_pages.access import AMENDED, CALENDAR, Reader
from services.sla.domain.amending import cause
from services.sla.domain.effect import Effect
from shared.calendar import Amendment, Zone
from shared.db.database import Transaction
from shared.web.pages.desk import NO_STORE, CurrentDatabase, CurrentShell
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)


@router.get(f"{AMENDED}/{{amendment}}")
async def one(
    request: Request, shell: CurrentShell, database: CurrentDatabase, amendment: str, officer: Reader
) -> Response:
    async with database.reading() as tx:
        row = await _row(tx, amendment)
        standing = await _standing(tx, amendment)
    made = row.amendment
    return shell.page(
        request,
        "amended.html",
        headers=NO_STORE,
        officer=officer,
        calendar=CALENDAR,
        row=row,
        cause=cause(made),
        scope=words.scope_name(made.scope) if isinstance(made, Amendment) else None,
        known_at=made.known_at.astimezone(Zone.WIB.tz),
        **standing,
    )


@router.get(f"{AMENDED}/{{amendment}}/kemajuan")
async def standing(
    request: Request, shell: CurrentShell, database: CurrentDatabase, amendment: str, officer: Reader
) -> Response:
    """The part of the page that changes: asked for again until there is nothing more to come."""
    async with database.reading() as tx:
        await _row(tx, amendment)
        standing = await _standing(tx, amendment)
    return shell.page(request, "progress.html", headers=NO_STORE, officer=officer, **standing)


async def _row(tx: Transaction, amendment: str) -> Row:
    rows = await amendments.through(tx)
    found = next((row for row in rows if row.amendment.id == amendment), None)
    if found is None:
        raise not_found()
    return found


async def _standing(tx: Transaction, amendment: str) -> dict[str, Any]:
    progress = await effect_store.progress(tx, amendment)
    if progress is None:
        raise not_found()
    done = progress.summed_at is not None
    return {
        "progress": progress,
        "effect": await effect_store.effect(tx, progress.id) if done else Effect(),
        "fresh": f"{AMENDED}/{amendment}/kemajuan",
        "rule_name": words.rule_name,
        "place_name": words.place_name,
    }
