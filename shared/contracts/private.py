"""The facts that concern a person. They travel on the private exchange, from intake to notify, sealed."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import PRIVATE, Fact
from shared.contracts.enums import Channel


class ContactRegistered(Fact):
    """Said once for every report, also when no contact was left, so that notify need not wait for one."""

    type: ClassVar[str] = "contact.registered"
    exchange: ClassVar[str] = PRIVATE

    sealed: str | None = Field(None, description="The contact, readable with notify's private key alone.")
    language: str = "id"
    withdrawn: bool = Field(False, description="The contact is to be forgotten.")


class AnswerRequested(Fact):
    """An answer to somebody who wrote by a channel that has no other way back, e.g. a command by SMS.

    `report_id` is the id of the message that is answered: it may concern no report, or somebody else's.
    """

    type: ClassVar[str] = "answer.requested"
    exchange: ClassVar[str] = PRIVATE

    channel: Channel
    sealed: str = Field(
        description="Whom to answer, and with what (`text`): readable with notify's private key alone."
    )
    text: str = Field(
        description="What to say, where it is not sealed; empty otherwise. Fits one message of the channel."
    )
    reply_to: str | None = Field(
        None, description="Where an answer to a mail comes back to: an address that speaks for a report."
    )
    language: str = Field("id", description="id, en, jv or su: that of what is said, and of what frames it.")


class PreferencesChanged(Fact):
    """How the reporter of a report wants to hear of it. The highest `preferences_version` counts."""

    type: ClassVar[str] = "preferences.changed"
    exchange: ClassVar[str] = PRIVATE

    preferences_version: int
    language: str = Field(description="id, en, jv or su.")
    muted: bool = Field(False, description="Nothing is to be sent any more.")
    quiet_from: str | None = Field(None, description="HH:MM in `zone`: from then on nothing is sent …")
    quiet_until: str | None = Field(None, description="… until HH:MM; what came meanwhile is sent then.")
    zone: str = Field("WIB", description="WIB, WITA or WIT.")
    digest_at: str | None = Field(
        None, description="HH:MM in `zone`: what is not urgent is told once a day, then."
    )
    channel: str | None = Field(
        None, description="email, sms, whatsapp or telegram: rather by this, where the contact has it."
    )


class FollowChanged(Fact):
    """Somebody follows a public case, or an area, or does not any longer; the newest word counts.

    `report_id` is the follow's own id, as of its contact. Exactly one of `followed` and `area` is given.
    """

    type: ClassVar[str] = "follow.changed"
    exchange: ClassVar[str] = PRIVATE

    followed: UUID | None = Field(None, description="The case.")
    tracking_id: str | None = Field(None, description="Of the case.")
    area: str | None = Field(None, description="<category>/<region>, with * for any of one of the two.")
    about: str | None = Field(None, description="The area, as people call it.")
    hour: int = Field(7, description="When the news of an area is told, once a day, in `zone`.")
    zone: str = "WIB"
    system: bool = Field(False, description="A system is told: at once, also of an area.")
    recipient: str | None = Field(
        None,
        description="The same for all follows of one contact, browser or system, and meaningless elsewhere: "
        "one fact is told to it once, however many follows lead there.",
    )
    withdrawn: bool = Field(False, description="Nothing more is told.")


class PushSubscribed(Fact):
    """A browser wants to hear of a report, or not any longer: the newest word counts. It names nobody."""

    type: ClassVar[str] = "push.subscribed"
    exchange: ClassVar[str] = PRIVATE

    sealed: str | None = Field(
        None, description="Its subscription, readable with notify's private key alone."
    )
    withdrawn: bool = Field(False, description="The subscription is to be forgotten.")
