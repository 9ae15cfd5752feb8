"""Facts on a real database: recorded once, folded in any order, and said exactly once per change."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy.exc
from uuid_utils.compat import uuid7

from services.verification.domain.fold import fold
from services.verification.store import entries
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.verification.lives import legs_life, supplemented


async def test_a_submission_makes_a_case_and_is_heard_of_as_received(desk):
    report_id = await desk.file(secret=True)
    row = await desk.row(report_id)
    assert (row.status, row.version, row.secret, row.anonymous) == ("received", 1, True, False)
    [said] = await desk.said()
    assert (said.type, said.status, said.case_version) == ("case.status-changed", CaseStatus.RECEIVED, 1)


async def test_a_fact_recorded_twice_is_one_entry_and_says_nothing_more(desk, clock):
    report_id = await desk.file()
    fact = supplemented(report_id, clock.now())
    event_id = uuid7()
    await desk.hear_as(event_id, fact)
    before = await desk.said()
    await desk.hear_as(event_id, fact)
    assert await desk.said() == before
    [count] = await desk.rows("SELECT count(*) AS n FROM entries WHERE type = 'report.supplemented.v1'")
    assert count.n == 1


async def test_facts_before_the_submission_wait_for_it_and_say_nothing(desk, clock):
    report_id = uuid7()
    await desk.hear(supplemented(report_id, clock.now() + timedelta(minutes=1)))
    assert await desk.said() == []
    assert (await desk.row(report_id)).status is None
    await desk.file(report_id=report_id)
    async with desk.database.transaction() as tx:
        case = fold(report_id, await entries(tx, report_id))
    assert case.text.endswith("Di Jalan Melati.")


@pytest.mark.parametrize("order", ["as it happened", "backwards", "inside out"])
async def test_a_whole_life_in_any_order_ends_closed_by_the_reporter(desk, clock, order):
    report_id, at = uuid7(), clock.now()
    submission = c.ReportSubmitted(
        report_id=report_id,
        occurred_at=at,
        tracking_id="K7MQ3XW001",
        channel="web",
        title="Lampu",
        text="Padam.",
    )
    life = [submission, *legs_life(report_id, at)]
    orders = {"as it happened": life, "backwards": life[::-1], "inside out": life[3:] + life[:3]}
    await desk.hear(*orders[order])
    row = await desk.row(report_id)
    assert (row.status, row.closed_by) == ("closed", "reporter")
    versions = [fact.case_version for fact in await desk.said() if fact.type == "case.status-changed"]
    assert versions == list(range(1, row.version + 1))


async def test_facts_of_one_case_heard_at_once_are_all_recorded_and_versioned_without_a_gap(desk, clock):
    report_id = await desk.file()
    at = clock.now() + timedelta(minutes=1)
    facts = [*legs_life(report_id, at), *(supplemented(report_id, at, f"Kata {n}") for n in range(5))]
    await asyncio.gather(*(desk.hear(fact) for fact in facts))
    row = await desk.row(report_id)
    [count] = await desk.rows("SELECT count(*) AS n FROM entries WHERE report_id = :id", id=report_id)
    assert (row.status, count.n) == ("closed", 1 + len(facts))
    versions = [fact.case_version for fact in await desk.said() if fact.type == "case.status-changed"]
    assert versions == list(range(1, row.version + 1))


async def test_an_impossible_fact_is_kept_in_the_history_with_its_reason(desk, admin, clock):
    report_id = await desk.file()
    await desk.hear(c.ReportAccepted(report_id=report_id, occurred_at=clock.now()))
    history = (await admin.get(f"/v1/cases/{report_id}")).json()["history"]
    assert [(step["type"], step["refused"]) for step in history] == [
        ("report.submitted", None),
        ("report.accepted", "not possible while received"),
    ]


async def test_what_a_failed_transaction_would_have_said_is_not_said(desk):
    await desk.file(tracking_id="K7MQ3XW777")
    before = await desk.said()
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        await desk.file(tracking_id="K7MQ3XW777")
    assert await desk.said() == before


async def test_silence_closes_the_case_by_system_and_says_so_twice_over(desk, clock):
    report_id = await desk.file()
    life = legs_life(report_id, clock.now())[:-1]
    await desk.hear(*life)
    answered = life[-1].occurred_at
    due = answered + timedelta(days=14)
    await desk.hear(
        c.SlaExpired(
            report_id=report_id,
            occurred_at=due,
            clock=c.ClockKind.REPLY,
            started_at=answered,
            due_at=due,
            fired_at=due,
        )
    )
    last = (await desk.said())[-2:]
    assert [fact.type for fact in last] == ["case.status-changed", "case.closed"]
    assert {fact.closed_by for fact in last} == {c.ClosedBy.SYSTEM}


async def test_what_was_completed_without_evidence_is_marked_for_the_queue(desk, clock):
    report_id, _ = await desk.file(), await desk.file()
    facts = legs_life(report_id, clock.now())
    facts[3] = facts[3].model_copy(update={"without_evidence": "Kamera petugas rusak."})
    for fact in facts:
        await desk.hear(fact)
    rows = await desk.rows("SELECT report_id FROM cases WHERE unproven")
    assert [row.report_id for row in rows] == [report_id]
