"""When a rating is asked, what follows from what happened, and what members hear of their lead."""

from datetime import UTC, datetime, timedelta

import pytest

from services.verification.domain.closing import ask_rating_at, to_be_rated
from services.verification.domain.cluster import answer_of
from services.verification.domain.consequences import Said
from services.verification.domain.errands import Errand, errands_of
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.unit.verification.story import Story, in_status, leg_id

MONDAY = datetime(2026, 7, 6, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed", "asked"),
    [
        (MONDAY, datetime(2026, 7, 9, 2, tzinfo=UTC)),
        (MONDAY + timedelta(days=4), datetime(2026, 7, 15, 2, tzinfo=UTC)),
        (datetime(2090, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)),
    ],
    ids=["Monday to Thursday", "over a weekend", "beyond the calendar at once"],
)
def test_a_rating_is_asked_in_the_morning_of_the_third_working_day(closed, asked):
    assert ask_rating_at(closed) == asked


def test_only_a_case_that_stays_closed_long_enough_is_rated():
    story = in_status(CaseStatus.CLOSED)
    due = ask_rating_at(story.now)
    assert to_be_rated(story.case, due)
    assert not to_be_rated(story.case, due - timedelta(seconds=1))
    assert not to_be_rated(story.told(c.ReportRated, score=5).case, due)
    assert not to_be_rated(in_status(CaseStatus.IN_PROGRESS).case, due)


def follows(story: Story, before: CaseStatus | None, new: int = 1) -> set[Errand]:
    todo = errands_of(Said(1, before), story.case, story.entries[-new:], story.now)
    return {one.errand for one in todo}


def as_it_was_filed() -> Story:
    """Verified, and nothing of it corrected."""
    story = Story().submitted()
    return story.verified(title=story.case.title, place=story.case.place)


@pytest.mark.parametrize(
    ("story", "before", "errands"),
    [
        (in_status(CaseStatus.RECEIVED), None, {Errand.SKETCH, Errand.CLUSTER}),
        (as_it_was_filed(), CaseStatus.RECEIVED, {Errand.LESSON, Errand.CLUSTER}),
        (in_status(CaseStatus.FORWARDED), CaseStatus.FORWARDED, {Errand.LESSON}),
        (in_status(CaseStatus.CLOSED), CaseStatus.AWAITING_REPORTER, {Errand.CLUSTER, Errand.RATING}),
        (in_status(CaseStatus.IN_PROGRESS), CaseStatus.IN_PROGRESS, set()),
    ],
    ids=["submitted", "verified", "sent", "closed", "nothing new"],
)
def test_errands_follow_from_what_is_new(story, before, errands):
    assert follows(story, before) == errands


def test_a_corrected_region_is_sketched_anew():
    story = Story().submitted().verified(place=c.Place(region="73.71"))
    assert Errand.SKETCH in follows(story, CaseStatus.RECEIVED)


def test_the_errand_of_a_member_concerns_its_lead():
    story = in_status(CaseStatus.MERGED)
    [todo] = errands_of(Said(1, CaseStatus.RECEIVED), story.case, story.entries[-1:], story.now)
    assert todo.report_id == story.case.merged_into


# what members hear


def test_members_hear_the_last_answer_of_each_agency_masked():
    story = Story().submitted().verified().sent("a", "b")
    story.leg(c.DispositionResponded, "a", agency_name="Dinas A", text="Dicek dahulu.")
    story.leg(c.DispositionCompleted, "a", agency_name="Dinas A", text="Diganti; hubungi 081234567890.")
    story.leg(c.DispositionCompleted, "b", agency_name="Dinas B", text="Kabel disambung.")
    assert answer_of(story.case) == "Dinas A: Diganti; hubungi 0812xxxxxxxx.\n\nDinas B: Kabel disambung."


def test_an_agency_that_gave_the_case_back_is_not_quoted():
    story = Story().submitted().verified().sent("a")
    story.leg(c.DispositionResponded, "a", text="Bukan kami.").leg(c.DispositionReturned, "a")
    assert story.case.legs[leg_id("a")].active is False
    assert answer_of(story.case) is None


def test_nothing_is_quoted_of_a_secret_lead():
    story = Story().submitted(secret=True).verified().sent("a").leg(c.DispositionCompleted, "a")
    assert answer_of(story.case) is None
