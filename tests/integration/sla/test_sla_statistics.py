"""Reports on performance over HTTP: open to everyone, in two formats, wrong questions refused by field."""

import csv
from io import StringIO

import pytest

from tests.integration.sla.counting import KEMENSOS, add_up, ask, settled, waiting

pytestmark = pytest.mark.usefixtures("sixty_days_later")


async def test_what_was_filed_is_counted_by_status_duration_and_rating(sla, client) -> None:
    for story in (settled(), settled(1), settled(0, answered=1), waiting()):
        await story.deliver(sla)
    await add_up(sla)
    total = (await ask(client))["report"]["total"]
    assert total["cases"] == 4
    assert total["statuses"]["settled"] == 3
    assert total["share_settled"] == 0.75
    assert total["working_days"]["settlement"] == {"count": 3, "median": 4, "p90": 4}
    assert total["rating"] == {"count": 3, "mean": None}


async def test_a_city_and_its_province_count_what_their_units_do(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    found = await ask(client, by="agency", agency="35")
    assert [(row["key"], row["cases"]) for row in found["report"]["rows"]] == [("35.3578", 1)]
    assert found["report"]["total"]["cases"] == 1


@pytest.mark.parametrize(
    ("question", "below"),
    [
        ({"by": "agency"}, ["35", "kl"]),
        ({"by": "region"}, ["-", "35"]),
        ({"by": "region", "region": "35"}, ["35.78"]),
        ({"by": "channel"}, ["web"]),
        ({"by": "classification"}, ["non_supervision"]),
        ({"by": "month"}, ["2026-07"]),
        ({"by": "month", "to": "2026-09"}, ["2026-07"]),
        ({"by": "agency", "region": "35.78", "to": "2026-09"}, ["35"]),
        ({"by": "region", "agency": KEMENSOS, "to": "2026-09"}, ["-"]),
    ],
)
async def test_rows_are_what_lies_directly_below(
    sla, client, question: dict[str, str], below: list[str]
) -> None:
    for story in (settled(), waiting()):
        await story.deliver(sla)
    await add_up(sla)
    found = await ask(client, **question)
    assert sorted(row["key"] for row in found["report"]["rows"]) == below


@pytest.mark.parametrize(
    ("question", "accept", "kind"),
    [
        ({}, "*/*", "application/json"),
        ({}, "text/csv", "text/csv"),
        ({}, "text/html, text/csv;q=0.5, application/json;q=0.9", "application/json"),
        ({"format": "csv"}, "application/json", "text/csv"),
        ({"format": "json"}, "text/csv", "application/json"),
    ],
)
async def test_the_format_is_negotiated(
    sla, client, question: dict[str, str], accept: str, kind: str
) -> None:
    answer = await client.get("/v1/statistics", params=question, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind


async def test_csv_is_a_file_with_a_name_and_the_same_figures(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    answer = await client.get(
        "/v1/statistics", params={"from": "2026-07", "to": "2026-07", "by": "agency", "format": "csv"}
    )
    names, row, total = csv.reader(StringIO(answer.text, newline=""))
    assert 'filename="kinerja-lapor-agency-202607-202607.csv"' in answer.headers["content-disposition"]
    assert dict(zip(names, row, strict=True))["Laporan (reports)"] == "1"
    assert total[0] == "Seluruhnya (total)"


async def test_an_answer_that_has_not_changed_is_not_sent_again(sla, client) -> None:
    first = await client.get("/v1/statistics")
    again = await client.get("/v1/statistics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"from": "2026-13"}, "from"),
        ({"from": "2026"}, "from"),
        ({"to": "bulan ini"}, "to"),
        ({"from": "2026-03", "to": "2026-02"}, "from"),
        ({"from": "2020-01", "to": "2026-01"}, "from"),
        ({"by": "officer"}, "by"),
        ({"agency": "35..3578"}, "agency"),
        ({"agency": "35.3578.dishub.parkir"}, "agency"),
        ({"region": "35.78.01"}, "region"),
        ({"region": "99"}, "region"),
        ({"category": "x"}, "category"),
        ({"category": "a\x00b"}, "category"),
        ({"classification": "besar"}, "classification"),
        ({"channel": "fax"}, "channel"),
        ({"format": "xlsx"}, "format"),
        ({"by": "agency", "region": "35", "category": "air"}, "by"),
        ({"agency": "35", "region": "35", "category": "air"}, "category"),
        ({"channel": "sms", "region": "35"}, "channel"),
        ({"agency": "35.3578.dishub", "by": "category"}, "agency"),
        ({"agency": "35.3578", "by": "agency", "region": "35.78"}, "agency"),
        ({"by": "classification", "agency": "35", "region": "35"}, "by"),
        ({"urutan": "volume"}, "urutan"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_field(
    sla, client, question: dict[str, str], field: str
) -> None:
    answer = await client.get("/v1/statistics", params=question)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_nothing_in_an_answer_names_a_report(sla, client) -> None:
    story = settled()
    await story.deliver(sla)
    await add_up(sla)
    text = (await client.get("/v1/statistics", params={"from": "2026-07", "by": "agency"})).text
    assert str(story.report_id) not in text and "K7MQ3XW9FA" not in text
