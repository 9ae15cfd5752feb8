"""What both kinds of amendment share: who may make one, how one is only tried, why one is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Response

from services.sla import preview, rulebook
from services.sla.api.inputs import unknown_region
from services.sla.preview import Moved
from services.sla.rulebook import Rulebook
from shared.calendar import (
    Amendment,
    AmendmentConflict,
    DateOutsideCalendar,
    ImpossibleAmendment,
    PolicyAmendment,
    UnknownRegion,
)
from shared.db.database import Database
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, invalid

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
DRY_RUN = "dry-run"
"""The id of an amendment that is not on record."""

_A = TypeVar("_A", Amendment, PolicyAmendment)


async def amend_or_try(
    database: Database, response: Response, drafted: _A, decided: date, *, dry_run: bool
) -> tuple[_A, Rulebook, Moved | None]:
    """The amendment, the rulebook with it, and for a dry run how many open clocks it would move."""
    moved: Moved | None = None
    async with _refusals(database, drafted):
        if dry_run:
            response.status_code = 200
            amended, after, moved = await _try_out(database, drafted)
        else:
            async with database.transaction() as tx:
                amended, after = await rulebook.amend(tx, drafted, decided)
    return amended, after, moved


async def _try_out(database: Database, amendment: _A) -> tuple[_A, Rulebook, Moved]:
    """Leaves nothing behind."""
    async with database.reading() as tx:
        before = await rulebook.peek(tx)
        after = before.amended(amendment)
        return amendment, after, await preview.count_moved(tx, before, after, amendment)


@asynccontextmanager
async def _refusals(database: Database, amendment: Amendment | PolicyAmendment) -> AsyncIterator[None]:
    """Turns what speaks against an amendment into problems that name the field."""
    try:
        yield
    except AmendmentConflict as error:
        async with database.reading() as tx:
            rules = await rulebook.peek(tx)
        raise _conflict(error, amendment.source, _cited(rules, error.theirs)) from None
    except DateOutsideCalendar as error:
        field = "known_through" if str(error).startswith(f"{_known_through(amendment)} ") else "added"
        raise invalid(field, "di luar kalender yang diketahui", str(error)) from None
    except UnknownRegion:
        raise unknown_region("region") from None
    except ImpossibleAmendment as error:
        raise invalid(error.field, "tidak mungkin", error.why) from None


def _known_through(amendment: Amendment | PolicyAmendment) -> date | None:
    return amendment.known_through if isinstance(amendment, Amendment) else None


def _conflict(error: AmendmentConflict, ours: str, theirs: str) -> Problem:
    return Problem(
        409,
        "amendment-conflict",
        f"Perubahan ini («{ours}») bertentangan dengan {theirs} pada {error.on}.",
        f"This amendment («{ours}») contradicts {theirs} on {error.on}.",
    )


def _cited(rules: Rulebook, amendment_id: str) -> str:
    """An amendment, or an act of the reviewed file, by its id and as people cite it."""
    titles = {decree.id: decree.title for decree in rules.book.holidays.decrees}
    titles |= {one.id: one.source for one in rules.book.amendments}
    titles |= {one.id: one.source for one in rules.limits.amendments}
    return f"{amendment_id} («{titles[amendment_id]}»)" if amendment_id in titles else amendment_id
