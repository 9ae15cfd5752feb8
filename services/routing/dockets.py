"""Opens cases' dockets under their locks, and writes what was added. Commits nothing: the edge does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.routing import store
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket, Entry, Leg, Said
from services.routing.domain.refusal import UnknownLeg
from services.routing.domain.telling import tell
from services.routing.open311 import store as open311
from services.routing.webhooks import store as webhooks
from shared.contracts import DispositionFact
from shared.db.database import Transaction


@dataclass
class OpenDocket:
    """One case in hand: nobody else can change its legs until the transaction ends."""

    entries: list[Entry]
    before: Docket
    docket: Docket
    added: list[Entry] = field(default_factory=list)

    def add(self, added: Sequence[Entry]) -> Docket:
        """Let facts become part of the case; `save_dockets` records them."""
        self.entries += added
        self.added += added
        self.docket = fold(self.before.report_id, self.entries)
        return self.docket

    def tell(self, tx: Transaction) -> None:
        """Let agencies hear what the reporter said."""
        while untold := tell(self.docket):
            self.say(tx, untold)

    def say(self, tx: Transaction, said: Sequence[Said], actor: str | None = None) -> Docket:
        """Make facts true: they are part of the case and leave by the outbox."""
        return self.add([Entry(tx.say(one.fact), one.fact, actor, one.note) for one in said])


async def open_dockets(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, OpenDocket]:
    """Dockets of several cases, locked in one order and folded from their recorded facts."""
    await store.lock_dockets(tx, report_ids)
    opened: dict[UUID, OpenDocket] = {}
    for report_id, entries in (await store.entries_of(tx, report_ids)).items():
        docket = fold(report_id, entries)
        opened[report_id] = OpenDocket(entries, docket, docket)
    return opened


async def open_leg(tx: Transaction, leg_id: UUID, scope: str | None = None) -> tuple[OpenDocket, Leg]:
    """The docket of a leg within the scope; raises `UnknownLeg`."""
    report_id = await store.report_of(tx, leg_id, scope)
    if report_id is None:
        raise UnknownLeg
    opened = (await open_dockets(tx, [report_id]))[report_id]
    return opened, opened.docket.legs[leg_id]


async def open_legs(tx: Transaction, leg_ids: Collection[UUID]) -> dict[UUID, OpenDocket]:
    """The dockets of those of these legs that there are, by leg; two legs of one case share one docket."""
    cases = await store.reports_of(tx, leg_ids) if leg_ids else {}
    opened = await open_dockets(tx, set(cases.values())) if cases else {}
    return {leg_id: opened[report_id] for leg_id, report_id in cases.items()}


async def save_dockets(tx: Transaction, opened: Collection[OpenDocket]) -> None:
    """Let agencies hear the reporter's words, record what was added, write what it changed, and have
    agencies' systems told of it.
    """
    for one in opened:
        one.tell(tx)
    added = [entry for one in opened for entry in one.added]
    await store.save(tx, added, [(one.before, one.docket) for one in opened])
    said = [
        (entry.event_id, entry.fact)
        for one in opened
        for entry in one.added
        if isinstance(entry.fact, DispositionFact)
    ]
    await webhooks.enqueue(tx, said)
    await open311.enqueue(tx, said)
