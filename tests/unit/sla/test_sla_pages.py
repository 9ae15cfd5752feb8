"""The chart and the names on the pages of performance."""

import pytest

from services.sla.pages.chart import FOOT, HEIGHT, WIDTH, monthly
from shared.web.pages.names import agency_name


def test_the_highest_month_reaches_below_or_up_to_the_line_at_the_top():
    chart = monthly([("2026-01", 37, 10), ("2026-02", 12, None)])
    assert chart.top == 40
    assert chart.bars[0].height == pytest.approx((HEIGHT - FOOT) * 37 / 40, abs=0.1)


def test_every_bar_stands_within_the_drawing():
    chart = monthly([(f"2026-{month:02}", month, month // 2) for month in range(1, 13)])
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)


@pytest.mark.parametrize("months", [[], [("2026-01", 0, 0)], [("2026-01", None, None)]])
def test_without_reports_there_is_no_line_and_no_bar(months):
    chart = monthly(months)
    assert (chart.top, [bar.height for bar in chart.bars]) == (0, [0.0] * len(months))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("35.3578.dishub", "DISHUB, Kota Surabaya"),
        ("35.3578", "Pemerintah Kota Surabaya"),
        ("35.dinkes", "DINKES, Provinsi Jawa Timur"),
        ("35", "Pemerintah Provinsi Jawa Timur"),
        ("kl", "Kementerian dan lembaga"),
        ("kl.kemensos", "KEMENSOS"),
        ("nasional", "Admin nasional"),
    ],
)
def test_an_agency_is_named_by_its_path(path, name):
    assert agency_name(path) == name
