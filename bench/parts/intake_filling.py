"""Fills the intake service's tables with made-up reports: as filed, as followed, and as they are listed."""

import asyncio
import gc
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bench.parts.bulk import connect, copy, in_steps, without_indexes
from bench.parts.made_up import VOCABULARY, agency_of, drawn, filed_at, report_id, status_of, tracking_id
from services.intake.pages.choices import categories

CHUNK = 20_000
SECRET = 33
"""One report in so many is."""
_MOMENTS = UUID("0198c000-0000-7000-8000-000000000000").int
_LEGS = UUID("0198d000-0000-7000-8000-000000000000").int
_REPORT = (
    "report_id", "tracking_id", "channel", "title", "text", "category", "place", "anonymous",
    "secret_as_filed", "secret", "filed_at", "deadline",
)  # fmt: skip
_MOMENT = ("event_id", "report_id", "kind", "at", "data")
_DEADLINES = ("report_id", "clocks_version", "deadlines")
_LIST = """
INSERT INTO listed (report_id, tracking_id, filed_at, title, excerpt, status, category, province, city,
  agencies, agency_names, words)
SELECT report_id, tracking_id, filed_at, title, left(text, 240), given.status, category,
  left(place ->> 'region', 2), place ->> 'region', given.agencies, given.agencies,
  setweight(to_tsvector('indonesian', title), 'A') || to_tsvector('indonesian', text)
FROM reports JOIN (
  SELECT id AS report_id, status, string_to_array(agency, ' ') AS agencies
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS one (id, status, agency)
) given USING (report_id) WHERE NOT secret
"""
_LIST_AGENCIES = """
INSERT INTO listed_agencies (report_id, agency, filed_at)
SELECT report_id, unnest(agencies), filed_at FROM listed WHERE report_id = ANY($1::uuid[])
"""
CATEGORIES = [code for code, _ in categories()]


async def fill(url: str, cases: int) -> None:
    """So many reports; on empty tables."""
    async with without_indexes(url, "reports", "moments", "deadlines", "listed", "listed_agencies"):
        await in_steps(_fill, url, cases, CHUNK)


def category_of(number: int) -> str:
    """The first of the list are much more frequent."""
    return CATEGORIES[int(len(CATEGORIES) * (number % 983 / 983) ** 2)]


def leg_id(number: int) -> UUID:
    return UUID(int=_LEGS + number)


def _fill(url: str, start: int, count: int) -> None:
    gc.disable()  # a process that only fills makes no cycles
    words, regions = drawn(start, count)
    reports, moments, deadlines = [], [], []
    agencies = []
    for n, (chosen, region) in enumerate(zip(words.tolist(), regions, strict=True), start):
        reports.append(_report(n, [VOCABULARY[word] for word in chosen], region))
        agency = agency_of(n, region) if status_of(n) not in {"received", "on_hold"} else ""
        agencies.append(agency)
        moments += _moments(n, agency)
        deadlines.append((report_id(n), 3, _deadlines(n, agency)))
    asyncio.run(_written(url, reports, moments, deadlines, agencies, start))


async def _written(
    url: str, reports: list[Any], moments: list[Any], deadlines: list[Any], agencies: list[str], start: int
) -> None:
    tables = {
        "reports": (_REPORT, reports),
        "moments": (_MOMENT, moments),
        "deadlines": (_DEADLINES, deadlines),
    }
    await copy(url, tables)
    numbers = range(start, start + len(reports))
    ids = [report_id(n) for n in numbers]
    connection = await connect(url)
    try:
        statuses = [status_of(n) for n in numbers]
        await connection.execute(_LIST, ids, statuses, agencies, timeout=600)
        await connection.execute(_LIST_AGENCIES, ids, timeout=600)
    finally:
        await connection.close()


def _report(n: int, words: list[str], region: str) -> tuple[Any, ...]:
    at, secret = filed_at(n), n % SECRET == 0
    channel = "sms" if n % 50 == 7 else "mobile" if n % 4 == 2 else "web"
    return (
        report_id(n), tracking_id(n), channel, " ".join(words[:4]), " ".join(words[4:]), category_of(n),
        f'{{"region":"{region}"}}', n % 3 == 0, secret, secret, at, at + timedelta(days=5),
    )  # fmt: skip


def _moments(n: int, agency: str) -> list[tuple[Any, ...]]:
    """What its status says has happened."""
    status, at = status_of(n), filed_at(n)
    told: list[tuple[str, dict[str, Any]]] = []
    if status == "on_hold":
        told.append(("status", {"version": 2, "status": "on_hold", "previous": "received"}))
    if agency:
        leg = {"leg_id": str(leg_id(n)), "agency": agency, "agency_name": agency}
        told += [
            ("verified", {"version": 2, "title": f"Perihal {n}", "category": category_of(n),
                          "classification": "non_supervision"}),
            ("status", {"version": 3, "status": "forwarded", "previous": "received"}),
            ("sent", {**leg, "leg_version": 1, "hop": 1}),
        ]  # fmt: skip
        if status != "forwarded":
            told.append(("acknowledged", {**leg, "leg_version": 2}))
            told.append(("status", {"version": 4, "status": "in_progress", "previous": "forwarded"}))
        if status in {"awaiting_reporter", "closed"}:
            told.append(("completed", {**leg, "leg_version": 3, "text": "Sudah kami kerjakan hari ini."}))
            told.append(("status", {"version": 5, "status": "awaiting_reporter", "previous": "in_progress"}))
        if status == "closed":
            told.append(
                ("status", {"version": 6, "status": "closed", "previous": "awaiting_reporter",
                            "closed_by": "reporter"})
            )  # fmt: skip
    first, key = _MOMENTS + 16 * n, report_id(n)
    return [
        (UUID(int=first + place), key, kind, at + timedelta(days=place), json.dumps(data))
        for place, (kind, data) in enumerate(told)
    ]


def _deadlines(n: int, agency: str) -> str:
    """The clock that runs, if any."""
    status, at = status_of(n), filed_at(n)
    clocks = {"received": "verification", "forwarded": "first-response", "in_progress": "settlement"}
    if status not in clocks:
        return "[]"
    return json.dumps([_deadline(clocks[status], n, agency, at)])


def _deadline(clock: str, n: int, agency: str, at: datetime) -> dict[str, Any]:
    due = at + timedelta(days=14)
    of_leg = {"leg_id": str(leg_id(n)), "agency": agency} if agency else {}
    return {"clock": clock, **of_leg, "started_at": at.isoformat(), "due_at": due.isoformat(), "zone": "WIB"}
