"""A deed from a page as a command on its leg: rehearsed for a preview, or carried out once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing import store
from services.routing.api_inspection import scope_of
from services.routing.directory import directory
from services.routing.dockets import open_leg, save_dockets
from services.routing.domain.choice import Directory
from services.routing.domain.commands import Word, act_on, may_speak, redirect
from services.routing.domain.leg import Docket, Leg, Said
from services.routing.domain.refusal import Refused
from services.routing.pages.access import actor_of
from services.routing.pages.deeds import REDIRECTION, Deed
from services.routing.pages.leg import read_leg
from services.routing.store import Response
from shared.db.database import Database
from shared.security.tokens import Officer

_DONE = sa.text("SELECT 1 FROM responses WHERE response_id = :response_id AND leg_id = :leg_id").bindparams(
    *(sa.bindparam(name, type_=pg.UUID(as_uuid=True)) for name in ("response_id", "leg_id"))
)
"""Primary key."""


@dataclass(frozen=True)
class Command:
    """`version` is the leg's that the officer saw; `sent` names this very form, however often it comes."""

    deed: Deed
    text: str
    unit: str | None
    agency: str | None
    version: int
    sent: UUID
    evidence: tuple[UUID, ...] = ()
    without_evidence: str | None = None

    def __repr__(self) -> str:
        return f"Command({self.deed.address})"


class Changed(Exception):
    """Somebody else has acted on the leg since the officer saw it."""

    reason = "Disposisi ini berubah sejak Anda membukanya. Isian Anda masih ada; periksa lalu kirim lagi."
    reason_en = (
        "This disposition has changed since you opened it. What you typed is still here; look and send again."
    )


async def carry_out(database: Database, officer: Officer, leg_id: UUID, command: Command) -> None:
    """Raises Refused, Changed, UnknownLeg. A form that was carried out before changes nothing more."""
    async with database.transaction() as tx:
        opened, leg = await open_leg(tx, leg_id, scope_of(officer))
        done = await tx.execute(_DONE, {"response_id": command.sent, "leg_id": leg_id})
        if done.scalar_one_or_none() is not None:
            return
        said = _decide(officer, opened.docket, leg, command, await directory(tx), tx.now)
        opened.say(tx, said, actor=officer.id)
        await save_dockets(tx, [opened])
        kind = command.deed.kind or REDIRECTION
        actor = actor_of(officer) or leg.holder
        await store.record_responses(tx, [Response(command.sent, actor, kind, leg_id)])


async def rehearse(
    database: Database, officer: Officer, leg_id: UUID, command: Command
) -> tuple[Docket, Leg, datetime]:
    """Raises what carrying it out now would raise; changes nothing."""
    async with database.transaction() as tx:
        docket, leg = await read_leg(tx, leg_id, officer)
        _decide(officer, docket, leg, command, await directory(tx), tx.now)
        return docket, leg, tx.now


def _decide(  # noqa: PLR0917 - what a decision is made from
    officer: Officer, docket: Docket, leg: Leg, command: Command, known: Directory, now: datetime
) -> list[Said]:
    actor = actor_of(officer)
    if actor is None or not may_speak(known.agencies, actor, leg):
        holder = leg.created.agency_name
        raise Refused(
            "not-your-disposition",
            f"Disposisi ini ditangani {holder}; Anda hanya dapat melihatnya.",
            f"{holder} has this disposition; you may only look at it.",
        )
    if command.version != leg.version:
        raise Changed
    if command.deed.kind is None:
        return redirect(docket, leg, command.agency or "", known, now)
    word = Word(
        command.deed.kind,
        command.text,
        command.unit,
        command.agency,
        evidence=command.evidence,
        without_evidence=command.without_evidence,
    )
    return act_on(docket, leg, word, known, now)
