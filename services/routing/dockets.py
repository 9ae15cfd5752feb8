"""Opens a case's docket under its lock, and records what is added to it. Commits nothing: the edge does."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.routing import store
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket, Entry, Leg, Said
from services.routing.domain.refusal import UnknownLeg
from shared.db.database import Transaction


@dataclass
class OpenDocket:
    """One case in hand: nobody else can change its legs until the transaction ends."""

    docket: Docket
    entries: list[Entry]

    async def add(self, tx: Transaction, added: Sequence[Entry]) -> Docket:
        """Record facts and write what they change."""
        before, self.entries = self.docket, [*self.entries, *added]
        self.docket = fold(before.report_id, self.entries)
        await store.append(tx, added)
        await store.save(tx, before, self.docket)
        return self.docket

    async def say(self, tx: Transaction, said: Sequence[Said], actor: str | None = None) -> Docket:
        """Make facts true: they are recorded here and leave by the outbox."""
        return await self.add(tx, [Entry(tx.say(one.fact), one.fact, actor, one.note) for one in said])


async def open_docket(tx: Transaction, report_id: UUID) -> OpenDocket:
    await store.lock_docket(tx, report_id)
    entries = await store.entries(tx, report_id)
    return OpenDocket(fold(report_id, entries), entries)


async def open_leg(tx: Transaction, leg_id: UUID, scope: str | None = None) -> tuple[OpenDocket, Leg]:
    """The docket of a leg within the scope; raises `UnknownLeg`."""
    report_id = await store.report_of(tx, leg_id, scope)
    if report_id is None:
        raise UnknownLeg
    opened = await open_docket(tx, report_id)
    return opened, opened.docket.legs[leg_id]
