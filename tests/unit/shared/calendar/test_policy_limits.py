"""The limits as dated data."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.calendar import NoLimit, load_limits
from shared.calendar.days import DATA
from shared.calendar.policy_file import read_limits
from shared.contracts.enums import Classification, ClockKind

TODAY = date(2026, 11, 21)
LIMITS = load_limits()


@pytest.mark.parametrize(
    ("clock", "classification", "days"),
    [
        (ClockKind.VERIFICATION, None, 3),
        (ClockKind.COMPLETION, None, 10),
        (ClockKind.FIRST_RESPONSE, Classification.SUPERVISION, 5),
        (ClockKind.SETTLEMENT, Classification.SUPERVISION, 60),
        (ClockKind.SETTLEMENT, Classification.NON_SUPERVISION, 14),
        (ClockKind.SETTLEMENT, Classification.INFORMATION, 5),
        (ClockKind.SETTLEMENT, Classification.ASPIRATION, 5),
        (ClockKind.REPLY, None, 10),
        (ClockKind.REOPENING, None, 10),
        (ClockKind.OMBUDSMAN, None, 60),
    ],
)
def test_a_limit_is_the_one_the_rules_name(
    clock: ClockKind, classification: Classification | None, days: int
) -> None:
    assert LIMITS.at(TODAY).of(clock, classification).days == days


def test_every_limit_names_its_source() -> None:
    assert [limit.clock for limit in LIMITS.limits if not limit.source.strip()] == []


def test_a_new_limit_holds_from_its_day_on_and_not_before() -> None:
    old = LIMITS.at(TODAY).of(ClockKind.VERIFICATION)
    new = replace(old, days=2, effective_from=date(2027, 1, 1))
    amended = replace(LIMITS, limits=(new, *LIMITS.limits))
    days = [amended.at(day).of(ClockKind.VERIFICATION).days for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert days == [3, 2]


def test_a_clock_without_a_limit_in_force_is_refused() -> None:
    with pytest.raises(NoLimit, match="verification"):
        LIMITS.at(date(2021, 12, 31)).of(ClockKind.VERIFICATION)


def test_settlement_needs_a_classification() -> None:
    with pytest.raises(NoLimit, match="settlement"):
        LIMITS.at(TODAY).of(ClockKind.SETTLEMENT)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("warnings: [50, 80]", "warnings: [80, 50]", "ascend"),
        ("days: 3", "days: 0", "shorter than one day"),
        ("unit: working_days", "unit: fortnights", "fortnights"),
        ("clock: ombudsman", "clock: verification", "same day"),
        ("step: coordinator", "step: national_admin", "each step once"),
        ("after_days: 3", "after_days: 1", "comes after"),
        ('opens: "08:00"', 'opens: "17:00"', "after they open"),
    ],
)
def test_a_policy_file_that_makes_no_sense_is_refused(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    text = (DATA / "policies.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "policies.yaml"
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        read_limits(broken)
