"""What those hear who did not file the report that is answered: whose own report joined it, and supporters.

And the question how it was, some days after the closing, which no agency has a hand in.
"""

from collections.abc import Iterator

from services.notify.domain.delivery import REPORTER, Detail, Planned, Template, discreet, without_content
from shared.contracts import CaseRatingRequested, LeadStatusChanged, SupportedStatusChanged


def lead_changed(fact: LeadStatusChanged) -> Iterator[Planned]:
    """To the reporter of a case that joined another: what the lead's agencies did."""
    yield Planned(REPORTER, Template.LEAD_CHANGED, _details(fact))


def supported_changed(fact: SupportedStatusChanged) -> Iterator[Planned]:
    """`REPORTER` is whoever left the contact: it was registered with the supporter's id."""
    yield Planned(REPORTER, Template.SUPPORTED_CHANGED, _details(fact))


def rating_requested(_: CaseRatingRequested) -> Iterator[Planned]:
    """To the reporter, once; verification asks once."""
    yield Planned(REPORTER, Template.RATING_REQUESTED)


def _details(fact: LeadStatusChanged | SupportedStatusChanged) -> dict[str, Detail]:
    details: dict[str, Detail] = {"status": fact.status.value, "content": fact.answer}
    hidden = discreet(REPORTER, anonymous=fact.anonymous, secret=fact.secret)
    return without_content(details, REPORTER) if hidden else details
