"""The life of a leg: what an agency may do with it, and when."""

from datetime import timedelta

import pytest

from services.routing.domain.agencies import NATIONAL
from services.routing.domain.commands import return_until
from services.routing.domain.leg import LegState
from services.routing.domain.refusal import Refused
from shared import contracts as c
from shared.contracts import ResponseKind
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    WHY_NOT,
    Desk,
    objected,
    verified,
)

ACK, RESPOND, RETURN, DELEGATE, COMPLETE = (
    ResponseKind.ACKNOWLEDGEMENT,
    ResponseKind.RESPONSE,
    ResponseKind.RETURN,
    ResponseKind.DELEGATION,
    ResponseKind.COMPLETION,
)
CITY = "35.3578"


def city_desk() -> Desk:
    return Desk().hear(verified(agencies=(CITY,)))


def refused(desk: Desk, leg, kind, *words, **more) -> Refused:
    before = list(desk.entries)
    with pytest.raises(Refused) as caught:
        desk.act(leg, kind, *words, **more)
    assert desk.entries == before
    return caught.value


def test_the_rules_send_a_case_to_one_agency():
    assert Desk().hear(verified()).only.agency == "35.3578.dpubm"


def test_each_agency_named_gets_a_leg():
    desk = Desk().hear(verified(agencies=("kl.kemensos", CITY, CITY)))
    assert {leg.agency for leg in desk.docket.legs.values()} == {"kl.kemensos", CITY}


def test_an_unknown_agency_is_replaced_by_the_rules_and_that_is_recorded():
    leg = Desk().hear(verified(agencies=("kl.tidak-ada",))).only
    assert leg.agency == "35.3578.dpubm"
    assert "kl.tidak-ada tidak dikenal" in leg.why


def test_an_agency_that_has_ended_is_replaced_by_its_successor():
    assert Desk().hear(verified(agencies=("kl.kemendikbudristek",))).only.agency == "kl.kemendikdasmen"


def test_the_disposition_carries_the_content_and_the_zone():
    created = Desk().hear(verified(agencies=("91.9171",))).only.created
    assert (created.text, created.zone, created.hop) == ("Jalan Kenanga berlubang sejak Mei.", "WIT", 1)


def test_verified_twice_is_sent_once():
    desk = Desk().hear(verified(), verified())
    assert len(desk.said) == 1


def test_a_leg_grows_its_version_with_every_word():
    desk = city_desk()
    desk.act(desk.only, ACK)
    assert desk.act(desk.only, RESPOND, ANSWER).version == 3


def test_an_answer_needs_no_acknowledgement_first():
    desk = city_desk()
    assert desk.act(desk.only, COMPLETE, ANSWER).state is LegState.COMPLETED


def test_an_agency_may_answer_more_than_once():
    desk = city_desk()
    desk.act(desk.only, RESPOND, ANSWER)
    assert desk.act(desk.only, RESPOND, ANSWER).state is LegState.ANSWERED


def test_nothing_is_acknowledged_twice():
    desk = city_desk()
    desk.act(desk.only, ACK)
    assert refused(desk, desk.only, ACK).allowed == (LegState.CREATED, LegState.DELEGATED)


@pytest.mark.parametrize("kind", [RESPOND, COMPLETE])
@pytest.mark.parametrize("text", ["", "Sudah.", "x" * 19, " " * 40, "\x00" * 40])
def test_an_answer_must_have_substance(kind, text):
    desk = city_desk()
    assert refused(desk, desk.only, kind, text).faults[0].field == "text"


@pytest.mark.parametrize("kind", [RESPOND, COMPLETE])
def test_nothing_follows_a_completion(kind):
    desk = city_desk()
    desk.act(desk.only, COMPLETE, ANSWER)
    assert refused(desk, desk.only, kind, ANSWER).code == "transition-refused"


def test_control_characters_do_not_travel():
    desk = city_desk()
    desk.act(desk.only, RESPOND, f"\x00{ANSWER}\x1b\n")
    assert desk.said[-1].text == ANSWER


def test_a_leg_is_delegated_to_a_unit_which_then_has_it():
    desk = city_desk()
    leg = desk.act(desk.only, DELEGATE, unit="dishub")
    assert (leg.agency, leg.holder, leg.state) == (CITY, "35.3578.dishub", LegState.DELEGATED)


def test_a_unit_acknowledges_what_was_delegated_to_it():
    desk = city_desk()
    desk.act(desk.only, ACK)
    desk.act(desk.only, DELEGATE, unit="dishub")
    assert desk.act(desk.only, ACK).state is LegState.ACKNOWLEDGED


def test_a_leg_is_not_delegated_to_a_unit_of_others():
    desk = city_desk()
    refusal = refused(desk, desk.only, DELEGATE, unit="33.3374.dpu")
    assert "35.3578.dishub" in refusal.reason


def test_a_return_goes_to_the_next_candidate_of_the_rules():
    desk = Desk().hear(verified())
    leg = desk.act(desk.only, RETURN, WHY_NOT)
    assert (leg.state, desk.newest.agency, desk.newest.hop) == (LegState.RETURNED, CITY, 2)


def test_a_return_is_told_as_three_facts_in_order():
    desk = Desk().hear(verified())
    desk.act(desk.only, RETURN, WHY_NOT)
    assert [fact.type.partition(".")[2] for fact in desk.said[1:]] == ["returned", "redirected", "created"]


def test_a_redirection_names_the_leg_that_follows():
    desk = Desk().hear(verified())
    desk.act(desk.only, RETURN, WHY_NOT)
    assert desk.said[-2].to_leg_id == desk.newest.leg_id


def test_a_return_may_suggest_the_agency():
    desk = city_desk()
    desk.act(desk.only, RETURN, WHY_NOT, suggested_agency="kl.kemenpu")
    assert desk.newest.agency == "kl.kemenpu"


@pytest.mark.parametrize("suggestion", ["kl.tidak-ada", "bukan kode!", CITY, "kl.kemendikbudristek"])
def test_a_suggestion_of_no_use_leaves_it_to_the_rules(suggestion):
    desk = city_desk()
    desk.act(desk.only, RETURN, WHY_NOT, suggested_agency=suggestion)
    assert desk.newest.agency == "35.3578.dpubm"


def test_a_return_needs_a_reason():
    desk = city_desk()
    assert refused(desk, desk.only, RETURN, "Bukan.").code == "too-short"


def test_a_return_is_possible_until_the_close_of_the_fifth_working_day():
    desk = city_desk()
    desk.now = return_until(desk.docket, desk.only)
    assert desk.act(desk.only, RETURN, WHY_NOT).state is LegState.RETURNED


def test_after_the_fifth_working_day_a_return_is_too_late():
    desk = city_desk()
    desk.now = return_until(desk.docket, desk.only) + timedelta(microseconds=1)
    assert refused(desk, desk.only, RETURN, WHY_NOT).code == "too-late-to-return"


def test_who_has_answered_cannot_return():
    desk = city_desk()
    desk.act(desk.only, RESPOND, ANSWER)
    desk.hear(objected(MONDAY + HOUR))
    assert refused(desk, desk.only, RETURN, WHY_NOT).code == "already-answered"


def test_the_third_return_goes_to_the_national_desk():
    desk = Desk().hear(verified(category="jalan"))
    for _ in range(3):
        desk.act(desk.newest, RETURN, WHY_NOT, suggested_agency=None)
    assert (desk.newest.agency, desk.newest.hop) == (NATIONAL, 4)


def test_the_third_return_does_not_follow_a_suggestion():
    desk = Desk().hear(verified())
    for suggestion in (None, None, "kl.kemenpu"):
        desk.act(desk.newest, RETURN, WHY_NOT, suggested_agency=suggestion)
    assert desk.newest.agency == NATIONAL


def test_the_national_desk_returns_nothing():
    desk = Desk().hear(verified(agencies=(NATIONAL,)))
    assert refused(desk, desk.only, RETURN, WHY_NOT).code == "last-desk"


def test_a_returned_leg_is_over_for_its_agency():
    desk = city_desk()
    leg = desk.act(desk.only, RETURN, WHY_NOT)
    assert refused(desk, leg, COMPLETE, ANSWER).code == "transition-refused"


def test_two_returned_legs_of_one_case_never_meet_twice_at_one_agency():
    desk = Desk().hear(verified(agencies=("kl.kemensos", "kl.kemenpu")))
    for code in ("kl.kemensos", "kl.kemenpu"):
        desk.act(desk.at(code), RETURN, WHY_NOT)
    agencies = [leg.agency for leg in desk.docket.legs.values()]
    assert len(agencies) == len(set(agencies)) == 4


def test_two_legs_that_end_at_the_national_desk_meet_in_one():
    desk = Desk().hear(verified(agencies=("kl.kemensos", "kl.kemenpu")))
    for first in ("kl.kemensos", "kl.kemenpu"):
        leg = desk.at(first)
        while leg.agency != NATIONAL:
            desk.act(leg, RETURN, WHY_NOT)
            moved = next(fact for fact in reversed(desk.said) if isinstance(fact, c.DispositionRedirected))
            leg = desk.docket.legs[moved.to_leg_id]
    assert leg == desk.at(NATIONAL)


def test_the_national_administrator_redirects():
    desk = city_desk()
    desk.redirect(desk.only, "kl.kemenpu")
    assert (desk.state(desk.at(CITY)), desk.at("kl.kemenpu").hop) == ("redirected", 2)


def test_nobody_is_redirected_to_who_has_it_already():
    desk = city_desk()
    with pytest.raises(Refused, match="already has"):
        desk.redirect(desk.only, CITY)


def test_nobody_is_redirected_to_an_unknown_agency():
    desk = city_desk()
    with pytest.raises(Refused, match=r"no agency kl\.tidak-ada"):
        desk.redirect(desk.only, "kl.tidak-ada")


def test_a_disposition_names_the_desk_above_and_the_region_whose_free_days_count():
    created = Desk().hear(verified()).only.created
    assert (created.calendar, created.coordinator.agency) == ("35.78", "35.3578")
    assert created.coordinator.email == "pengaduan@surabaya.example"


def test_a_ministrys_disposition_names_no_desk_above_and_no_region():
    created = Desk().hear(verified(agencies=("kl.kemensos",))).only.created
    assert (created.calendar, created.coordinator) == (None, None)
