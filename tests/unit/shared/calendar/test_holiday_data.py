"""The reviewed holiday file: complete, in order, and the same as the package it was frozen from."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from shared.calendar import DayKind, load_holidays
from shared.calendar.days import DATA
from shared.calendar.snapshot import render

HOLIDAYS = load_holidays()


@pytest.mark.parametrize(
    ("year", "national", "joint_leave"),
    [(2022, 16, 4), (2023, 16, 11), (2024, 19, 10), (2025, 17, 11), (2026, 17, 8), (2027, 18, 8)],
)
def test_a_year_has_as_many_free_days_as_were_decreed(year: int, national: int, joint_leave: int) -> None:
    counted = Counter(day.kind for day in HOLIDAYS.days if day.date.year == year)
    assert (counted[DayKind.NATIONAL], counted[DayKind.JOINT_LEAVE]) == (national, joint_leave)


def test_the_file_is_what_the_package_and_the_acts_produce() -> None:
    acts = yaml.safe_load((DATA / "decrees.yaml").read_text(encoding="utf-8"))
    assert (DATA / "indonesia.yaml").read_text(encoding="utf-8") == render(acts)


def test_every_day_names_the_act_that_made_it_free() -> None:
    assert [day.date for day in HOLIDAYS.days if day.decree is None] == []


def test_no_act_was_signed_after_the_day_it_made_free() -> None:
    assert [day.date for day in HOLIDAYS.days if day.decree and day.decree.decided >= day.date] == []


def test_every_year_was_completed_by_an_act_before_it_began() -> None:
    completed = {act.known_through: act.decided for act in HOLIDAYS.decrees if act.known_through}
    assert sorted(completed) == [date(year, 12, 31) for year in range(2022, 2028)]
    assert all(decided.year < through.year for through, decided in completed.items())


def test_a_day_that_was_withdrawn_is_kept_with_both_acts() -> None:
    assert [
        (day.date, day.decree and day.decree.id, day.withdrawn and day.withdrawn.id)
        for day in HOLIDAYS.withdrawn
    ] == [(date(2023, 4, 26), "skb-2023", "skb-2023-1")]


def test_the_feasts_of_2027_that_hang_on_the_moon_are_marked() -> None:
    assert {day.date for day in HOLIDAYS.days if day.estimated} == {
        *(date(2027, 3, day) for day in (9, 10, 11, 12, 15)),
        *(date(2027, 5, day) for day in (17, 18)),
    }


def test_a_file_with_a_date_twice_is_refused(tmp_path: Path) -> None:
    text = (DATA / "indonesia.yaml").read_text(encoding="utf-8")
    doubled = tmp_path / "doubled.yaml"
    doubled.write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="each date once"):
        load_holidays(doubled)


def test_a_file_whose_last_year_no_act_completes_is_refused(tmp_path: Path) -> None:
    text = (DATA / "indonesia.yaml").read_text(encoding="utf-8")
    ahead = tmp_path / "ahead.yaml"
    ahead.write_text(text.replace("\nknown_through: 2027", "\nknown_through: 2028"), encoding="utf-8")
    with pytest.raises(ValueError, match="no act completes"):
        load_holidays(ahead)


def test_a_file_with_a_day_beyond_what_is_known_is_refused(tmp_path: Path) -> None:
    text = (DATA / "indonesia.yaml").read_text(encoding="utf-8")
    shortened = tmp_path / "shortened.yaml"
    shortened.write_text(
        text.replace("known_through: 2027-12-31", "known_through: 2027-06-30"), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="known_through"):
        load_holidays(shortened)
