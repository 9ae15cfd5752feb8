"""What the notify service does with facts: keep the sealed contacts, or plan who is told of what."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notify import store
from services.notify.bell import Bell
from services.notify.domain.planning import HEARD, plan
from services.notify.store import Registered, Telling
from shared.contracts import CaseStatusChanged, ContactRegistered, DispositionCreated
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Subscription, Together
from shared.messaging.failures import Unprocessable
from shared.security.sealing import Contact, Unsealable, Unsealer
from shared.telemetry.traces import current_traceparent


@dataclass(frozen=True)
class Handlers:
    """The unsealer is used here to learn which kind of address a contact holds, and for nothing else."""

    unsealer: Unsealer
    bell: Bell

    async def register_contacts(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Keep reporters' sealed contacts, or that there is none, and release what waited for them."""
        registered = [Registered(event.id, event.fact, self._channel(event.fact)) for event in events]
        await store.save_contacts(tx, registered)
        await self._release(tx, events)

    async def plan_deliveries(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Record one delivery for everyone whom one of these facts concerns."""
        facts = [event.fact for event in events]
        await store.save_cases(
            tx, [f for f in facts if isinstance(f, CaseStatusChanged | DispositionCreated)]
        )
        await store.save_legs(tx, [fact for fact in facts if isinstance(fact, DispositionCreated)])
        await store.add(tx, [telling for event in events for telling in _tellings(event)])
        await self._release(tx, events)

    async def _release(self, tx: Transaction, events: Sequence[Event]) -> None:
        self.bell.ring(await store.release(tx, {event.fact.report_id for event in events}))

    def subscriptions(self) -> list[Subscription]:
        return [
            Subscription("notify.contacts", {ContactRegistered: Together(self.register_contacts)}),
            Subscription("notify.facts", dict.fromkeys(HEARD, Together(self.plan_deliveries))),
        ]

    def _channel(self, fact: ContactRegistered) -> str | None:
        if fact.sealed is None or fact.withdrawn:
            return None
        try:
            return channel_of(self.unsealer.unseal(fact.report_id, fact.sealed))
        except Unsealable as error:
            raise Unprocessable(f"contact.registered: {error}") from None


def _tellings(event: Event) -> list[Telling]:
    with event.span("plan_deliveries"):
        traceparent = current_traceparent()
        return [Telling(event.id, event.fact.report_id, one, traceparent) for one in plan(event.fact)]


def channel_of(contact: Contact) -> str | None:
    """Mail if an address was given, else SMS: mail has room for the answer and costs nobody anything."""
    if contact.email:
        return "email"
    return "sms" if contact.phone else None


def address_of(contact: Contact, channel: str) -> str | None:
    return {"email": contact.email, "sms": contact.phone}.get(channel)
