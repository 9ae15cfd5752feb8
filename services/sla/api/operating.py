"""What operators watch: timers, how far recomputes have got and whom they moved, and replays of the facts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict

from services.sla import checker, moved_store, recompute_store, replay
from services.sla.api.inputs import Code
from shared.security.officers import require
from shared.security.tokens import Role

router = APIRouter(tags=["operations"], dependencies=[Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))])

After = Annotated[UUID | None, Query(description="`next` of the page before.")]


@router.get("/v1/statistics/timers")
async def timers(request: Request) -> dict[str, Any]:
    """Open cases, live timers, and the open cases that no timer watches: there should be none."""
    async with request.app.state.database.reading() as tx:
        return await checker.status(tx)


class Recompute(BaseModel):
    """Open cases computed again; how many there are in all is certain once they are `found_at`."""

    id: int
    amendment: str | None
    packaged: str | None
    began_at: datetime
    found_at: datetime | None
    done_at: datetime | None
    done: int
    total: int
    moved: int


@router.get("/v1/recomputes")
async def recomputes(
    request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> dict[str, list[Recompute]]:
    """The recomputes that amendments set off, the newest first, each with how far it has got."""
    async with request.app.state.database.reading() as tx:
        rows = await recompute_store.progress(tx, limit)
    return {
        "recomputes": [
            Recompute(done=row["cases_done"], total=row["cases"], moved=row["deadlines_moved"], **row)
            for row in rows
        ]
    }


class Moved(BaseModel):
    """A deadline that an amendment moved."""

    model_config = ConfigDict(from_attributes=True)
    report_id: UUID
    clock: str
    leg_id: UUID | None
    agency: str | None
    before: datetime
    after: datetime
    moved_at: datetime


class MovedPage(BaseModel):
    moved: list[Moved]
    next: UUID | None


@router.get("/v1/recomputes/{amendment}/moved")
async def moved(
    request: Request,
    amendment: Annotated[Code, Path()],
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Cases.")] = 200,
) -> MovedPage:
    """Whose deadlines an amendment moved, from when to when."""
    async with request.app.state.database.reading() as tx:
        rows, last = await moved_store.moved_by(tx, amendment, after, limit)
    return MovedPage(moved=[Moved.model_validate(row) for row in rows], next=last)


class Difference(BaseModel):
    """Something on record that the recorded facts do not lead to."""

    model_config = ConfigDict(from_attributes=True)
    report_id: UUID
    what: str
    on_record: str
    recomputed: str


class Replayed(BaseModel):
    """A page of cases replayed; `next` is None with the last one."""

    checked: int
    differences: list[Difference]
    next: UUID | None


@router.get("/v1/clocks/replay")
async def replay_clocks(
    request: Request, after: After = None, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> Replayed:
    """Compute the next cases again from their facts, and tell what differs from what is on record."""
    async with request.app.state.database.transaction() as tx:  # holds them still meanwhile
        checked, differences, last = await replay.verify_batch(tx, after, limit)
    return Replayed(
        checked=checked, differences=[Difference.model_validate(one) for one in differences], next=last
    )
