"""Whatever order facts come in, and however often: the same legs."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from services.routing.domain.fold import fold
from services.routing.domain.leg import Entry
from services.routing.domain.refusal import Refused
from shared.contracts import CaseStatus, DispositionReporterSaid, ResponseKind
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    REPORT,
    WHY_NOT,
    Desk,
    accepted,
    objected,
    rated,
    reopened,
    replied,
    silent,
    status,
    supplemented,
    timeless,
    verified,
    withdrawn,
)

MOMENTS = st.integers(0, 30).map(lambda n: MONDAY + n * HOUR)
VERSIONS = st.integers(1, 20)
HEARD = st.lists(
    st.one_of(
        st.builds(objected, MOMENTS),
        st.builds(replied, MOMENTS),
        st.builds(supplemented, MOMENTS),
        st.builds(accepted, MOMENTS),
        st.builds(withdrawn, MOMENTS),
        st.builds(rated, MOMENTS),
        st.builds(silent, MOMENTS, MOMENTS),
        st.builds(status, st.sampled_from(CaseStatus), VERSIONS, MOMENTS),
        st.builds(reopened, VERSIONS, MOMENTS),
    ),
    max_size=6,
    unique_by=lambda fact: getattr(fact, "case_version", id(fact)),
)
AGENCIES = st.sampled_from([(), ("35.3578",), ("kl.kemensos", "35.3578"), ("kl.tidak-ada",)])


@given(facts=HEARD, agencies=AGENCIES, data=st.data())
def test_facts_of_others_lead_to_the_same_legs_in_any_order_and_number(facts, agencies, data):
    story = [Entry(uuid7(), fact) for fact in (verified(agencies=agencies), *facts)]
    orderly, shuffled = Desk(now=MONDAY), Desk(now=MONDAY)
    for entry in story:
        orderly.hear_entry(entry)
    repeated = story + data.draw(st.lists(st.sampled_from(story), max_size=4))
    for entry in data.draw(st.permutations(repeated)):
        shuffled.hear_entry(entry)
    assert timeless(shuffled.docket) == timeless(orderly.docket)
    states = [
        {leg_id: desk.docket.state_of(leg) for leg_id, leg in desk.docket.legs.items()}
        for desk in (orderly, shuffled)
    ]
    assert states[0] == states[1]
    assert len(shuffled.said) == len(orderly.said)


def silence(at):
    """Of whatever was asked."""
    return silent(at, at)


WORDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ResponseKind), st.integers(0, 3)),
        st.sampled_from([objected, replied, supplemented, accepted, rated, silence]),
        st.sampled_from(CaseStatus),
    ),
    max_size=12,
)


@given(words=WORDS, agencies=AGENCIES, data=st.data())
def test_the_recorded_entries_fold_to_one_docket_in_any_order(words, agencies, data):
    desk = told(words, agencies)
    repeated = desk.entries + data.draw(st.lists(st.sampled_from(desk.entries), max_size=4))
    assert fold(REPORT, data.draw(st.permutations(repeated))) == desk.docket


@given(words=WORDS, agencies=AGENCIES)
def test_versions_of_a_leg_rise_one_by_one(words, agencies):
    desk = told(words, agencies)
    for leg in desk.docket.legs.values():
        versions = [fact.leg_version for fact in desk.said if fact.leg_id == leg.leg_id]
        assert versions == list(range(1, len(versions) + 1))


@given(words=WORDS, agencies=AGENCIES)
def test_somebody_always_has_the_case(words, agencies):
    desk = told(words, agencies)
    assert desk.docket.working_legs


def told(words, agencies) -> Desk:
    """A case told by agencies, reporter and verification at random; what is refused is not recorded."""
    desk = Desk().hear(verified(agencies=agencies))
    version = 2
    for word in words:
        desk.now += timedelta(hours=2)
        if isinstance(word, CaseStatus):
            version += 1
            desk.hear(status(word, version, desk.now))
        elif isinstance(word, tuple):
            kind, number = word
            legs = list(desk.docket.legs.values())
            try:
                text = WHY_NOT if kind is ResponseKind.RETURN else ANSWER
                desk.act(legs[number % len(legs)], kind, text, unit="dishub")
            except Refused:
                continue
        else:
            desk.hear(word(desk.now))
    return desk


@given(words=WORDS, agencies=AGENCIES)
def test_each_word_is_told_to_a_leg_once(words, agencies):
    desk = told(words, agencies)
    told_of = [(fact.leg_id, fact.word_id) for fact in desk.said if isinstance(fact, DispositionReporterSaid)]
    assert len(told_of) == len(set(told_of))


@given(words=WORDS, agencies=AGENCIES)
def test_a_case_is_on_hold_exactly_while_a_question_waits(words, agencies):
    docket = told(words, agencies).docket
    assert (docket.held_since is not None) == any(leg.asked for leg in docket.legs.values())
