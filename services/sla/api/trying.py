"""What both kinds of amendment share: who may make one, how one is only tried, why one is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Response
from pydantic import BaseModel, Field

from services.sla import preview, rulebook
from services.sla.api.inputs import unknown_region
from services.sla.domain.effect import Effect
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
from shared.web.problems import FieldError, Problem, invalid

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
DRY_RUN = "dry-run"
"""The id of an amendment that is not on record."""

_A = TypeVar("_A", bound=Amendment | PolicyAmendment)


class Outcome(BaseModel):
    """What an amendment did, or would do."""

    dry_run: bool
    open_clocks_moved: int | None = Field(
        description="Counted for a dry run; otherwise see `GET /v1/recomputes`."
    )
    open_clocks_estimated: bool = Field(
        False, description="They were too many to count one by one: a random part of them was."
    )


async def amend_or_try(
    database: Database, response: Response, drafted: _A, decided: date, *, dry_run: bool
) -> tuple[_A, Rulebook, Effect | None]:
    """The amendment, the rulebook with it, and for a dry run which open clocks it would move."""
    amended, effect = drafted, None
    async with refusals(database, drafted):
        if dry_run:
            response.status_code = 200
            after, effect = await try_out(database, drafted)
        else:
            async with database.transaction() as tx:
                amended, after = await rulebook.amend(tx, drafted, decided)
    return amended, after, effect


async def try_out(database: Database, amendment: Amendment | PolicyAmendment) -> tuple[Rulebook, Effect]:
    """The rulebook with the amendment, and what that would move. Leaves nothing behind."""
    async with database.reading() as tx:
        before = await rulebook.peek(tx)
        after = before.amended(amendment)
        return after, await preview.foresee(tx, before, after, amendment)


@asynccontextmanager
async def refusals(database: Database, amendment: Amendment | PolicyAmendment) -> AsyncIterator[None]:
    """Turns what speaks against an amendment into problems that name the field."""
    try:
        yield
    except AmendmentConflict as error:
        async with database.reading() as tx:
            rules = await rulebook.peek(tx)
        raise _conflict(error, amendment, _cited(rules, error.theirs)) from None
    except DateOutsideCalendar as error:
        field = "known_through" if str(error).startswith(f"{_known_through(amendment)} ") else "added"
        raise invalid(field, "di luar kalender yang diketahui", str(error)) from None
    except UnknownRegion:
        raise unknown_region("region") from None
    except ImpossibleAmendment as error:
        raise invalid(error.field, "tidak mungkin", error.why) from None


def _known_through(amendment: Amendment | PolicyAmendment) -> date | None:
    return amendment.known_through if isinstance(amendment, Amendment) else None


def _conflict(error: AmendmentConflict, amendment: Amendment | PolicyAmendment, theirs: str) -> Problem:
    """Both are named, and the field that says otherwise."""
    field, ours = _contradicting(error, amendment), amendment.source
    told = (f"bertentangan dengan {theirs} pada {error.on}", f"contradicts {theirs} on {error.on}")
    return Problem(
        409,
        "amendment-conflict",
        f"Perubahan ini («{ours}») {told[0]}.",
        f"This amendment («{ours}») {told[1]}.",
        [FieldError(field, *told)],
    )


def _contradicting(error: AmendmentConflict, amendment: Amendment | PolicyAmendment) -> str:
    if isinstance(amendment, PolicyAmendment):
        return "effective_from"
    if error.on == amendment.known_through:
        return "known_through"
    added = [day.date for day in amendment.added]
    if error.on in added:
        return f"added.{added.index(error.on)}.date"
    return f"removed.{amendment.removed.index(error.on)}" if error.on in amendment.removed else "added"


def _cited(rules: Rulebook, amendment_id: str) -> str:
    """An amendment, or an act of the reviewed file, by its id and as people cite it."""
    titles = {decree.id: decree.title for decree in rules.book.holidays.decrees}
    titles |= {one.id: one.source for one in rules.book.amendments}
    titles |= {one.id: one.source for one in rules.limits.amendments}
    return f"{amendment_id} («{titles[amendment_id]}»)" if amendment_id in titles else amendment_id
