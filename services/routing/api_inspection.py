"""What desks and their supervisors see of dispositions: lists with the time that remains, and counts."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from services.routing.domain.leg import OPEN, LegState, Stage
from services.routing.listing import Wanted, count_legs, count_open, list_legs
from services.routing.views import Counted, DispositionLine, line, page_marker, place_of
from shared.calendar import Zone
from shared.calendar.in_force import in_force
from shared.security.officers import require
from shared.security.tokens import Officer, Role

Reader = Annotated[
    Officer, Depends(require(Role.COORDINATOR, Role.LIAISON, Role.NATIONAL_ADMIN, Role.SUPERVISOR))
]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]
Subtree = Annotated[Path | None, Query(description="Only this agency and what lies below it.")]


class Order(StrEnum):
    """How a list is sorted."""

    AGE = "age"
    DUE = "due"
    """The most urgent first; only what is still owed."""


class Page(BaseModel):
    """Dispositions in the order asked for; `next` continues, None ends."""

    dispositions: list[DispositionLine]
    next: str | None


class Counts(BaseModel):
    """Legs by state over a subtree, and the agencies with something open, the latest first."""

    subtree: str | None
    states: list[Counted]
    agencies: list[Counted]


async def dispositions(  # noqa: PLR0917 - one parameter a filter
    request: Request,
    officer: Reader,
    state: LegState | None = None,
    stage: Stage | None = None,
    agency: Subtree = None,
    subtree: Subtree = None,
    report_id: UUID | None = None,
    overdue: Annotated[bool, Query(description="Only what is late.")] = False,
    order: Order = Order.AGE,
    after: Annotated[str | None, Query(description="`next` of the page before.", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Dispositions the officer may see, with the time that remains for each."""
    place, by_due = place_of(after), order is Order.DUE
    async with request.app.state.database.reading() as tx:
        wanted = Wanted(
            scope=scope_of(officer),
            below=subtree or agency,
            states={state} if state else stage.states if stage else (),
            report_id=report_id,
            due_before=tx.now if overdue else None,
        )
        rows = await list_legs(tx, wanted, by_due=by_due, after=place, limit=limit)
        lines = [line(row, tx.now) for row in rows]
    following = page_marker(lines[-1], by_due=by_due) if len(lines) == limit else None
    # Written by pydantic itself: desks ask all day, and the framework takes ten times as long.
    page = Page(dispositions=lines, next=following)
    return Response(page.model_dump_json(), media_type="application/json")


async def counts(
    request: Request,
    officer: Reader,
    subtree: Subtree = None,
    closed: Annotated[bool, Query(description="Count what is settled or passed on, too; slower.")] = False,
) -> Counts:
    """How many dispositions are in which state below an agency, and who is late."""
    wanted = Wanted(scope=scope_of(officer), below=subtree, states=() if closed else OPEN)
    async with request.app.state.database.reading() as tx:
        soon = in_force().calendar().add_working_days(tx.now, 1, Zone.WIB).due_at
        states, agencies = await count_open(tx, wanted, tx.now, soon)
        if closed:
            states = list(await count_legs(tx, wanted, tx.now, soon))
    return Counts(
        subtree=subtree,
        states=[Counted.model_validate(row) for row in states],
        agencies=[Counted.model_validate(row) for row in agencies],
    )


def scope_of(officer: Officer) -> str | None:
    """Whose dispositions an officer may see: an agency's and those below it, or (None) everybody's."""
    return None if officer.role is Role.NATIONAL_ADMIN else officer.agency
