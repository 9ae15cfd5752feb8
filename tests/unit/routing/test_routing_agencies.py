"""The tree of agencies, and the reviewed data it is read from."""

from datetime import date, timedelta

import pytest

from services.routing.directory import DATA, packaged
from services.routing.domain.agencies import NATIONAL, Agencies, Agency, AgencyKind
from services.routing.domain.rules import Rule, Rules
from services.routing.reviewed import FILES
from shared.calendar import Zone, zone_of

KNOWN = packaged().directory.agencies
TODAY = date(2026, 7, 6)


def agencies(*more: Agency) -> Agencies:
    return Agencies((Agency(NATIONAL, "Meja", AgencyKind.NATIONAL, Zone.WIB), *more))


def unit(code: str, **more) -> Agency:
    return Agency(code, code, AgencyKind.UNIT, Zone.WIB, **more)


def test_every_reviewed_agency_lives_in_its_regions_zone():
    assert [a.code for a in KNOWN if a.code != NATIONAL and a.zone is not zone_of(a.code)] == []


def test_no_reviewed_address_is_a_real_one():
    assert all(a.desk_email is None or a.desk_email.endswith(".example") for a in KNOWN)


def test_all_three_zones_are_served():
    assert {a.zone for a in KNOWN} == set(Zone)


def test_a_city_may_act_for_its_unit():
    assert KNOWN.may_act_for("35.3578", "35.3578.dishub")


def test_a_province_watches_its_city_and_may_not_act_for_it():
    assert not KNOWN.may_act_for("35", "35.3578")


def test_a_unit_may_not_act_for_its_city():
    assert not KNOWN.may_act_for("35.3578.dishub", "35.3578")


def test_a_unit_may_not_act_for_its_neighbour():
    assert not KNOWN.may_act_for("35.3578.dishub", "35.3578.dpubm")


@pytest.mark.parametrize("name", ["dishub", "35.3578.dishub"])
def test_a_unit_is_known_by_its_short_name_and_by_its_path(name):
    assert KNOWN.unit("35.3578", name, TODAY) == KNOWN.get("35.3578.dishub")


@pytest.mark.parametrize("name", ["", "35.3578", "33.3374.dpu", "kl.kemensos"])
def test_what_lies_elsewhere_is_no_unit(name):
    assert KNOWN.unit("35.3578", name, TODAY) is None


def test_every_province_regency_and_city_has_its_government():
    kinds = [a.kind for a in KNOWN]
    counts = {kind: kinds.count(kind) for kind in (AgencyKind.PROVINCE, AgencyKind.REGENCY, AgencyKind.CITY)}
    assert counts == {AgencyKind.PROVINCE: 38, AgencyKind.REGENCY: 416, AgencyKind.CITY: 98}


def test_there_are_forty_eight_ministries_since_the_cabinet_of_2024():
    ministries = [a for a in KNOWN if a.kind is AgencyKind.MINISTRY]
    assert sum(a.valid_on(date(2024, 10, 21)) for a in ministries) == 48
    assert sum(a.valid_on(TODAY) for a in ministries) == 48


def test_every_ministry_that_ended_has_successors_on_the_day_after():
    ended = [a for a in KNOWN if a.valid_to]
    assert ended
    assert [a.code for a in ended if not KNOWN.heirs(a.code, a.valid_to + timedelta(days=1))] == []


def test_every_autonomous_government_has_an_inspectorate():
    governments = [a for a in KNOWN if a.kind in {"province", "regency", "city"} and a.parent is None]
    assert [a.code for a in governments if KNOWN.get(f"{a.code}.inspektorat") is None] == []


def test_an_administrative_city_is_a_part_of_its_province():
    assert KNOWN.may_act_for("31", "31.3171")
    assert KNOWN.units("31.3171", TODAY) == []


def test_a_units_coordinator_is_its_government_and_a_ministry_has_none():
    above = [KNOWN.coordinator(code, TODAY) for code in ("35.3578.dishub", "35.3578", "kl.kemensos")]
    assert [one and one.code for one in above] == ["35.3578", None, None]


def test_the_free_days_of_a_unit_are_those_of_its_region():
    assert [KNOWN.get(code).calendar for code in ("35.3578.dishub", "35.dishub", "kl.pln")] == [
        "35.78",
        "35",
        None,
    ]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ((unit("a"), unit("a")), "twice"),
        ((unit("a.b", parent="a"),), "no parent"),
        ((unit("a", parent="a"),), "no parent"),
        ((unit("a.b", parent="c"), unit("c")), "no parent"),
        ((unit("A b"),), "no agency path"),
        ((unit("a", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),), "ends before"),
        ((unit("a", successors=("b",)), unit("b")), "no last day"),
        ((unit("a", valid_to=TODAY, successors=("b",)),), "unknown successor"),
        (
            (unit("a", valid_to=TODAY, successors=("b",)), unit("b", valid_to=TODAY, successors=("a",))),
            "in a circle",
        ),
        ((unit("a", desk_email="Budi"),), "desk address"),
        ((unit("a", calendar="Surabaya"),), "no region code"),
    ],
)
def test_a_broken_tree_is_refused(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        agencies(*wrong)


def test_a_tree_without_a_lasting_national_desk_is_refused():
    with pytest.raises(ValueError, match="every day"):
        Agencies([Agency(NATIONAL, "Meja", AgencyKind.NATIONAL, Zone.WIB, valid_to=TODAY)])


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (Rule("r", ("nowhere",)), "unknown agency"),
        (Rule("r", ()), "names no agency"),
        (Rule("r", (NATIONAL,), region="Surabaya"), "no region code"),
    ],
)
def test_a_rule_that_leads_nowhere_is_refused(rule, complaint):
    with pytest.raises(ValueError, match=complaint):
        Rules([rule], agencies())


def test_a_data_file_that_names_an_unknown_agency_is_refused(tmp_path):
    for name in FILES:
        (tmp_path / name).write_text((DATA / name).read_text().replace("[kl.pln,", "[kl.plnn,"))
    with pytest.raises(ValueError, match=r"kl\.plnn"):
        packaged(tmp_path)
