from datetime import timedelta
from uuid import uuid4

import pytest
from uuid_utils.compat import uuid7

from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, Deadline, DeadlinesChanged
from shared.messaging.failures import Unprocessable

from .statements import counting


def escalation(report_id, clock):
    return c.CaseEscalated(
        report_id=report_id, occurred_at=clock.now(), case_version=3, tracking_id="x", reason="r"
    )


def status(report_id, clock, version, to, *, secret=False):
    return c.CaseStatusChanged(
        report_id=report_id, occurred_at=clock.now(), case_version=version, status=to, anonymous=False,
        secret=secret, tracking_id="x",
    )  # fmt: skip


def deadlines(report_id, clock, version, kind):
    now = clock.now()
    running = (Deadline(clock=kind, started_at=now, due_at=now + timedelta(days=3), zone="WIB"),)
    return DeadlinesChanged(report_id=report_id, occurred_at=now, clocks_version=version, deadlines=running)


async def test_facts_of_several_reports_each_reach_their_own(intake, clock):
    first, second = await intake.file(), await intake.file()
    await intake.hear_together(
        status(first.report_id, clock, 2, CaseStatus.FORWARDED),
        escalation(second.report_id, clock),
        deadlines(second.report_id, clock, 1, ClockKind.SETTLEMENT),
        status(first.report_id, clock, 1, CaseStatus.RECEIVED),
    )
    pages = [(await intake.http.get(filed.url)).json() for filed in (first, second)]
    assert [(page["status"], page["escalation_offered"]) for page in pages] == [
        ("forwarded", False),
        ("received", True),
    ]
    assert [d["clock"] for d in pages[1]["deadlines"]] == ["settlement"]


@pytest.mark.parametrize("versions", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_of_deadlines_that_come_together_the_newest_win(intake, clock, versions):
    filed = await intake.file()
    kinds = {1: ClockKind.VERIFICATION, 2: ClockKind.FIRST_RESPONSE, 3: ClockKind.SETTLEMENT}
    await intake.hear_together(*(deadlines(filed.report_id, clock, v, kinds[v]) for v in versions))
    page = (await intake.http.get(filed.url)).json()
    assert [d["clock"] for d in page["deadlines"]] == ["settlement"]


async def test_only_the_reports_that_a_verifier_hides_disappear(intake, clock):
    hidden, shown = await intake.file(), await intake.file()
    await intake.hear_together(
        status(hidden.report_id, clock, 2, CaseStatus.FORWARDED, secret=True),
        status(shown.report_id, clock, 2, CaseStatus.FORWARDED),
        status(hidden.report_id, clock, 3, CaseStatus.IN_PROGRESS),
    )
    assert [(await intake.http.get(one.url)).status_code for one in (hidden, shown)] == [404, 200]


async def test_a_fact_that_comes_again_with_others_is_one_line(intake, clock):
    filed = await intake.file()
    event, fact = uuid7(), escalation(filed.report_id, clock)
    await intake.hear_together(fact, event_id=event)
    await intake.hear_together(fact, event_id=event)
    assert await intake.count("moments") == 1


@pytest.mark.parametrize("stranger", [escalation, lambda r, clock: deadlines(r, clock, 1, ClockKind.REPLY)])
async def test_one_fact_about_an_unknown_report_undoes_the_group_so_that_each_is_tried_alone(
    intake, clock, stranger
):
    filed = await intake.file()
    with pytest.raises(Unprocessable):
        await intake.hear_together(escalation(filed.report_id, clock), stranger(uuid4(), clock))
    assert await intake.count("moments") == 0


async def test_a_group_costs_the_same_however_many_facts_it_has(intake, clock):
    filed = [await intake.file() for _ in range(4)]

    def facts(reports):
        for one in reports:
            yield status(one.report_id, clock, 2, CaseStatus.FORWARDED, secret=True)
            yield escalation(one.report_id, clock)
            yield deadlines(one.report_id, clock, 1, ClockKind.SETTLEMENT)

    spent = []
    for reports in (filed[:1], filed):
        with counting(intake.database) as statements:
            await intake.hear_together(*facts(reports))
        spent.append(len(statements))
    assert spent == [3, 3]
