"""The chart and the names on the pages of performance."""

from datetime import date

import pytest

from services.sla.domain.report import By
from services.sla.pages.chart import FOOT, HEIGHT, WIDTH, monthly
from services.sla.pages.performance import row_name
from shared.web.pages.names import agency_name


def test_the_highest_month_reaches_below_or_up_to_the_line_at_the_top():
    chart = monthly([(date(2026, 1, 1), 37, 10), (date(2026, 2, 1), 12, None)])
    assert chart.top == 40
    assert chart.bars[0].height == pytest.approx((HEIGHT - FOOT) * 37 / 40, abs=0.1)


def test_every_bar_stands_within_the_drawing():
    chart = monthly([(date(2026, month, 1), month, month // 2) for month in range(1, 13)])
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)


@pytest.mark.parametrize("months", [[], [(date(2026, 1, 1), 0, 0)], [(date(2026, 1, 1), None, None)]])
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


@pytest.mark.parametrize(
    ("by", "key", "name"),
    [
        (By.CLASSIFICATION, "information", ("Permintaan informasi", "Request for information")),
        (By.CATEGORY, "bantuan-sosial", ("Bantuan sosial", "Bantuan sosial")),
        (By.MONTH, "2026-11", date(2026, 11, 1)),
        (By.REGION, "35", ("Jawa Timur", "Jawa Timur")),
        (By.CATEGORY, None, ("-", "-")),
    ],
)
def test_a_row_is_named_in_words_not_in_codes(by, key, name):
    assert row_name(by, key) == name
