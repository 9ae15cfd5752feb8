"""Who may see a case's clocks, and what they are told."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared import contracts as c
from shared.security.tokens import Role
from tests.integration.sla.facts import AGENCY, MONDAY, Story


@pytest.fixture
async def story(sla) -> Story:
    story = (
        Story()
        .add(c.ReportSubmitted, MONDAY)
        .add(c.DispositionCreated, MONDAY + timedelta(hours=1))
        .add(c.DispositionCreated, MONDAY + timedelta(hours=2), leg_id=UUID(int=2), agency="kl.kemensos")
    )
    await story.deliver(sla)
    return story


async def test_a_verifier_sees_every_clock_with_its_state(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.NATIONAL_ADMIN))
    assert [(one["clock"], one["state"]) for one in answer.json()["clocks"]] == [
        ("verification", "in_time"),
        ("first-response", "running"),
        ("settlement", "running"),
        ("ombudsman", "running"),
        ("first-response", "running"),
        ("settlement", "running"),
    ]


async def test_an_agency_sees_its_own_leg_and_not_another_agencys(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, AGENCY))
    assert {one["agency"] for one in answer.json()["clocks"]} == {None, AGENCY}


async def test_a_city_sees_the_legs_of_its_offices(client, sign, story) -> None:
    answer = await client.get(
        f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.COORDINATOR, "35.3578")
    )
    assert AGENCY in {one["agency"] for one in answer.json()["clocks"]}


@pytest.mark.parametrize("agency", ["35.3578.dish", "35.35", "36.3671.dishub"])
async def test_an_agency_that_the_case_never_reached_finds_nothing(client, sign, story, agency) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, agency))
    assert answer.status_code == 404


async def test_the_national_administrator_sees_every_clock_whatever_office_the_account_names(
    client, sign, story
) -> None:
    headers = sign(Role.NATIONAL_ADMIN, "kl.menpanrb")
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=headers)
    assert len(answer.json()["clocks"]) == 6


async def test_an_auditor_reads_no_clocks(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.AUDITOR))
    assert answer.status_code == 404


async def test_an_unknown_case_looks_the_same_as_a_foreign_one(client, sign, story) -> None:
    foreign = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, "36.3671"))
    unknown = await client.get(f"/v1/cases/{UUID(int=99)}/clocks", headers=sign(Role.LIAISON, "36.3671"))
    assert foreign.json() == unknown.json()


async def test_nobody_sees_clocks_without_a_token(client, story) -> None:
    assert (await client.get(f"/v1/cases/{story.report_id}/clocks")).status_code == 401


async def test_operators_see_that_every_case_is_watched(client, sign, story) -> None:
    answer = (await client.get("/v1/statistics/timers", headers=sign(Role.OPERATOR))).json()
    assert (answer["open_cases"], answer["cases_without_timer"]) == (1, 0)


async def test_the_past_is_told_by_the_facts_of_that_moment(client, sign, clock, story) -> None:
    clock.advance(timedelta(days=1))
    as_of = (MONDAY + timedelta(minutes=30)).isoformat()
    answer = await client.get(
        f"/v1/cases/{story.report_id}/clocks", params={"as_of": as_of}, headers=sign(Role.NATIONAL_ADMIN)
    )
    assert [one["clock"] for one in answer.json()["clocks"]] == ["verification"]


async def test_a_past_in_which_the_case_was_not_yet_is_not_found(client, sign, story) -> None:
    as_of = (MONDAY - timedelta(days=1)).isoformat()
    answer = await client.get(
        f"/v1/cases/{story.report_id}/clocks", params={"as_of": as_of}, headers=sign(Role.NATIONAL_ADMIN)
    )
    assert answer.status_code == 404


async def test_the_future_is_refused(client, sign, story) -> None:
    answer = await client.get(
        f"/v1/cases/{story.report_id}/clocks",
        params={"as_of": "2027-01-01T00:00:00Z"},
        headers=sign(Role.NATIONAL_ADMIN),
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "as_of")


async def test_a_running_clock_tells_what_is_left_in_both_languages(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.NATIONAL_ADMIN))
    response = next(one for one in answer.json()["clocks"] if one["clock"] == "first-response")
    assert "Tersisa 5 hari kerja." in response["sentence"]
    assert "5 working days left." in response["sentence_en"]


async def test_the_facts_of_every_case_lead_to_what_is_on_record(client, sign, story) -> None:
    answer = (await client.get("/v1/clocks/replay", headers=sign(Role.OPERATOR))).json()
    assert answer == {"checked": 1, "differences": [], "next": None}


async def test_a_replay_goes_on_where_the_page_before_ended(client, sign, sla) -> None:
    for number in range(3):
        await Story(UUID(int=number + 1)).add(c.ReportSubmitted, MONDAY).deliver(sla)
    first = (await client.get("/v1/clocks/replay?limit=2", headers=sign(Role.OPERATOR))).json()
    rest = (
        await client.get(f"/v1/clocks/replay?limit=2&after={first['next']}", headers=sign(Role.OPERATOR))
    ).json()
    assert (first["checked"], rest["checked"], rest["next"]) == (2, 1, None)
