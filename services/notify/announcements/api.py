"""Announcements over HTTP, for national administrators: previewed, scheduled, followed, cancelled."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from uuid_utils.compat import uuid7

from services.notify.announcements import store
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/notifications/announcements", tags=["announcements"])

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
Line = Annotated[str, Field(min_length=3, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, Field(min_length=10, max_length=600, pattern=r"^[^\x00]+$")]


class Announcement(BaseModel):
    """What is announced, and to whom: reports that lie in all that is named of the three."""

    model_config = ConfigDict(extra="forbid")
    id: UUID | None = Field(None, description="Sent twice with one id, it is announced once.")
    category: Annotated[str | None, Field(max_length=100)] = None
    region: Annotated[str | None, Field(pattern=r"^\d{2}(\.\d{2}){0,2}(\.\d{4})?$")] = None
    cluster: UUID | None = Field(None, description="The case that others were merged into.")
    title: Line
    text: Text
    title_en: Line | None = None
    text_en: Text | None = None
    begins_at: AwareDatetime | None = Field(None, description="Now, if it is left out or past.")
    ends_at: AwareDatetime | None = Field(
        None, description="Told to nobody after this, nor to whose quiet hours last longer."
    )
    dry_run: bool = Field(False, description="Only count whom it would reach.")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.category is None and self.region is None and self.cluster is None:
            raise ValueError("sebutkan category, region, atau cluster / name category, region or cluster")
        return self


class Preview(BaseModel):
    """Before people with several reports are counted once."""

    id: UUID | None = Field(description="Of the announcement; None for a dry run.")
    reports: int
    reachable: int = Field(description="Their reporters left a contact that is carried, and are told.")
    sealed: int = Field(description="Of these, in anonymous or secret cases: they are not told.")


class Progress(BaseModel):
    """How far an announcement has come."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    category: str | None
    region: str | None
    cluster: UUID | None
    words: dict[str, Any]
    author: str
    state: str = Field(description="scheduled, running, planned (all deliveries are made) or cancelled.")
    begins_at: datetime
    ends_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


class Followed(Progress):
    """One announcement, with what became of its messages."""

    deliveries: dict[str, int] = Field(description="How many are in which state.")
    reasons: dict[str, int]


@router.post("", status_code=202)
async def announce(request: Request, admin: Admin, announcement: Announcement) -> Preview:
    """Announce something, or count whom it would reach."""
    audience = announcement.model_dump(include={"category", "region", "cluster"})
    identity = announcement.id or UUID(str(uuid7()))
    async with request.app.state.database.transaction() as tx:
        begins_at = announcement.begins_at or tx.now
        if announcement.ends_at and announcement.ends_at <= max(begins_at, tx.now):
            raise invalid("ends_at", "harus sesudah dimulai", "must come after the beginning")
        counted = await store.count(tx, audience)
        if not announcement.dry_run:
            words = {
                "title": announcement.title,
                "content": announcement.text,
                "title_en": announcement.title_en or announcement.title,
                "content_en": announcement.text_en or announcement.text,
            }
            times = {"begins_at": begins_at, "ends_at": announcement.ends_at}
            row = {"id": identity, "words": json.dumps(words), "author": admin.id, **times}
            await store.add(tx, {**audience, **row})
    return Preview(
        id=None if announcement.dry_run else identity,
        reports=counted.reports,
        reachable=counted.reachable,
        sealed=counted.sealed,
    )


@router.get("")
async def announcements(request: Request, _: Admin) -> list[Progress]:
    """The newest hundred."""
    async with request.app.state.database.reading() as tx:
        return [Progress.model_validate(row) for row in await store.listed(tx)]


@router.get("/{announcement_id}")
async def followed(request: Request, _: Admin, announcement_id: UUID) -> Followed:
    """One announcement, and how far it has come."""
    async with request.app.state.database.reading() as tx:
        found = await store.one(tx, announcement_id)
    if found is None:
        raise not_found()
    row, counts = found
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for each in counts:
        states[each.state] = states.get(each.state, 0) + each.number
        if each.reason:
            reasons[each.reason] = reasons.get(each.reason, 0) + each.number
    return Followed(**Progress.model_validate(row).model_dump(), deliveries=states, reasons=reasons)


@router.post("/{announcement_id}/cancellation", status_code=202)
async def cancel(request: Request, _: Admin, announcement_id: UUID) -> Followed:
    """Send no more of it. What was sent cannot be taken back."""
    async with request.app.state.database.transaction() as tx:
        if await store.one(tx, announcement_id) is None:
            raise not_found()
        if not await store.cancel(tx, announcement_id):
            raise Problem(409, "cancelled", "Pengumuman ini sudah dibatalkan.", "It is cancelled already.")
        await store.drop_cancelled(tx)
    return await followed(request, _, announcement_id)
