"""Order and repetition do not matter: any permutation of a case's facts adds up to the same case."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.verification.domain.case import Case, Entry
from services.verification.domain.consequences import Said, consequences
from services.verification.domain.fold import RECORDED, fold
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from tests.unit.verification import story
from tests.unit.verification.story import REPORT, START, leg_id

AGENCIES = ("a", "b", "c")
CLOCKS = (ClockKind.REPLY, ClockKind.COMPLETION, ClockKind.OMBUDSMAN, ClockKind.SETTLEMENT)

minutes = st.integers(0, 12).map(lambda n: timedelta(minutes=n))
switches = st.booleans()


@st.composite
def facts(draw, kinds: Sequence[type[c.Fact]] = RECORDED) -> c.Fact:
    """One fact of any kind at any minute, likely or not; few minutes, so that many fall together."""
    kind, at = draw(st.sampled_from(kinds)), START + draw(minutes)
    if kind is c.ReportSubmitted:
        return story.submitted(at, anonymous=draw(switches), secret=draw(switches))
    if kind is c.CaseVerified:
        return story.verified(at, anonymous=draw(switches), secret=draw(switches))
    if kind is c.DispositionCreated:
        return story.sent(at, draw(st.sampled_from(AGENCIES)))
    if kind is c.SlaExpired:
        since = START + draw(minutes)
        return story.expired(at, draw(st.sampled_from(CLOCKS)), since, min(at, since + draw(minutes)))
    if kind in {c.SlaWarning, c.SlaBreached}:
        clock = draw(st.sampled_from([ClockKind.VERIFICATION, ClockKind.SETTLEMENT]))
        return story.told_due(kind, at, START + draw(minutes), START + draw(minutes), clock)
    if kind is c.DeadlinesAmended:
        return story.moved(at, START + draw(minutes))
    if issubclass(kind, c.DispositionFact):
        agency = draw(st.sampled_from(AGENCIES))
        answers = {"answers_question": draw(switches)} if kind is c.DispositionReporterSaid else {}
        return story.word(kind, at, leg_id=leg_id(agency), agency=agency, **answers)
    return story.word(kind, at)


USUAL = (
    c.ReportSubmitted,
    c.ClarificationRequested,
    c.ReportSupplemented,
    c.CaseVerified,
    c.DispositionCreated,
    c.DispositionAcknowledged,
    c.DispositionCompleted,
    c.ReportObjected,
    c.DispositionResponded,
    c.ReportAccepted,
    c.ReportRated,
)
ASKED = (
    c.ReportSubmitted,
    c.CaseVerified,
    c.DispositionCreated,
    c.DispositionAsked,
    c.ReportReplied,
    c.DispositionReporterSaid,
    c.DispositionResponded,
    c.DispositionAsked,
    c.SlaExpired,
    c.DispositionReporterSaid,
    c.DispositionCompleted,
    c.ReportAccepted,
)
ARCHIVED = (c.ReportSubmitted, c.CaseArchived, c.ReportAppealed, c.CaseArchived, c.ReportAppealed)


@st.composite
def histories(draw) -> list[Entry]:
    """A plausible life with steps left out, and impossible facts thrown in."""
    told = []
    for position, kind in enumerate(draw(st.sampled_from([USUAL, ASKED, ARCHIVED]))):
        if draw(st.integers(0, 5)):  # one in six is left out
            fact = draw(facts([kind]))
            told.append(fact.model_copy(update={"occurred_at": START + timedelta(minutes=position)}))
    told += draw(st.lists(facts(), max_size=8))
    officers = st.sampled_from([None, "budi", "tuti"])
    return [Entry(UUID(int=number), fact, draw(officers)) for number, fact in enumerate(told, start=1)]


@st.composite
def deliveries(draw) -> list[Entry]:
    """A history as a queue may deliver it: in any order, some of it twice."""
    history = draw(histories())
    again = draw(st.lists(st.sampled_from(history), max_size=6)) if history else []
    return draw(st.permutations([*history, *again]))


def in_order(delivered: list[Entry]) -> list[Entry]:
    return sorted(set(delivered), key=lambda entry: entry.event_id.int)


@settings(deadline=None)
@given(deliveries())
def test_any_order_and_repetition_of_the_facts_makes_the_same_case(delivered):
    assert fold(REPORT, delivered) == fold(REPORT, in_order(delivered))


@settings(deadline=None)
@given(deliveries())
def test_what_was_said_last_is_what_the_facts_add_up_to(delivered):
    said, _ = hear_one_by_one(delivered)
    case = fold(REPORT, delivered)
    told = (said.status, said.closed_by, said.reopenings, said.escalated)
    assert told == (case.status, case.closed_by, case.reopenings, case.escalated)


@settings(deadline=None)
@given(deliveries())
def test_every_change_is_heard_once_and_its_version_is_the_next(delivered):
    said, heard = hear_one_by_one(delivered)
    versions = [f.case_version for f in heard if isinstance(f, c.CaseStatusChanged | c.CaseEscalated)]
    assert versions == list(range(1, said.version + 1))


@settings(deadline=None)
@given(deliveries())
def test_the_statuses_that_were_said_form_a_chain(delivered):
    _, heard = hear_one_by_one(delivered)
    changes = [fact for fact in heard if isinstance(fact, c.CaseStatusChanged)]
    befores = [None, *(fact.status for fact in changes)][: len(changes)]
    assert [fact.previous for fact in changes] == befores


@settings(deadline=None)
@given(deliveries())
def test_a_fact_delivered_again_says_nothing(delivered):
    said, _ = hear_one_by_one(delivered)
    assert consequences(said, fold(REPORT, [*delivered, *delivered]), START) == (said, [])


@settings(deadline=None)
@given(deliveries())
def test_every_fact_is_in_the_history_once_and_a_refused_one_left_the_status(delivered):
    case = fold(REPORT, delivered)
    assert sorted(step.entry.event_id.int for step in case.history) == sorted(
        {e.event_id.int for e in delivered}
    )
    assert all(step.before == step.after for step in case.history if step.refused)


@settings(deadline=None)
@given(deliveries())
def test_what_the_reporter_hid_stays_hidden(delivered):
    case = fold(REPORT, delivered)
    if case.submission is None:
        assert case.anonymous and case.secret
    else:
        assert case.anonymous >= case.submission.anonymous
        assert case.secret >= case.submission.secret


@settings(deadline=None)
@given(deliveries())
def test_the_counts_are_those_of_the_facts_that_counted(delivered):
    case = fold(REPORT, delivered)
    assert case.holds == _counted(case, c.ClarificationRequested)
    assert case.objections == _counted(case, c.ReportObjected)
    assert len(case.supplements) == _counted(case, c.ReportSupplemented)
    assert len(case.legs) <= _counted(case, c.DispositionCreated)
    reopened = [s for s in case.history if s.before is CaseStatus.CLOSED and s.after is not CaseStatus.CLOSED]
    assert case.reopenings == len(reopened)


def _counted(case: Case, kind: type[c.Fact]) -> int:
    return sum(isinstance(step.entry.fact, kind) and step.refused is None for step in case.history)


def hear_one_by_one(delivered: list[Entry]) -> tuple[Said, list[c.Fact]]:
    """Fold after each delivery, as the handler does; what was said in all."""
    said, heard, recorded = Said(), [], []
    for entry in delivered:
        recorded.append(entry)
        said, facts_said = consequences(said, fold(REPORT, recorded), START)
        heard += facts_said
    return said, heard
