"""In which region an agency works."""

import pytest

from shared.calendar import region_of


@pytest.mark.parametrize(
    ("agency", "region"),
    [
        ("35.3578.dishub", "35.78"),
        ("35.3578.dishub.terminal", "35.78"),
        ("35.3578", "35.78"),
        ("35.dinkes", "35"),
        ("35", "35"),
        ("91.9171", "91.71"),
        ("35.3678", "35"),  # a city lies in its own province
        ("kl.kemensos", None),
        ("nasional", None),
        ("99.9901", None),
        ("kl", None),
        ("", None),
        (None, None),
    ],
)
def test_an_agencys_path_tells_its_region(agency: str | None, region: str | None) -> None:
    assert region_of(agency) == region
