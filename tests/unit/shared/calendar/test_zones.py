"""Zones and the provinces that live in them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import UnknownRegion, Zone, zone_of


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("35.3578.dishub", Zone.WIB),
        ("3578", Zone.WIB),
        ("61.71", Zone.WIB),
        ("51.71.01.1001", Zone.WITA),
        ("64", Zone.WITA),
        ("73.7371", Zone.WITA),
        ("81.71", Zone.WIT),
        ("91.9171.dukcapil", Zone.WIT),
        ("kl.kemensos", Zone.WIB),
    ],
)
def test_a_code_lies_in_the_zone_of_its_province(code: str, zone: Zone) -> None:
    assert zone_of(code) is zone


@pytest.mark.parametrize("code", ["", "99.01", "jakarta", "3"])
def test_a_code_without_a_province_is_refused(code: str) -> None:
    with pytest.raises(UnknownRegion):
        zone_of(code)


MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2038, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(Zone))
def test_the_fixed_offset_agrees_with_the_time_zone_database(moment: datetime, zone: Zone) -> None:
    assert zone.date_of(moment) == moment.astimezone(ZoneInfo(zone.key)).date()
