"""Which fact tells whom what: a pure function of one fact, so that no order of facts changes who is told.

A case that waits for its reporter is not announced on its own: the last agency's answer made it wait, and
carries the text and the date by which to accept or object. The status is recorded as skipped.
"""

from collections.abc import Callable, Iterator
from typing import Any

from services.notify.domain import duties, joined
from services.notify.domain.deadlines import (
    close_of_limit,
    days_later,
    next_opening,
    promise,
    region_of_office,
    zone_named,
    zone_of_agency,
)
from services.notify.domain.delivery import (
    REPORTER,
    Detail,
    Planned,
    Template,
    agency_recipient,
    discreet,
    without_content,
)
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, ReporterWord

TOLD_WITH_ANSWER = "told with the answer"
TOLD_WITH_QUESTION = "told with the question"
TOLD_WHEN_SENT_ON = "told when sent on"

_UNDECIDED = frozenset({None, CaseStatus.RECEIVED, CaseStatus.ON_HOLD})
_TO_ACT_ON = frozenset({ReporterWord.OBJECTION, ReporterWord.REPLY})
"""An agency owes another answer then. The rest a desk reads when it looks."""


def plan(fact: c.Fact) -> list[Planned]:
    """Everyone to be told of `fact`, each once. Nobody, for a fact that concerns no one."""
    planner = _PLANNERS.get(type(fact))
    return list(planner(fact)) if planner else []


def _status_changed(fact: c.CaseStatusChanged) -> Iterator[Planned]:
    planned = _STATUS[fact.status](fact)
    if discreet(REPORTER, anonymous=fact.anonymous, secret=fact.secret):
        details = without_content(planned.details, REPORTER)
        planned = Planned(planned.recipient, planned.template, details, planned.leg_id, planned.skip)
    yield planned


def _received(fact: c.CaseStatusChanged) -> Planned:
    due = promise(ClockKind.VERIFICATION, fact.occurred_at)
    if fact.previous is None:
        return Planned(REPORTER, Template.RECEIVED, due)
    return Planned(REPORTER, Template.RESUMED, {"previous": fact.previous.value, **due})


def _on_hold(fact: c.CaseStatusChanged) -> Planned:
    if fact.previous not in _UNDECIDED:  # an agency asked: its own words name it
        return Planned(REPORTER, Template.ON_HOLD, skip=TOLD_WITH_QUESTION)
    due = promise(ClockKind.COMPLETION, fact.occurred_at)
    return Planned(REPORTER, Template.ON_HOLD, {"content": fact.message, **due})


def _forwarded(fact: c.CaseStatusChanged) -> Planned:
    if fact.previous not in _UNDECIDED:  # an agency gave it back: the next disposition names the next agency
        return Planned(REPORTER, Template.FORWARDED, skip=TOLD_WHEN_SENT_ON)
    return Planned(REPORTER, Template.FORWARDED, promise(ClockKind.FIRST_RESPONSE, fact.occurred_at))


def _in_progress(fact: c.CaseStatusChanged) -> Planned:
    if fact.by_answer:  # another agency has yet to answer; what this one said has been told
        return Planned(REPORTER, Template.IN_PROGRESS, skip=TOLD_WITH_ANSWER)
    again = fact.previous in {CaseStatus.AWAITING_REPORTER, CaseStatus.CLOSED, CaseStatus.ON_HOLD}
    if not again:
        return Planned(REPORTER, Template.IN_PROGRESS)
    return Planned(REPORTER, Template.BACK_AT_WORK, {"previous": fact.previous and fact.previous.value})


def _awaiting(_: c.CaseStatusChanged) -> Planned:
    return Planned(REPORTER, Template.AWAITING_REPORTER, skip=TOLD_WITH_ANSWER)


def _closed(fact: c.CaseStatusChanged) -> Planned:
    due = promise(ClockKind.REOPENING, fact.occurred_at)
    return Planned(REPORTER, Template.CLOSED, {"closed_by": fact.closed_by and fact.closed_by.value, **due})


def _archived(fact: c.CaseStatusChanged) -> Planned:
    reason = fact.archive_reason and fact.archive_reason.value
    details: dict[str, Detail] = {"reason": reason, "content": fact.message, "final": int(fact.appealed)}
    return Planned(REPORTER, Template.ARCHIVED, details)


def _merged(_: c.CaseStatusChanged) -> Planned:
    return Planned(REPORTER, Template.MERGED)


def _withdrawn(_: c.CaseStatusChanged) -> Planned:
    return Planned(REPORTER, Template.WITHDRAWN)


_STATUS: dict[CaseStatus, Callable[[c.CaseStatusChanged], Planned]] = {
    CaseStatus.RECEIVED: _received,
    CaseStatus.ON_HOLD: _on_hold,
    CaseStatus.FORWARDED: _forwarded,
    CaseStatus.IN_PROGRESS: _in_progress,
    CaseStatus.AWAITING_REPORTER: _awaiting,
    CaseStatus.CLOSED: _closed,
    CaseStatus.ARCHIVED: _archived,
    CaseStatus.MERGED: _merged,
    CaseStatus.WITHDRAWN: _withdrawn,
}


def _escalated(_: c.CaseEscalated) -> Iterator[Planned]:
    yield Planned(REPORTER, Template.ESCALATED)


def _created(fact: c.DispositionCreated) -> Iterator[Planned]:
    """The agency's desk is told at once, as its clocks run from today, and until when its mail lets it act.

    The reporter too if it is not the first agency, as no status tells that.
    """
    zone, since = zone_named(fact.zone, fact.agency), fact.occurred_at
    agency, region = fact.agency, region_of_office(fact.agency, fact.calendar)
    due = promise(ClockKind.FIRST_RESPONSE, since, zone, fact.classification, agency=agency, region=region)
    settling, returning = (
        close_of_limit(clock, since, zone, fact.classification, agency=agency, region=region)
        for clock in (ClockKind.SETTLEMENT, ClockKind.FIRST_RESPONSE)
    )
    to_agency: dict[str, Detail] = {
        "classification": fact.classification.value,
        "title": fact.title,
        "content": fact.text,
        "agency_name": fact.agency_name,
        "acknowledge_until": settling,
        "ask_until": settling,
        "answer_until": settling,
        "return_until": returning,
        **due,
    }
    to_reporter: dict[str, Detail] = {"agency_name": fact.agency_name, **due}
    for recipient, template, details in (
        (agency_recipient(fact.agency), Template.DISPOSITION_CREATED, to_agency),
        (REPORTER, Template.REDIRECTED, to_reporter),
    ):
        if template is Template.REDIRECTED and fact.hop == 1:
            continue
        hidden = discreet(recipient, anonymous=fact.anonymous, secret=fact.secret)
        yield Planned(
            recipient, template, without_content(details, recipient) if hidden else details, fact.leg_id
        )


def _asked(fact: c.DispositionAsked) -> Iterator[Planned]:
    """The question and the date, in one message; the status that follows is recorded as skipped."""
    due = promise(ClockKind.COMPLETION, fact.occurred_at)
    details: dict[str, Detail] = {"agency_name": fact.agency_name, "content": fact.text, **due}
    yield Planned(REPORTER, Template.ASKED, details, fact.leg_id)


def _reporter_said(fact: c.DispositionReporterSaid) -> Iterator[Planned]:
    """What the desk must act on, when its office is open; by its links it can answer, or ask again."""
    if not (fact.answers_question or fact.word in _TO_ACT_ON):
        return
    zone = zone_of_agency(fact.agency)
    until = days_later(fact.occurred_at, duties.LATE_ANSWER_DAYS, zone)
    details: dict[str, Detail] = {
        "word": fact.word.value,
        "answers_question": int(fact.answers_question),
        "content": fact.text,
        "ask_until": until,
        "answer_until": until,
    }
    opens_at = next_opening(fact.occurred_at, zone)
    recipient = agency_recipient(fact.agency)
    yield Planned(recipient, Template.REPORTER_SAID, details, fact.leg_id, opens_at=opens_at)


def _answered(fact: c.DispositionResponded | c.DispositionCompleted) -> Iterator[Planned]:
    """The last answer that was waited for starts the reporter's reply clock, in its agency's zone; one
    before that asks for nothing. Whether it is the last, routing says, which takes them one by one.
    """
    completes = isinstance(fact, c.DispositionCompleted)
    details: dict[str, Detail] = {"agency_name": fact.agency_name, "content": fact.text}
    if fact.case_answered is False:
        details |= {"completes": int(completes), "awaited": ", ".join(fact.awaited) or None}
        yield Planned(REPORTER, Template.ANSWERED_IN_PART, details, fact.leg_id)
        return
    zone, region = zone_named(fact.zone or "", fact.agency), region_of_office(fact.agency, fact.calendar)
    details |= promise(ClockKind.REPLY, fact.occurred_at, zone, region=region)
    template = Template.COMPLETED if completes else Template.ANSWERED
    yield Planned(REPORTER, template, details, fact.leg_id)


def _identity_revealed(fact: c.ReportIdentityRevealed) -> Iterator[Planned]:
    yield Planned(REPORTER, Template.IDENTITY_REVEALED, {"words": fact.words, "words_en": fact.words_en})


_PLANNERS: dict[type[c.Fact], Callable[[Any], Iterator[Planned]]] = {
    c.CaseStatusChanged: _status_changed,
    c.CaseEscalated: _escalated,
    c.LeadStatusChanged: joined.lead_changed,
    c.SupportedStatusChanged: joined.supported_changed,
    c.CaseRatingRequested: joined.rating_requested,
    c.ReportIdentityRevealed: _identity_revealed,
    c.DispositionCreated: _created,
    c.DispositionResponded: _answered,
    c.DispositionCompleted: _answered,
    c.DispositionAsked: _asked,
    c.DispositionReporterSaid: _reporter_said,
    c.SlaWarning: duties.warned,
    c.SlaBreached: duties.breached,
    c.SlaReminded: duties.reminded,
    c.DeadlinesAmended: duties.amended,
}

HEARD = tuple(_PLANNERS)
"""The facts that this service may have to tell somebody about."""
