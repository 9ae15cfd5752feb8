"""A cluster as officers see it: the case that answers, and those that joined it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from services.verification import aside, clusters, desk_store, supporters
from services.verification.api.access import Operator, Reader, scope_of
from services.verification.api.bodies import CaseLine
from services.verification.api.queue import line_of
from shared.web.problems import not_found

router = APIRouter()
MOST = 200


class Member(BaseModel):
    """A case that joined, and which one: `lead` is the cluster's, or another member."""

    case: CaseLine
    lead: UUID
    joined_at: datetime


class Cluster(BaseModel):
    """`lead` is null where it lies outside the officer's scope; `hidden` counts members that do."""

    lead: CaseLine | None
    members: list[Member] = Field(description="The first to join come first; 200 at most.")
    hidden: int
    supporters: int = Field(description='Who said "me too" to the lead.')


@router.get("/{report_id}/cluster")
async def cluster(request: Request, report_id: UUID, officer: Reader) -> Cluster:
    """The cluster that a case belongs to; of a case on its own just that."""
    scope = scope_of(officer)
    async with request.app.state.database.reading() as tx:
        if await desk_store.find(tx, scope, report_id) is None:
            raise not_found()
        root = await clusters.root_of(tx, report_id)
        joined = await clusters.members_of(tx, root, MOST)
        rows = await desk_store.lines(tx, scope, [root, *(one.report_id for one in joined)])
        supported = await supporters.count(tx, root)
    lines = {row.report_id: line_of(row, officer.id, tx.now) for row in rows}
    members = [
        Member(case=lines[one.report_id], lead=one.lead, joined_at=one.joined_at)
        for one in joined
        if one.report_id in lines
    ]
    return Cluster(
        lead=lines.get(root), members=members, hidden=len(joined) - len(members), supporters=supported
    )


@router.get("/unknown")
async def unknown(request: Request, _: Operator) -> dict[str, list[dict[str, Any]]]:
    """Cases of which facts came an hour ago or earlier, and still no submission; nothing else is held up."""
    async with request.app.state.database.reading() as tx:
        rows = await aside.unknown_cases(tx, MOST)
    return {"cases": [dict(row._mapping) for row in rows]}
