"""What becomes of open legs when their agency ends: once, by rule, and without counting as a return."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.routing.domain.agencies import Agencies
from services.routing.domain.choice import Directory
from services.routing.domain.fold import fold
from services.routing.domain.leg import LegState
from services.routing.domain.rules import Rules
from services.routing.domain.succession import succeed
from shared import contracts as c
from shared.contracts import ResponseKind
from tests.unit.routing.stories import ANSWER, DIRECTORY, MONDAY, REPORT, WHY_NOT, Desk, verified

CITY, ROADS, TRANSPORT = "35.3578", "35.3578.dpubm", "35.3578.dishub"
LATER = MONDAY + timedelta(days=2)


def ended(**successors: tuple[str, ...]) -> Directory:
    """The reviewed directory, in which these agencies end on the day of the story (dots are underlined)."""
    ends = {code.replace("_", "."): heirs for code, heirs in successors.items()}
    agencies = Agencies(
        replace(one, code=one.code, valid_to=date(2026, 7, 6), successors=ends[one.code])
        if one.code in ends
        else one
        for one in DIRECTORY.agencies
    )
    return Directory(agencies, Rules(DIRECTORY.rules, agencies))


def sweep(desk: Desk, known: Directory) -> list[c.Fact]:
    """Every leg of the desk, as the service's loop looks at it."""
    before = len(desk.said)
    desk.now = LATER
    for leg_id in list(desk.docket.legs):
        desk._record(succeed(desk.docket, desk.docket.legs[leg_id], known, desk.now))
    return desk.said[before:]


MERGED = ended(kl_kemensos=("kl.kemenkes",))


def test_an_open_leg_goes_to_the_successor_with_the_same_hop():
    desk = Desk().hear(verified(agencies=("kl.kemensos",)))
    told = sweep(desk, MERGED)
    assert [type(fact) for fact in told] == [c.DispositionRedirected, c.DispositionCreated]
    assert (desk.newest.agency, desk.newest.hop) == ("kl.kemenkes", 1)
    assert desk.state(desk.at("kl.kemensos")) == "redirected"


def test_it_happens_once():
    desk = Desk().hear(verified(agencies=("kl.kemensos",)))
    sweep(desk, MERGED)
    assert sweep(desk, MERGED) == []


def test_a_successor_that_has_a_leg_already_gets_no_second_one():
    desk = Desk().hear(verified(agencies=("kl.kemensos", "kl.kemenkes")))
    (moved,) = sweep(desk, MERGED)
    assert moved.to_leg_id == desk.at("kl.kemenkes").leg_id


def test_of_a_split_the_rules_choose():
    known = ended(kl_kemendagri=("kl.kemenkes", "kl.kemensos"))
    desk = Desk().hear(verified(category="bansos", agencies=("kl.kemendagri",)))
    sweep(desk, known)
    assert desk.newest.agency == "kl.kemensos"


def test_without_a_successor_the_case_is_routed_anew():
    desk = Desk().hear(verified(agencies=("kl.kemensos",)))
    sweep(desk, ended(kl_kemensos=()))
    assert desk.newest.agency == ROADS


def test_an_agency_that_goes_on_keeps_its_leg():
    desk = Desk().hear(verified(agencies=("kl.kemenpu",)))
    assert sweep(desk, MERGED) == []


def test_who_has_answered_is_left_in_peace():
    desk = Desk().hear(verified(agencies=("kl.kemensos",)))
    desk.act(desk.only, ResponseKind.RESPONSE, ANSWER)
    assert sweep(desk, MERGED) == []


def test_a_unit_that_ends_hands_its_work_to_its_successor():
    known = ended(**{"35_3578_dishub": (ROADS,)})
    desk = Desk().hear(verified(agencies=(CITY,)))
    desk.act(desk.only, ResponseKind.DELEGATION, unit="dishub")
    sweep(desk, known)
    assert (desk.only.holder, desk.only.state) == (ROADS, LegState.DELEGATED)


def test_a_unit_that_ends_without_a_successor_gives_its_work_back_to_the_agency():
    desk = Desk().hear(verified(agencies=(CITY,)))
    desk.act(desk.only, ResponseKind.DELEGATION, unit="dishub")
    sweep(desk, ended(**{"35_3578_dishub": ()}))
    assert desk.only.holder == CITY


def test_a_merger_is_no_return_so_three_returns_are_still_possible():
    desk = Desk().hear(verified(category="jalan", agencies=("kl.kemensos",)))
    sweep(desk, MERGED)
    returns = 0
    while desk.newest.agency != "nasional":
        desk.act(desk.newest, ResponseKind.RETURN, WHY_NOT)
        returns += 1
    assert returns == 3


@given(
    data=st.data(),
    agencies=st.sampled_from([("kl.kemensos",), ("kl.kemensos", "kl.kemenkes"), (CITY, "kl.kemensos")]),
)
def test_the_recorded_succession_folds_to_one_docket_in_any_order(data, agencies):
    desk = Desk().hear(verified(agencies=agencies))
    sweep(desk, MERGED)
    repeated = desk.entries + data.draw(st.lists(st.sampled_from(desk.entries), max_size=4))
    assert fold(REPORT, data.draw(st.permutations(repeated))) == desk.docket
