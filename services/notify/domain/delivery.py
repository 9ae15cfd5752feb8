"""What a delivery is: one fact told to one recipient. A recipient is a kind of addressee, never a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

Detail = str | int | tuple[tuple[str, str, str], ...] | tuple[Mapping[str, object], ...] | None

REPORTER = "reporter"
BROWSER = "browser"
"""One that the reporter told to hear of the report; beside their contact, or instead of one."""
AGENCY = "agency:"
NATIONAL = "national"
"""The desk of the national administrators, who also verify."""
COORDINATOR = "coordinator:"

CONTENT = frozenset({"content", "title", "reason", "agency_name", "awaited"})
"""Details that tell what a case is about: left out of discreet messages."""
CAUSE = frozenset({"cause", "cause_en", "legal_source"})
"""Why a deadline moved. It can tell where, or what about: left out if the reporter's message is discreet."""


def agency_recipient(code: str) -> str:
    """The desk of the agency itself."""
    return f"{AGENCY}{code}"


def coordinator_recipient(code: str) -> str:
    """The desk above the agency `code`."""
    return f"{COORDINATOR}{code}"


class Lane(StrEnum):
    """Deliveries of different haste, each with senders of its own: none waits for the other."""

    TRANSACTIONAL = "transactional"
    """One fact told to those whom it concerns."""
    BULK = "bulk"
    """One announcement told to very many."""


class DeliveryState(StrEnum):
    """Where a delivery stands; the last three are final and say why."""

    WAITING_CONTACT = "waiting_contact"
    """Its recipient's address, or the case's tracking id, has not been heard of yet."""
    WAITING_HOURS = "waiting_hours"
    """Meant for a desk whose office is closed now, or for a reporter whose quiet hours these are."""
    WAITING_DIGEST = "waiting_digest"
    """Told with others at the hour that its reporter chose."""
    PENDING = "pending"
    """To be sent when due."""
    SENDING = "sending"
    """Leased by a sender; swept back to pending if the sender is not heard of again."""
    SENT = "sent"
    """Accepted by a provider that sends receipts; none of the message's end has come yet."""
    DELIVERED = "delivered"
    """Confirmed by a receipt, or accepted by a provider that sends none. `reason` tells if none came."""
    FAILED = "failed"
    """Refused for good, or given up."""
    SKIPPED = "skipped"
    """Not to be sent at all."""

    @property
    def final(self) -> bool:
        return self in {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SKIPPED}


class Template(StrEnum):
    """What there is to say; the words are in `templates/<language>/<name>.txt`."""

    RECEIVED = "received"
    RESUMED = "resumed"
    ON_HOLD = "on_hold"
    FORWARDED = "forwarded"
    REDIRECTED = "redirected"
    IN_PROGRESS = "in_progress"
    BACK_AT_WORK = "back_at_work"
    ANSWERED = "answered"
    COMPLETED = "completed"
    ANSWERED_IN_PART = "answered_in_part"
    """Another agency has yet to answer: nothing is asked of the reporter until it has."""
    ASKED = "asked"
    """An agency asks the reporter."""
    REPORTER_SAID = "reporter_said"
    """To the desk of an agency that must act on it."""
    AWAITING_REPORTER = "awaiting_reporter"
    """Never sent: the answer itself asks for the reporter's word. It has no words of its own."""
    CLOSED = "closed"
    ARCHIVED = "archived"
    MERGED = "merged"
    LEAD_CHANGED = "lead_changed"
    """To whoever filed a report that joined another: how that one stands."""
    SUPPORTED_CHANGED = "supported_changed"
    FOLLOWED_CHANGED = "followed_changed"
    """To whoever follows a public case; in the bulk lane, as the next."""
    AREA_DIGEST = "area_digest"
    """The new public cases of an area, once a day."""
    DIGEST = "digest"
    """What was not urgent since yesterday, in one message."""
    RATING_REQUESTED = "rating_requested"
    WITHDRAWN = "withdrawn"
    ESCALATED = "escalated"
    IDENTITY_REVEALED = "identity_revealed"
    OVERDUE = "overdue"
    ANSWER = "answer"
    """To somebody who wrote by a channel that has no other way back."""
    ANNOUNCEMENT = "announcement"
    """An officer's words to many; in the bulk lane."""
    DISPOSITION_CREATED = "disposition_created"
    LEG_WARNING = "leg_warning"
    LEG_BREACHED = "leg_breached"
    LEG_REMINDER = "leg_reminder"
    COORDINATOR_REMINDER = "coordinator_reminder"
    NATIONAL_REMINDER = "national_reminder"
    VERIFICATION_REMINDER = "verification_reminder"
    DEADLINES_MOVED = "deadlines_moved"
    LEG_DEADLINES_MOVED = "leg_deadlines_moved"


@dataclass(frozen=True)
class Planned:
    """One recipient to be told of one fact. `skip` names why it is recorded and not sent.

    `opens_at` (injected time): not before the recipient's office opens.
    """

    recipient: str
    template: Template
    details: Mapping[str, Detail] = field(default_factory=dict)
    leg_id: UUID | None = None
    skip: str | None = None
    opens_at: datetime | None = None


def discreet(recipient: str, *, anonymous: bool, secret: bool) -> bool:
    """Whether a message must say nothing of the content.

    To the reporter of an anonymous or secret case, because somebody else may pick up the phone; to an
    agency's shared mailbox for a secret one alone.
    """
    return secret or (anonymous and recipient == REPORTER)


def without_content(details: Mapping[str, Detail], recipient: str) -> dict[str, Detail]:
    """What may be said to `recipient` of a case about which nothing may be said."""
    withheld = CONTENT | CAUSE if recipient == REPORTER else CONTENT
    return {key: value for key, value in details.items() if key not in withheld}
