"""Facts about a leg: one case at one agency. Said by routing alone; agencies read their own."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DISPOSITIONS, Fact, Part
from shared.contracts.enums import Classification, ReporterWord
from shared.contracts.report import EvidenceRef, Place


class DispositionFact(Fact):
    """`leg_version` grows by one with every change of this leg."""

    exchange: ClassVar[str] = DISPOSITIONS

    leg_id: UUID
    agency: str = Field(description="The agency's path, e.g. 35.3578.dishub; part of the topic.")
    leg_version: int
    response_id: str | None = Field(
        None, description="The `message_id` of the agency's message that this answers, if it does."
    )

    @property
    def routing_key(self) -> str:
        return f"disposition.{self.agency}.{self.type.removeprefix('disposition.')}"


class Desk(Part):
    """An office that can be written to; never a person."""

    agency: str
    name: str
    email: str | None = None


class DispositionCreated(DispositionFact):
    """An agency has a new leg of a case, with the report's content; its clocks run."""

    type: ClassVar[str] = "disposition.created"

    tracking_id: str
    agency_name: str
    desk_email: str | None = Field(None, description="The agency's office address; never a person's.")
    zone: str = Field(description="WIB, WITA or WIT: where the agency's working days are counted.")
    calendar: str | None = Field(
        None, description="The region whose own free days count too, e.g. 35.78; None: only the nation's."
    )
    coordinator: Desk | None = Field(None, description="The desk above, reminded when this one is late.")
    classification: Classification
    category: str
    title: str
    text: str
    place: Place = Place()
    evidence: tuple[EvidenceRef, ...] = ()
    anonymous: bool
    secret: bool
    hop: int = Field(1, description="1 for the first agency; one more for each return.")
    case_version: int


class DispositionReturned(DispositionFact):
    """The agency says that it is not in charge; the next one gets the case."""

    type: ClassVar[str] = "disposition.returned"
    reason: str
    suggested_agency: str | None = None
    hop: int


class DispositionRedirected(DispositionFact):
    """The leg goes on to another agency, as a new leg."""

    type: ClassVar[str] = "disposition.redirected"
    to_agency: str
    to_leg_id: UUID
    hop: int


class DispositionDelegated(DispositionFact):
    """A unit of the agency handles the leg; the agency stays answerable."""

    type: ClassVar[str] = "disposition.delegated"
    to_unit: str


class DispositionAcknowledged(DispositionFact):
    """The agency has it. Stops no clock of the reporter's."""

    type: ClassVar[str] = "disposition.acknowledged"


class AnswerFact(DispositionFact):
    """An agency's answer, and whether another one's is still to come: only after the last of them is it the
    reporter's turn.
    """

    tracking_id: str
    agency_name: str
    text: str
    case_answered: bool | None = Field(
        None,
        description="With this, every agency that has the case has answered since the reporter last spoke. "
        "Null where it was not said.",
    )
    awaited: tuple[str, ...] = Field(
        (), description="The names of those that have not. Of a secret case none is named to another agency."
    )
    zone: str | None = Field(None, description="As its disposition said: where its working days are counted.")
    calendar: str | None = Field(
        None, description="As its disposition said: the region whose own free days count too."
    )


class DispositionResponded(AnswerFact):
    """A substantive follow-up: it stops the first-response clock. The last one starts the reporter's reply
    clock.
    """

    type: ClassVar[str] = "disposition.responded"


class DispositionCompleted(AnswerFact):
    """The agency says what it has done, and shows it or says why nothing shows."""

    type: ClassVar[str] = "disposition.completed"
    evidence: tuple[EvidenceRef, ...] = Field((), description="What the agency shows of its work.")
    without_evidence: str | None = Field(
        None, description="Why it shows none, in its own words; the reporter reads it."
    )


class DispositionAsked(DispositionFact):
    """The agency needs something from the reporter before it can go on: the case waits, and its clocks pause.

    No substantive follow-up: it neither stops the first-response clock nor starts the reporter's reply clock.
    """

    type: ClassVar[str] = "disposition.asked"
    tracking_id: str
    agency_name: str
    text: str


class DispositionReporterSaid(DispositionFact):
    """What the reporter said, in their own words, to each agency that has the case. Never who they are."""

    type: ClassVar[str] = "disposition.reporter-said"
    tracking_id: str
    word: ReporterWord
    word_id: UUID = Field(description="The same for the same word, whichever leg it is told to.")
    text: str | None = Field(None, description="An acceptance, and silence, have none.")
    score: int | None = Field(None, description="Of a rating: 1 is very bad, 5 very good.")
    answers_question: bool = Field(
        False, description="Whether it ends the wait for an answer to this leg's question; silence does, too."
    )


class RefusedField(Part):
    """One field of an agency's message that must be mended."""

    field: str
    reason: str
    reason_en: str


class DispositionRefused(DispositionFact):
    """Why an agency's response changed nothing. An unknown or foreign leg is told with a nil `report_id`."""

    type: ClassVar[str] = "disposition.refused"
    must_route: ClassVar[bool] = False

    response_id: str = Field(description="The `message_id` that the agency gave its message.")
    reason: str
    reason_en: str
    retry_after_seconds: int | None = Field(
        None, description="Set where the agency said too much at once: send the same message again then."
    )
    errors: tuple[RefusedField, ...] = Field((), description="Every field at fault, where fields are.")
