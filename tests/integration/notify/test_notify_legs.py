"""A case at two agencies, told to its reporter: one invitation, in whatever order and however often."""

import random
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import SARI, Office
from tests.unit.notify.facts import ANSWER, fact, status

SECOND = "Dinas Sosial Kota Surabaya"
IN_PART = {"case_answered": False, "awaited": (SECOND,)}


def at_two_agencies(report: UUID) -> list[tuple[UUID, c.Fact]]:
    """Both answer without having acknowledged anything."""
    first, second = uuid4(), uuid4()
    other = {"leg_id": second, "agency": "35.3578.dinsos", "agency_name": SECOND}
    news = (
        fact(c.DispositionCreated, report_id=report, leg_id=first),
        fact(c.DispositionCreated, report_id=report, **other),
        fact(c.DispositionResponded, report_id=report, leg_id=first, text=ANSWER, **IN_PART),
        status(CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED, report_id=report, by_answer=True),
        fact(c.DispositionCompleted, report_id=report, text=ANSWER, case_answered=True, **other),
        status(CaseStatus.AWAITING_REPORTER, CaseStatus.IN_PROGRESS, report_id=report, by_answer=True),
    )
    return [(UUID(str(uuid7())), one) for one in news]


@pytest.mark.parametrize("seed", range(3))
async def test_two_answers_are_told_each_and_the_later_alone_invites(office: Office, seed: int):
    report, random_order = uuid4(), random.Random(seed)
    await office.hear(office.contact(report, SARI))
    news = at_two_agencies(report)
    for told in random_order.sample(news * 2, len(news) * 2):
        await office.hear_as([told])
    rows = [row for row in await office.deliveries(report) if row.recipient == "reporter"]
    assert sorted((row.template, row.state) for row in rows) == [
        ("answered_in_part", "pending"),
        ("awaiting_reporter", "skipped"),
        ("completed", "pending"),
        ("in_progress", "skipped"),
    ]
    [in_part] = [row for row in rows if row.template == "answered_in_part"]
    assert (in_part.details["awaited"], "deadline" in in_part.details) == (SECOND, False)
