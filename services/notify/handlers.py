"""What the notify service does with a fact: keep the sealed contact, or plan who is told of it."""

from dataclasses import dataclass

from services.notify import store
from services.notify.bell import Bell
from services.notify.domain.planning import HEARD, plan
from shared.contracts import CaseStatusChanged, ContactRegistered, DispositionCreated, Fact
from shared.db.database import Transaction
from shared.messaging.consumer import Subscription
from shared.messaging.failures import Unprocessable
from shared.security.sealing import Contact, Unsealable, Unsealer


@dataclass(frozen=True)
class Handlers:
    """The unsealer is used here to learn which kind of address a contact holds, and for nothing else."""

    unsealer: Unsealer
    bell: Bell

    async def register_contact(self, tx: Transaction, fact: ContactRegistered) -> None:
        """Keep a reporter's sealed contact, or that there is none, and release what waited for it."""
        assert tx.event_id is not None
        await store.save_contact(tx, fact, tx.event_id, self._channel(fact))
        await store.release(tx, fact.report_id)
        self.bell.ring()

    async def plan_deliveries(self, tx: Transaction, fact: Fact) -> None:
        """Record one delivery for everyone whom this fact concerns."""
        assert tx.event_id is not None
        if isinstance(fact, CaseStatusChanged | DispositionCreated):
            await store.save_case(tx, fact)
        if isinstance(fact, DispositionCreated):
            await store.save_leg(tx, fact)
        await store.add(tx, fact, tx.event_id, plan(fact))
        await store.release(tx, fact.report_id)
        self.bell.ring()

    def subscriptions(self) -> list[Subscription]:
        return [
            Subscription("notify.contacts", {ContactRegistered: self.register_contact}),
            Subscription("notify.facts", dict.fromkeys(HEARD, self.plan_deliveries)),
        ]

    def _channel(self, fact: ContactRegistered) -> str | None:
        if fact.sealed is None or fact.withdrawn:
            return None
        try:
            return channel_of(self.unsealer.unseal(fact.report_id, fact.sealed))
        except Unsealable as error:
            raise Unprocessable(f"contact.registered: {error}") from None


def channel_of(contact: Contact) -> str | None:
    """Mail if an address was given, else SMS: mail has room for the answer and costs nobody anything."""
    if contact.email:
        return "email"
    return "sms" if contact.phone else None


def address_of(contact: Contact, channel: str) -> str | None:
    return {"email": contact.email, "sms": contact.phone}.get(channel)
