from datetime import timedelta

import pytest

from services.intake.domain.progress import progress
from services.intake.domain.words import Saying, Word, fact_of, possible
from shared.calendar import Zone
from shared.contracts import CaseStatus, ClockKind, ClosedBy, Deadline, ReportObjected

from . import stories

ANSWERS = {Word.REPLY, Word.ACCEPTANCE, Word.OBJECTION}
OPEN = {Word.SUPPLEMENT, Word.WITHDRAWAL}


def _possible(status, hours=1.0, *, later=timedelta(), deadlines=None, **more):
    state = progress(stories.moments([stories.status(5, status, hours, **more)]))
    return possible(state, stories.at(hours) + later, Zone.WIB, deadlines)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CaseStatus.RECEIVED, OPEN),
        (CaseStatus.ON_HOLD, OPEN),
        (CaseStatus.FORWARDED, OPEN),
        (CaseStatus.IN_PROGRESS, OPEN),
        (CaseStatus.AWAITING_REPORTER, OPEN | ANSWERS),
        (CaseStatus.ARCHIVED, {Word.APPEAL}),
        (CaseStatus.MERGED, set()),
        (CaseStatus.WITHDRAWN, set()),
    ],
)
def test_each_status_allows_its_own_words(status, words):
    assert _possible(status) == words


def test_an_agencys_question_can_be_replied_to():
    assert _possible(CaseStatus.ON_HOLD, previous=CaseStatus.IN_PROGRESS) == OPEN | {Word.REPLY}


@pytest.mark.parametrize("by", [ClosedBy.REPORTER, ClosedBy.SYSTEM])
def test_a_closed_case_can_be_rated_and_objected_to(by):
    assert _possible(CaseStatus.CLOSED, closed_by=by) == {Word.RATING, Word.OBJECTION}


def test_a_case_that_an_administrator_closed_can_only_be_rated():
    assert _possible(CaseStatus.CLOSED, closed_by=ClosedBy.ADMINISTRATOR) == {Word.RATING}


def test_the_objection_lasts_to_the_end_of_the_tenth_working_day():
    # Closed on Monday 6 July; ten working days later is Monday 20 July, which ends in Jakarta at 17:00 UTC.
    assert Word.OBJECTION in _possible(
        CaseStatus.CLOSED, 0, closed_by=ClosedBy.SYSTEM, later=timedelta(days=14, hours=14)
    )


def test_after_the_tenth_working_day_nobody_can_object():
    assert Word.OBJECTION not in _possible(
        CaseStatus.CLOSED, 0, closed_by=ClosedBy.SYSTEM, later=timedelta(days=14, hours=16)
    )


@pytest.mark.parametrize(("shown", "fits"), [(17, True), (15.5, False), (None, False)])
def test_whoever_was_shown_a_later_end_can_object_until_then(shown, fits):
    due = shown and stories.at(0) + timedelta(days=14, hours=shown)
    told = Deadline(clock=ClockKind.REOPENING, started_at=stories.at(0), due_at=due, zone="WIB")
    at = timedelta(days=14, hours=16)
    words = _possible(CaseStatus.CLOSED, 0, closed_by=ClosedBy.SYSTEM, later=at, deadlines=(told,))
    assert (Word.OBJECTION in words) is fits


def test_an_archived_case_that_was_appealed_cannot_be_appealed_again():
    facts = [
        stories.status(2, CaseStatus.ARCHIVED, 1),
        stories.appealed(2, 2),
        stories.status(3, CaseStatus.RECEIVED, 3, previous=CaseStatus.ARCHIVED),
        stories.status(4, CaseStatus.ARCHIVED, 4),
    ]
    assert possible(progress(stories.moments(facts)), stories.at(5), Zone.WIB) == set()


def test_a_rated_case_cannot_be_rated_again():
    facts = [stories.status(5, CaseStatus.CLOSED, 1, closed_by=ClosedBy.REPORTER), stories.rated(5, 2)]
    assert Word.RATING not in possible(progress(stories.moments(facts)), stories.at(3), Zone.WIB)


def test_the_same_word_has_the_same_fingerprint():
    assert Saying(Word.REPLY, "a").fingerprint == Saying(Word.REPLY, "a").fingerprint


def test_another_text_has_another_fingerprint():
    assert Saying(Word.REPLY, "a").fingerprint != Saying(Word.REPLY, "b").fingerprint


def test_two_supplements_fit_one_version_of_a_case():
    assert Saying(Word.SUPPLEMENT, "a").slot != Saying(Word.SUPPLEMENT, "b").slot


def test_only_one_objection_fits_one_version_of_a_case():
    assert Saying(Word.OBJECTION, "a").slot == Saying(Word.OBJECTION, "b").slot


@pytest.mark.parametrize("word", Word)
def test_every_word_makes_a_fact_of_its_case_version(word):
    saying = Saying(word, "teks", 5)
    assert fact_of(saying, stories.REPORT, 7, stories.at(1)).case_version == 7


def test_an_objection_keeps_its_text():
    fact = fact_of(Saying(Word.OBJECTION, "belum beres"), stories.REPORT, 7, stories.at(1))
    assert isinstance(fact, ReportObjected)
    assert fact.text == "belum beres"
