"""Rules over HTTP: new versions with author and reason, why a case goes where it goes, and replays."""

from uuid import uuid4

import pytest

from shared.security.tokens import Role
from tests.unit.routing.stories import verified

ROADS = {"category": "Jalan rusak", "classification": "non_supervision", "region": "35.78"}
CHANGE = {
    "id": "surabaya-jalan",
    "categories": ["jalan-rusak"],
    "region": "35.78",
    "candidates": ["kl.kemenpu"],
    "reason": "Dinas ini sedang direorganisasi.",
}


pytestmark = pytest.mark.usefixtures("restored")


@pytest.fixture
def admin(sign):
    return sign(Role.NATIONAL_ADMIN)


async def dry_run(client, admin, **case) -> dict:
    answer = await client.post("/v1/rules/dry-run", headers=admin, json=ROADS | case)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_new_version_wins_from_its_first_day_and_names_its_author(client, admin):
    answer = await client.post("/v1/rules", headers=admin, json=CHANGE)
    assert (answer.status_code, answer.json()["rule"]["version"]) == (201, 2)
    assert answer.json()["rule"]["author"] == "national_admin-1"
    assert (await dry_run(client, admin))["agency"] == "kl.kemenpu"
    versions = (await client.get("/v1/rules/surabaya-jalan", headers=admin)).json()["versions"]
    assert [version["version"] for version in versions] == [1, 2]


async def test_a_version_of_the_future_waits_for_its_day(client, admin, clock):
    await client.post("/v1/rules", headers=admin, json=CHANGE | {"valid_from": "2031-01-01"})
    agencies = [(await dry_run(client, admin, on=day))["agency"] for day in ("2030-12-31", "2031-01-01")]
    assert agencies == ["35.3578.dpubm", "kl.kemenpu"]


async def test_a_withdrawn_rule_leaves_the_case_to_the_next_one(client, admin):
    body = {"id": "surabaya-jalan", "withdrawn": True, "reason": "Digabung dengan aturan nasional."}
    assert (await client.post("/v1/rules", headers=admin, json=body)).status_code == 201
    assert (await dry_run(client, admin))["rule"] == "jalan"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"candidates": ["kl.tidak-ada"]}, "candidates"),
        ({"candidates": []}, "candidates"),
        ({"candidates": ["@kota.dishub"]}, "candidates.0"),
        ({"region": "Surabaya"}, "region"),
        ({"keywords": ["??"]}, "keywords"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"reason": "  "}, "reason"),
        ({"id": "Aturan Baru"}, "id"),
        ({"who": "me"}, "who"),
    ],
)
async def test_a_rule_that_leads_nowhere_is_refused_by_field(client, admin, change, field):
    answer = await client.post("/v1/rules", headers=admin, json=CHANGE | change)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_a_change_of_what_somebody_else_has_changed_is_refused(client, admin):
    await client.post("/v1/rules", headers=admin, json=CHANGE)
    answer = await client.post("/v1/rules", headers=admin, json=CHANGE | {"version": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:stale-version")


async def test_only_the_national_administrator_changes_rules(client, sign):
    for role in (Role.COORDINATOR, Role.SUPERVISOR):
        answer = await client.post("/v1/rules", headers=sign(role, "35.3578"), json=CHANGE)
        assert answer.status_code == 403


async def test_a_new_rule_that_conflicts_is_recorded_and_says_so(client, admin):
    twin = CHANGE | {"id": "surabaya-jalan-2", "categories": ["jalan"]}
    findings = (await client.post("/v1/rules", headers=admin, json=twin)).json()["findings"]
    assert {(one["doubt"], one["other"]) for one in findings} == {
        ("conflict", "surabaya-jalan"),
        ("unreachable", None),
    }


async def test_the_served_rules_are_told_what_is_doubtful(client, admin):
    await client.post("/v1/rules", headers=admin, json=CHANGE | {"id": "surabaya-zzz"})
    findings = (await client.get("/v1/rules/findings", headers=admin)).json()["findings"]
    assert ("conflict", "surabaya-zzz") in {(one["doubt"], one["rule"]) for one in findings}


async def test_a_dry_run_explains_who_lost_to_what(client, admin):
    outcome = await dry_run(client, admin, classification="supervision")
    assert [(one["rule"], one["won"]) for one in outcome["ranked"]] == [
        ("surabaya-jalan", True),
        ("jalan", False),
        ("surabaya-pengawasan", False),
    ]
    assert "place" in outcome["ranked"][1]["why_en"]
    assert "category" in outcome["ranked"][2]["why_en"]


async def test_a_dry_run_tells_what_nearly_fitted(client, admin):
    near = (await dry_run(client, admin))["near"]
    assert ("jalan-tol-disebut", "keywords") in {(miss["rule"], miss["condition"]) for miss in near}


async def replay(client, admin, *rules, **more) -> dict:
    answer = await client.post("/v1/rules/replay", headers=admin, json={"rules": list(rules)} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


RULE = {key: value for key, value in CHANGE.items() if key != "reason"}


async def test_a_replay_tells_where_recorded_cases_would_have_gone(client, admin, routing):
    first = verified(report_id=uuid4())
    await routing.hear(
        first, verified(report_id=uuid4(), region="32.73"), verified(report_id=uuid4(), agencies=("35",))
    )
    page = await replay(client, admin, RULE)
    assert (page["cases"], page["by_officers"], page["moved"], page["next"]) == (3, 1, 1, None)
    (move,) = page["moves"]
    assert (move["before"], move["after"], move["examples"]) == (
        "35.3578.dpubm",
        "kl.kemenpu",
        [str(first.report_id)],
    )


async def test_a_replay_comes_in_pages_that_hold_each_case_once(client, admin, routing):
    for _ in range(5):
        await routing.hear(verified(report_id=uuid4()))
    seen, more = [], {}
    while True:
        page = await replay(client, admin, RULE, limit=2, **more)
        seen.append(page["moved"])
        if page["next"] is None:
            break
        more = {"after": page["next"], "until": page["until"]}
    assert seen == [2, 2, 1]


async def test_a_replay_changes_nothing(client, admin, routing):
    await routing.hear(verified())
    before = len(await routing.said())
    await replay(client, admin, RULE)
    assert (len(await routing.said()), (await dry_run(client, admin))["agency"]) == (before, "35.3578.dpubm")
