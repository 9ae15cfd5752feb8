"""The calendar and the limits over HTTP: amended by law, conflicts named, nothing unlikely accepted."""

from datetime import timedelta
from typing import Any

import pytest

from services.sla.recompute import recompute_step
from shared import contracts as c
from shared.security.tokens import Role
from tests.integration.sla.facts import MONDAY, Story
from tests.support.decrees import AMENDMENTS, DAYS, POLICIES, leave, shorter


@pytest.fixture
def admin(sign) -> dict[str, str]:
    return sign(Role.NATIONAL_ADMIN, officer="ratna")


@pytest.fixture
async def story(sla) -> Story:
    story = Story().add(c.ReportSubmitted, MONDAY).add(c.DispositionCreated, MONDAY + timedelta(hours=1))
    await story.deliver(sla)
    return story


async def due_dates(client, admin, story: Story, **query: Any) -> dict[str, str]:
    """Clock and due date of the clocks that run."""
    path = f"/v1/cases/{story.report_id}/clocks"
    clocks = (await client.get(path, headers=admin, params=query)).json()["clocks"]
    return {one["clock"]: one["deadline"]["due_date"] for one in clocks if one["state"] == "running"}


async def recompute(sla) -> None:
    while await recompute_step(sla, 100):
        pass


async def test_an_amendment_names_its_author_its_act_and_its_day(client, admin) -> None:
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    [told] = (await client.get(AMENDMENTS, headers=admin)).json()["amendments"]
    assert (told["author"], told["source"], told["added"][0]["date"]) == (
        "ratna",
        "SKB 3 Menteri tentang perubahan",
        "2026-07-08",
    )


async def test_an_amended_day_moves_the_deadlines_of_open_clocks(client, admin, sla, story) -> None:
    before = await due_dates(client, admin, story)
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    await recompute(sla)
    after = await due_dates(client, admin, story)
    assert (before["first-response"], after["first-response"]) == ("2026-07-13", "2026-07-14")


async def test_the_past_is_explained_by_what_was_known_then(client, admin, clock, story) -> None:
    clock.advance(timedelta(days=1))
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    then = await due_dates(client, admin, story, as_of=(MONDAY + timedelta(hours=2)).isoformat())
    assert then["first-response"] == "2026-07-13"


async def test_a_dry_run_counts_the_clocks_that_would_move_and_leaves_nothing(client, admin, story) -> None:
    answer = await client.post(AMENDMENTS, json=leave(dry_run=True), headers=admin)
    kept = (await client.get(AMENDMENTS, headers=admin)).json()["amendments"]
    assert (answer.status_code, answer.json()["open_clocks_moved"], kept) == (200, 3, [])


async def test_a_dry_run_counts_clocks_that_have_paused_too(client, admin, sla, clock, story) -> None:
    story.add(c.ClarificationRequested, MONDAY + timedelta(hours=3))
    story.add(c.ReportSupplemented, MONDAY + timedelta(days=1))
    await story.deliver(sla, 2, 3)
    clock.advance(timedelta(days=2))
    answer = await client.post(AMENDMENTS, json=leave("2026-07-09", dry_run=True), headers=admin)
    assert answer.json()["open_clocks_moved"] == 3


async def test_a_dry_run_tells_what_the_recompute_then_does(client, admin, sla, story) -> None:
    for number in range(5):
        await Story().add(c.ReportSubmitted, MONDAY - timedelta(days=number)).deliver(sla)
    foreseen = (await client.post(AMENDMENTS, json=leave(dry_run=True), headers=admin)).json()
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    await recompute(sla)
    [done] = (await client.get("/v1/recomputes", headers=admin)).json()["recomputes"]
    assert (done["moved"], done["done"]) == (foreseen["open_clocks_moved"], done["total"])


async def test_whom_an_amendment_moved_can_be_read(client, admin, sla, story) -> None:
    amendment = (await client.post(AMENDMENTS, json=leave(), headers=admin)).json()["amendment"]["id"]
    await recompute(sla)
    told = (await client.get(f"/v1/recomputes/{amendment}/moved", headers=admin)).json()["moved"]
    assert {(one["report_id"], one["clock"]) for one in told} == {
        (str(story.report_id), clock) for clock in ("first-response", "settlement", "ombudsman")
    }


async def test_a_conflict_names_both_amendments(client, admin) -> None:
    first = (await client.post(AMENDMENTS, json=leave(), headers=admin)).json()["amendment"]["id"]
    again = await client.post(AMENDMENTS, json=leave(source="SKB yang lain"), headers=admin)
    detail = again.json()["detail_en"]
    assert (again.status_code, first in detail, "SKB yang lain" in detail) == (409, True, True)


async def test_a_conflict_with_the_reviewed_file_names_its_act(client, admin) -> None:
    answer = await client.post(AMENDMENTS, json=leave("2026-08-17"), headers=admin)
    assert (answer.status_code, "skb-2026" in answer.json()["detail"]) == (409, True)


async def test_a_conflict_leaves_nothing_behind(client, admin) -> None:
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    assert len((await client.get(AMENDMENTS, headers=admin)).json()["amendments"]) == 1


async def test_a_day_of_a_city_is_free_there_and_nowhere_else(client, admin) -> None:
    body = leave(region="35.78")
    body["added"][0]["kind"] = "regional"
    await client.post(AMENDMENTS, json=body, headers=admin)
    free = {
        region: any(
            day["date"] == "2026-07-08"
            for day in (await client.get(DAYS, params={"region": region})).json()["days"]
        )
        for region in ("35.78", "35.3578.dishub", "35.73", "35")
    }
    assert free == {"35.78": True, "35.3578.dishub": True, "35.73": False, "35": False}


async def test_what_became_known_between_two_moments_is_listed(client, admin, clock) -> None:
    since = clock.now().isoformat()
    clock.advance(timedelta(hours=1))
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    changes = (await client.get(f"{DAYS}/diff", params={"since": since})).json()["changes"]
    assert [(one["change"], one["day"]["date"]) for one in changes] == [("added", "2026-07-08")]


async def test_the_calendar_of_the_past_does_not_know_the_amendment(client, admin, clock) -> None:
    then = clock.now().isoformat()
    clock.advance(timedelta(hours=1))
    await client.post(AMENDMENTS, json=leave(), headers=admin)
    days = (await client.get(DAYS, params={"known_at": then})).json()["days"]
    assert "2026-07-08" not in {day["date"] for day in days}


async def test_a_shorter_limit_holds_for_clocks_that_start_after_it(client, admin) -> None:
    await client.post(POLICIES, json=shorter(), headers=admin)
    ask = {"clock": "verification", "start": MONDAY.isoformat()}
    assert (await client.post("/v1/deadlines/explain", json=ask)).json()["limit"]["days"] == 2


async def test_a_limit_of_an_agency_holds_under_its_path(client, admin) -> None:
    await client.post(POLICIES, json=shorter(clock="first-response", agency="35.3578"), headers=admin)
    ask = {"clock": "first-response", "start": MONDAY.isoformat()}
    days = [
        (await client.post("/v1/deadlines/explain", json={**ask, "agency": agency})).json()["limit"]["days"]
        for agency in ("35.3578.dishub", "35.3573.dishub")
    ]
    assert days == [2, 5]


async def test_a_dry_run_of_a_limit_counts_the_clocks_that_take_it_up(client, admin, sla) -> None:
    await Story().add(c.ReportSubmitted, MONDAY - timedelta(days=4)).deliver(sla)
    counts = []
    for running in (False, True):
        body = shorter(dry_run=True, applies_to_running=running)
        counts.append((await client.post(POLICIES, json=body, headers=admin)).json()["open_clocks_moved"])
    assert counts == [0, 1]


async def test_two_limits_of_one_rule_from_one_day_are_a_conflict(client, admin) -> None:
    first = (await client.post(POLICIES, json=shorter(), headers=admin)).json()["amendment"]["id"]
    again = await client.post(POLICIES, json=shorter(days=4), headers=admin)
    assert (again.status_code, first in again.json()["detail"]) == (409, True)


async def test_the_policies_tell_limits_ladder_and_hours(client) -> None:
    told = (await client.get("/v1/policies")).json()
    assert all(told[part] for part in ("limits", "escalation", "working_hours", "warnings"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (leave("2019-01-01"), "added"),
        (leave("2199-01-01"), "added"),
        (leave(known_through="2199-01-01"), "known_through"),
    ],
)
async def test_a_day_that_no_calendar_reaches_is_refused_by_its_field(client, admin, body, field) -> None:
    answer = await client.post(AMENDMENTS, json=body, headers=admin)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


async def test_nobody_but_the_national_admin_amends(client, sign) -> None:
    answers = [
        await client.post(path, json={}, headers=sign(role))
        for path in (AMENDMENTS, POLICIES)
        for role in (Role.OPERATOR, Role.SUPERVISOR)
    ]
    assert {answer.status_code for answer in answers} == {403}
