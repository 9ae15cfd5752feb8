"""What the notify service does with facts: keep sealed contacts and wishes, or plan who is told of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.notify import browsers, store, wishes
from services.notify.announcements import store as announcements
from services.notify.bell import Bell
from services.notify.browsers import Word
from services.notify.domain.delivery import REPORTER, Detail, Planned, Template
from services.notify.domain.planning import HEARD, plan
from services.notify.following.hearing import FOLLOWS, NEWS
from services.notify.store import Registered, Telling
from shared.amendments import HEARD as AMENDMENTS
from shared.contracts import (
    AnswerRequested,
    CaseMerged,
    CaseStatusChanged,
    CaseUnmerged,
    Channel,
    ContactRegistered,
    DispositionCreated,
    Fact,
    PreferencesChanged,
    PushSubscribed,
    SupportedStatusChanged,
)
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
    national_desk: bool = False
    """Whether there is one that can be written to."""
    channels: frozenset[str] = frozenset({"email", "sms"})
    """Those that somebody carries."""

    async def register_contacts(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Keep reporters' sealed contacts, or that there is none, and release what waited for them."""
        registered = [Registered(event.id, event.fact, self._channels(event.fact)) for event in events]
        await store.save_contacts(tx, registered)
        if withdrawn := [event for event in events if event.fact.withdrawn]:
            await self.keep_browsers(tx, withdrawn)
        await self._release(tx, events)

    async def keep_browsers(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Keep where browsers hear of reports, sealed as it came; who forgets a contact forgets it too."""
        await browsers.save(tx, [self._word(event) for event in events])

    async def plan_deliveries(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Record one delivery for everyone whom one of these facts concerns."""
        facts = [event.fact for event in events]
        await store.save_cases(
            tx,
            [
                fact
                for fact in facts
                if isinstance(fact, CaseStatusChanged | DispositionCreated | SupportedStatusChanged)
            ],
        )
        await store.save_legs(tx, [fact for fact in facts if isinstance(fact, DispositionCreated)])
        await store.add(tx, [telling for event in events for telling in _tellings(event)])
        await self._release(tx, events)

    async def keep_wishes(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Keep how reporters want to hear of their reports."""
        await wishes.save(tx, [event.fact for event in events])

    async def answer_people(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Have what was asked answered by the channel it came by; the message's id stands for a report's."""
        registered = [
            Registered(event.id, _asker(event.fact), self._way_back(event.fact)) for event in events
        ]
        await store.save_contacts(tx, registered)
        await store.add(tx, [telling for event in events for telling in _answers(event)])
        await self._release(tx, events)

    async def _release(self, tx: Transaction, events: Sequence[Event]) -> None:
        reports = {event.fact.report_id for event in events}
        self.bell.ring(await store.release(tx, reports, national_desk=self.national_desk))

    async def keep_clusters(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Keep which report joined which, for announcements."""
        await announcements.save_clusters(tx, [event.fact for event in events])

    def subscriptions(self) -> list[Subscription]:
        return [
            Subscription(
                "notify.contacts",
                {
                    ContactRegistered: Together(self.register_contacts),
                    PreferencesChanged: Together(self.keep_wishes),
                    PushSubscribed: Together(self.keep_browsers),
                    AnswerRequested: Together(self.answer_people),
                    **FOLLOWS,
                },
            ),
            Subscription(
                "notify.facts",
                {
                    **dict.fromkeys(HEARD, Together(self.plan_deliveries)),
                    **dict.fromkeys((CaseMerged, CaseUnmerged), Together(self.keep_clusters)),
                    **NEWS,
                    **AMENDMENTS,
                },
            ),
        ]

    def _channels(self, fact: ContactRegistered) -> tuple[str, ...]:
        if fact.sealed is None or fact.withdrawn:
            return ()
        return channels_of(self._unsealed(fact, fact.sealed), self.channels)

    def _word(self, event: Event) -> Word:
        fact = event.fact
        sealed = fact.sealed if "push" in self.channels else None  # or it would be kept for nothing
        return Word(fact.report_id, event.id, fact.occurred_at, sealed, fact.withdrawn)

    def _way_back(self, fact: AnswerRequested) -> tuple[str, ...]:
        """The channel of an answer, if this service sends by it and it was asked from there."""
        channel = _SENT_BY.get(fact.channel)
        if channel is None or channel not in self.channels:
            return ()
        return (channel,) if address_of(self._unsealed(fact, fact.sealed), channel) else ()

    def _unsealed(self, fact: Fact, sealed: str) -> Contact:
        try:
            return self.unsealer.unseal(fact.report_id, sealed)
        except Unsealable as error:
            raise Unprocessable(f"{fact.type}: {error}") from None


_SENT_BY = {
    Channel.SMS: "sms",
    Channel.EMAIL: "email",
    Channel.WHATSAPP: "whatsapp",
    Channel.TELEGRAM: "telegram",
}


def _asker(fact: AnswerRequested) -> ContactRegistered:
    return ContactRegistered(
        report_id=fact.report_id, occurred_at=fact.occurred_at, sealed=fact.sealed, language=fact.language
    )


def _answers(event: Event) -> Iterator[Telling]:
    with event.span("answer_people"):
        details: dict[str, Detail] = {"content": event.fact.text} if event.fact.text else {}
        if event.fact.reply_to:
            details["reply_to"] = event.fact.reply_to
        planned = Planned(REPORTER, Template.ANSWER, details)
        yield Telling(event.id, event.fact.report_id, planned, current_traceparent())


def _tellings(event: Event) -> list[Telling]:
    with event.span("plan_deliveries"):
        traceparent = current_traceparent()
        return [Telling(event.id, event.fact.report_id, one, traceparent) for one in plan(event.fact)]


_PREFERRED = ("webhook", "email", "whatsapp", "telegram", "sms")
"""A system has no other. Mail has room for the answer and costs nobody anything; an SMS has neither."""


def channels_of(contact: Contact, carried: frozenset[str]) -> tuple[str, ...]:
    """By which of the channels that are carried this contact can be told: by the first, if nobody wishes."""
    return tuple(name for name in _PREFERRED if name in carried and address_of(contact, name))


def address_of(contact: Contact, channel: str) -> str | None:
    """What of a contact a channel writes to; None where it has nothing."""
    return {
        "email": contact.email,
        "sms": contact.phone,
        "whatsapp": contact.whatsapp,
        "telegram": contact.telegram,
        "webhook": contact.hook,
    }.get(channel)
