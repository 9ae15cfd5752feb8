"""Which limit a clock has: in force when it started, known when it is asked, stricter where an agency is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import (
    AmendmentConflict,
    Basis,
    ImpossibleAmendment,
    Limit,
    Limits,
    NoLimit,
    PolicyAmendment,
    Rung,
    Unit,
    UnknownRegion,
    load_limits,
)
from shared.contracts.enums import Classification, ClockKind, EscalationStep

LIMITS = load_limits()
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
A_MINUTE = timedelta(minutes=1)
SETTLEMENT, PLAIN = ClockKind.SETTLEMENT, Classification.NON_SUPERVISION
SURABAYA = "35.3578"


def amendment(days: int, number: int = 1, *, running: bool = False, **limit: Any) -> PolicyAmendment:
    told = {"clock": SETTLEMENT, "classification": PLAIN, "unit": Unit.WORKING_DAYS, "effective_from": TODAY}
    new = Limit(**{**told, "days": days, "basis": Basis.LAW, "source": "Permen", **limit})
    return PolicyAmendment(f"policy-{number}", NOW, "admin", "Permen", new, running)


def days_of(
    limits: Limits, started: date | datetime, agency: str | None = None, known_at: datetime | None = None
) -> int:
    return limits.limit_for(SETTLEMENT, PLAIN, agency=agency, started_at=started, known_at=known_at).days


def test_a_new_limit_holds_for_clocks_that_start_from_its_day_on() -> None:
    amended = LIMITS.amended(amendment(10))
    assert [days_of(amended, day) for day in (date(2026, 11, 21), TODAY)] == [14, 10]


def test_a_running_clock_keeps_its_limit_unless_the_amendment_says_otherwise() -> None:
    amended = LIMITS.amended(amendment(10, running=True))
    assert days_of(amended, date(2026, 11, 2)) == 10


def test_a_limit_counts_from_the_moment_it_is_known() -> None:
    amended = LIMITS.amended(amendment(10, effective_from=date(2026, 11, 1)))
    asked = [days_of(amended, date(2026, 11, 2), None, at) for at in (NOW - A_MINUTE, NOW, None)]
    assert asked == [14, 10, 10]


def test_a_later_limit_for_running_clocks_outranks_an_earlier_one() -> None:
    first = amendment(10, effective_from=date(2026, 11, 10), running=True)
    amended = LIMITS.amended(first, amendment(12, 2, effective_from=date(2026, 11, 20), running=True))
    assert days_of(amended, date(2026, 11, 2)) == 12


def test_a_classifications_own_limit_outranks_the_general_one() -> None:
    amended = LIMITS.amended(amendment(7, classification=None))
    assert days_of(amended, TODAY) == 14


def test_a_moment_counts_as_its_day_where_the_agency_is() -> None:
    late_on_saturday_in_jakarta = datetime(2026, 11, 21, 16, tzinfo=UTC)
    amended = LIMITS.amended(amendment(10))
    asked = [days_of(amended, late_on_saturday_in_jakarta, agency) for agency in (None, "91.9171", "nowhere")]
    assert asked == [14, 10, 14]


@pytest.mark.parametrize(
    ("agency", "days"),
    [("35.3578", 10), ("35.3578.dishub", 10), ("35", 14), ("35.35781", 14), ("kl.kemensos", 14), (None, 14)],
)
def test_an_agencys_own_limit_holds_for_it_and_below(agency: str | None, days: int) -> None:
    assert days_of(LIMITS.amended(amendment(10, agency=SURABAYA)), TODAY, agency) == days


def test_an_agencys_own_limit_counts_only_where_it_is_stricter() -> None:
    assert days_of(LIMITS.amended(amendment(20, agency=SURABAYA)), TODAY, SURABAYA) == 14


def test_the_strictest_level_above_an_agency_decides() -> None:
    levels = [amendment(days, days, agency=path) for path, days in [("35", 9), (SURABAYA, 12)]]
    assert days_of(LIMITS.amended(*levels), TODAY, "35.3578.dishub") == 9


def test_an_agencys_own_limit_does_not_change_what_holds_for_the_nation() -> None:
    amended = LIMITS.amended(amendment(10, agency=SURABAYA))
    assert amended.at(TODAY).of(SETTLEMENT, PLAIN).days == 14


def test_a_limit_in_calendar_days_is_told_as_such() -> None:
    amended = LIMITS.amended(amendment(30, unit=Unit.CALENDAR_DAYS))
    found = amended.limit_for(SETTLEMENT, PLAIN, agency=None, started_at=TODAY)
    assert (found.days, found.unit) == (30, Unit.CALENDAR_DAYS)


def test_a_version_counts_the_amendments() -> None:
    amended = LIMITS.amended(amendment(10)).amended(amendment(9, 2, agency="35"))
    assert amended.version == f"{LIMITS.version}+2"


def test_two_limits_of_one_rule_on_one_day_are_refused_with_both_named() -> None:
    with pytest.raises(AmendmentConflict) as refused:
        LIMITS.amended(amendment(10)).amended(amendment(11, 2))
    conflict = refused.value
    assert (conflict.ours, conflict.theirs, conflict.on) == ("policy-2", "policy-1", TODAY)


def test_a_limit_of_the_reviewed_file_is_not_amended_on_its_own_day() -> None:
    with pytest.raises(AmendmentConflict) as refused:
        LIMITS.amended(amendment(10, effective_from=date(2022, 1, 1)))
    assert refused.value.theirs == LIMITS.version


def test_limits_of_different_levels_do_not_contradict_each_other() -> None:
    amended = LIMITS.amended(amendment(10, agency="35"), amendment(11, 2, agency=SURABAYA))
    assert len(amended.limits) == len(LIMITS.limits) + 2


def test_limits_that_were_accepted_once_are_read_back_even_if_the_file_has_taken_them_up() -> None:
    taken_up = replace(LIMITS, limits=(*LIMITS.limits, amendment(10).limit))
    restored = taken_up.restored(amendment(10))
    assert [days_of(restored, TODAY, None, at) for at in (NOW - A_MINUTE, NOW)] == [14, 10]


@pytest.mark.parametrize(
    ("impossible", "field"),
    [
        (amendment(0), "days"),
        (amendment(10, effective_from=date(2026, 11, 23), running=True), "effective_from"),
        (replace(amendment(10), known_at=datetime(2026, 11, 22)), "known_at"),  # noqa: DTZ001
        (amendment(10, agency=SURABAYA, unit=Unit.CALENDAR_DAYS), "unit"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused_by_field(
    impossible: PolicyAmendment, field: str
) -> None:
    with pytest.raises(ImpossibleAmendment) as refused:
        LIMITS.amended(impossible)
    assert refused.value.field == field


def test_a_limit_for_an_agency_that_lies_nowhere_is_refused() -> None:
    with pytest.raises(UnknownRegion):
        LIMITS.amended(amendment(10, agency="99.9901"))


def test_no_limit_is_made_up_for_a_clock_that_started_before_all_of_them() -> None:
    with pytest.raises(NoLimit, match="settlement"):
        LIMITS.limit_for(SETTLEMENT, PLAIN, agency=None, started_at=date(2021, 12, 31))


@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(0, 400), st.integers(-400, 400)), max_size=6),
    st.data(),
)
def test_a_limit_is_the_latest_that_was_known_and_in_force(
    rules: list[tuple[int, int, int]], data: Any
) -> None:
    """Against a plain search through all of them."""
    amendments = [
        replace(
            amendment(days, number, effective_from=TODAY + timedelta(days=effective)),
            known_at=NOW + timedelta(days=known),
        )
        for number, (days, effective, known) in enumerate({rule[1]: rule for rule in rules}.values())
    ]
    started = TODAY + timedelta(days=data.draw(st.integers(-10, 420)))
    known_at = data.draw(st.none() | st.integers(-420, 420).map(lambda days: NOW + timedelta(days=days)))
    expected = 14
    for one in sorted(amendments, key=lambda one: one.limit.effective_from):
        if one.limit.effective_from <= started and (known_at is None or one.known_at <= known_at):
            expected = one.limit.days
    assert days_of(LIMITS.amended(*amendments), started, None, known_at) == expected


def test_the_ladder_climbs_from_the_officer_to_the_national_admin() -> None:
    assert LIMITS.ladder(SETTLEMENT, TODAY) == (
        Rung(EscalationStep.OFFICER, 1),
        Rung(EscalationStep.COORDINATOR, 3),
        Rung(EscalationStep.NATIONAL_ADMIN, 5),
    )


@pytest.mark.parametrize(
    "clock", [ClockKind.COMPLETION, ClockKind.REPLY, ClockKind.REOPENING, ClockKind.OMBUDSMAN]
)
def test_nobody_is_reminded_of_a_clock_that_is_no_duty(clock: ClockKind) -> None:
    assert LIMITS.ladder(clock, TODAY) == ()


def test_a_new_ladder_holds_from_its_day_on() -> None:
    later = replace(LIMITS.ladders[0], rungs=(Rung(EscalationStep.OFFICER, 2),), effective_from=TODAY)
    limits = replace(LIMITS, ladders=(later, *LIMITS.ladders))
    assert [len(limits.ladder(SETTLEMENT, day)) for day in (date(2026, 11, 21), TODAY)] == [3, 1]


def test_there_are_no_working_hours_before_the_first_that_took_effect() -> None:
    with pytest.raises(NoLimit):
        LIMITS.working_hours(date(2021, 12, 31))
