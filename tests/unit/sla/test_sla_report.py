"""From sums to what is published: shares, medians, ranks, and what is withheld."""

import csv
from io import StringIO
from random import Random
from statistics import quantiles

import pytest

from services.sla.domain.cells import COUNTS
from services.sla.domain.report import Asked, By, Duration, Sums, duration, report
from services.sla.domain.table import csv_of, header

ANY = Sums(dict.fromkeys(COUNTS, 0))


def sums(cases: int, settled: int = 0, **more: int) -> Sums:
    return Sums({**ANY.counts, "cases": cases, "settled": settled, **more})


def asked(by: By, **filters: str) -> Asked:
    return Asked(202601, 202612, by, **filters)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({}, Duration(0, None, None)),
        ({3: 1}, Duration(1, 3, 3)),
        ({0: 5, 9: 5}, Duration(10, 0, 9)),
        ({1: 9, 60: 1}, Duration(10, 1, 1)),
        ({1: 89, 2: 11}, Duration(100, 1, 2)),
    ],
)
def test_a_percentile_is_the_fewest_days_that_so_large_a_share_took_at_most(
    days: dict[int, int], expected: Duration
) -> None:
    assert duration(days) == expected


def test_percentiles_are_those_of_the_single_durations() -> None:
    random = Random(1)
    single = sorted(random.choices(range(70), weights=range(70, 0, -1), k=999))
    found = duration({day: single.count(day) for day in set(single)})
    assert (found.median, found.p90) == tuple(quantiles(single, n=10)[place] for place in (4, 8))


def test_agencies_are_ranked_by_the_share_settled_not_by_volume() -> None:
    found = report(
        asked(By.AGENCY), {"35": sums(1000, 500), "33": sums(20, 18), "31": sums(50, 45)}, sums(1070)
    )
    assert [(row.key, row.rank) for row in found.rows] == [("31", 1), ("33", 1), ("35", 3)]


def test_a_rate_of_a_few_cases_takes_no_rank() -> None:
    found = report(asked(By.AGENCY), {"35": sums(1000, 500), "33": sums(9, 9)}, sums(1009))
    assert [(row.key, row.rank) for row in found.rows] == [("35", 1), ("33", None)]


def test_months_come_in_order_and_without_a_rank() -> None:
    found = report(asked(By.MONTH), {"2026-02": sums(50, 50), "2026-01": sums(40)}, sums(90))
    assert [(row.key, row.rank) for row in found.rows] == [("2026-01", None), ("2026-02", None)]


def test_a_share_is_of_all_reports() -> None:
    total = report(asked(By.MONTH), {}, sums(9895, 7718, followed_up=8000)).total
    assert (total.share_settled, total.share_followed_up) == (0.78, 0.8085)


def test_two_dimensions_are_shown_however_few_the_cases() -> None:
    found = report(asked(By.REGION, agency="35.3578"), {"35.78": sums(1)}, sums(1))
    assert [row.cases for row in found.rows] == [1]


def test_where_a_month_an_agency_and_a_region_narrow_them_few_cases_are_withheld() -> None:
    rows = {"35.78": sums(3, 3), "35.15": sums(4), "35.25": sums(90)}
    found = report(Asked(202603, 202603, By.REGION, agency="35.3578"), rows, sums(97))
    assert {row.key: row.cases for row in found.rows} == {"35.25": 90, "35.78": None, "35.15": None}


def test_a_withheld_row_is_never_alone_for_the_total_would_give_it_away() -> None:
    rows = {"35.78": sums(3), "35.15": sums(40), "35.25": sums(90)}
    found = report(Asked(202603, 202603, By.REGION, agency="35.3578"), rows, sums(133))
    assert {row.key for row in found.rows if row.withheld} == {"35.78", "35.15"}


def test_a_single_month_narrows_too() -> None:
    one_month = Asked(202603, 202603, By.REGION, category="air")
    assert report(one_month, {"35": sums(2), "33": sums(1)}, sums(3)).rows[0].withheld


def test_a_total_that_three_dimensions_narrow_is_withheld_too() -> None:
    narrow = Asked(202603, 202603, By.CATEGORY, agency="35.3578", category="air")
    assert report(narrow, {"air": sums(4)}, sums(4)).total.withheld


def test_few_ratings_make_no_mean() -> None:
    total = report(asked(By.MONTH), {}, sums(100, ratings=4, rating_sum=4)).total
    assert total.rating is not None and (total.rating.count, total.rating.mean) == (4, None)


def test_a_category_that_hardly_anybody_has_is_not_named() -> None:
    found = report(asked(By.CATEGORY), {"air": sums(50), "jalan pak Budi": sums(1)}, sums(51))
    assert ([row.key for row in found.rows], found.unnamed) == (["air"], 1)


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def test_csv_ends_its_lines_as_the_standard_says() -> None:
    text = csv_of(report(asked(By.AGENCY), {"35": sums(10, 5)}, sums(10, 5)))
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n") == 3


def test_every_line_of_the_csv_is_as_long_as_its_header() -> None:
    rows = {"35.78": sums(3), "35.15": sums(40), "-": sums(90)}
    found = report(Asked(202603, 202603, By.REGION, agency="35.3578"), rows, sums(133))
    assert {len(line) for line in lines(csv_of(found))} == {len(header(By.REGION))}


def test_the_csv_holds_the_figures_under_their_names() -> None:
    text = csv_of(report(asked(By.AGENCY), {"35": sums(10, 5)}, sums(10, 5)))
    names, row, _ = lines(text)
    found = dict(zip(names, row, strict=True))
    assert (found["Instansi (agency)"], found["Laporan (reports)"]) == ("35", "10")
    assert found["Bagian selesai, 0-1 (share settled)"] == "0.5"


def test_no_spreadsheet_takes_a_category_for_a_formula() -> None:
    text = csv_of(report(asked(By.CATEGORY), {"=1+1": sums(50)}, sums(50)))
    assert lines(text)[1][0] == "'=1+1"
