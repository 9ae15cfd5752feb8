"""What is filed at the same moment shares a transaction, and nothing else."""

import asyncio

import pytest
import sqlalchemy as sa

from services.intake import filing
from shared.contracts import ReportSubmitted

from .conftest import REPORT
from .statements import counting


@pytest.fixture
def same_id_once(monkeypatch: pytest.MonkeyPatch):
    """The first two tracking ids drawn are the same; later ones are not."""
    drawn = filing.new_tracking_id
    ids = iter(["K7MQ3XW9FA", "K7MQ3XW9FA"])
    monkeypatch.setattr(filing, "new_tracking_id", lambda: next(ids, None) or drawn())


async def together(intake, *keys: str | None, text: str = REPORT["text"]):
    headers = [{"Idempotency-Key": key} if key else {} for key in keys]
    return await asyncio.gather(
        *(intake.http.post("/v1/reports", json={**REPORT, "text": text}, headers=each) for each in headers)
    )


async def test_reports_of_the_same_moment_share_statements(intake):
    with counting(intake.database) as sent:
        answers = await together(intake, *[f"kunci-{number:04}" for number in range(40)])
    assert {answer.status_code for answer in answers} == {201}
    assert len(await intake.said(ReportSubmitted)) == 40
    assert len(sent) <= 20


async def test_the_same_key_at_the_same_moment_is_one_report_and_one_answer(intake):
    answers = await together(intake, *["kunci-sama"] * 12, None)
    *same, other = [answer.json()["tracking_id"] for answer in answers]
    assert len(set(same)) == 1
    assert other not in same
    assert len(await intake.said(ReportSubmitted)) == 2


async def test_one_report_that_cannot_be_written_takes_no_other_with_it(intake, same_id_once):
    answers = await together(intake, "kunci-0001", "kunci-0002", "kunci-0003")
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["tracking_id"] for answer in answers}) == 3


async def test_each_fact_keeps_its_own_trace(intake):
    told = [f"00-{number:032x}-{1:016x}-00" for number in (1, 2, 3)]
    await asyncio.gather(
        *(intake.http.post("/v1/reports", json=REPORT, headers={"traceparent": each}) for each in told)
    )
    async with intake.database.reading() as tx:
        kept = (await tx.execute(sa.text("SELECT traceparent FROM outbox"))).scalars().all()
    assert sorted(trace[:35] for trace in kept) == sorted(each[:35] for each in told * 2)


async def test_whoever_hangs_up_leaves_the_others_their_answers(intake):
    calls = [asyncio.create_task(intake.http.post("/v1/reports", json=REPORT)) for _ in range(6)]
    await asyncio.sleep(0)
    calls[2].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [a.status_code for n, a in enumerate(answers) if n != 2] == [201] * 5
