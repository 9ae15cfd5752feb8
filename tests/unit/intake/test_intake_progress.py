import json
from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.moments import HEARD, OWN, Kind, Moment, moment_of
from services.intake.domain.progress import progress
from services.intake.domain.view import Tracked, tracking_view
from shared.contracts import CaseStatus, ClosedBy

from . import stories

STORY = stories.moments(stories.story())
SETTLED = progress(STORY)


@given(st.data())
def test_any_order_and_repetition_of_facts_gives_the_same_progress(data):
    told = data.draw(st.permutations(STORY))
    again = data.draw(st.lists(st.sampled_from(STORY), max_size=20))
    assert progress([*told, *again]) == SETTLED


@given(st.lists(st.sampled_from(STORY), unique_by=lambda m: m.event_id), st.randoms())
def test_any_part_of_the_facts_gives_the_same_page_in_any_order(some, random):
    shuffled = [*some, *some]
    random.shuffle(shuffled)
    pages = [
        tracking_view(Tracked(stories.report(), progress(order)), stories.at(9), owner=True, shown_id="x")
        for order in (some, shuffled)
    ]
    assert pages[0] == pages[1]


def test_the_newest_version_decides_the_status():
    older, newer = stories.status(4, CaseStatus.IN_PROGRESS, 9), stories.status(5, CaseStatus.CLOSED, 8)
    assert progress(stories.moments([newer, older])).status is CaseStatus.CLOSED


def test_a_report_that_nobody_spoke_of_is_received():
    assert progress([]).status is CaseStatus.RECEIVED


def test_the_end_of_the_story_is_known():
    assert (SETTLED.status, SETTLED.closed_by, SETTLED.rated) == (CaseStatus.CLOSED, ClosedBy.REPORTER, True)


def test_each_leg_is_as_far_as_its_newest_version():
    assert [(leg.agency, leg.state) for leg in SETTLED.legs] == [
        (stories.AGENCIES[0], Kind.RETURNED),
        (stories.AGENCIES[1], Kind.COMPLETED),
    ]


def test_a_leg_that_is_delegated_stays_as_far_as_it_had_come():
    legs = progress(stories.moments([stories.sent(), stories.acknowledged(), stories.delegated()])).legs
    assert (legs[0].state, legs[0].unit) == (Kind.ACKNOWLEDGED, "Bidang Lalu Lintas")


def test_a_leg_known_only_by_its_answer_has_its_name():
    assert progress(stories.moments([stories.answered()])).legs[0].agency_name == "Dinas Perhubungan"


def test_a_case_that_was_closed_again_can_be_rated_again():
    closed_again = [*stories.story(), stories.status(9, CaseStatus.CLOSED, 20)]
    assert not progress(stories.moments(closed_again)).rated


def test_the_verifiers_title_replaces_the_reporters():
    assert SETTLED.title == "Jalan rusak di Pasar Lama"


def test_every_fact_that_is_heard_has_a_moment_that_is_not_the_reporters():
    assert len(HEARD) + len(OWN) == len(Kind)


def test_a_moment_survives_being_stored():
    for fact in stories.story():
        moment = moment_of(uuid5(stories.REPORT, "x"), fact)
        stored = json.loads(json.dumps(dict(moment.data)))
        assert Moment(moment.event_id, moment.kind, moment.at, stored) == moment


def test_who_asks_the_reporter_has_the_report_in_hand():
    (leg,) = progress(stories.moments([stories.sent(), stories.asked()])).legs
    assert leg.state is Kind.ACKNOWLEDGED


def test_a_hold_after_the_verification_is_an_agencys_question():
    held = [
        stories.status(3, CaseStatus.ON_HOLD, 1, previous=before)
        for before in (CaseStatus.RECEIVED, CaseStatus.IN_PROGRESS)
    ]
    assert [progress(stories.moments([one])).asked for one in held] == [False, True]
