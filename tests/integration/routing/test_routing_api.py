"""What officers see and do over HTTP, and what stays hidden from whom."""

from uuid import uuid4

import pytest

from shared.contracts import CaseStatus
from shared.security.tokens import Role
from tests.unit.routing.stories import ANSWER, DONE, HOUR, MONDAY, WHY_NOT, attached, status, verified

CITY, UNIT = "35.3578", "35.3578.dpubm"


@pytest.fixture
def liaison(sign):
    return sign(Role.LIAISON, UNIT)


@pytest.fixture
def coordinator(sign):
    return sign(Role.COORDINATOR, CITY)


@pytest.fixture
def stranger(sign):
    return sign(Role.LIAISON, "35.3578.dishub")


@pytest.fixture
def admin(sign):
    return sign(Role.NATIONAL_ADMIN)


@pytest.fixture
async def leg(routing) -> str:
    """A disposition at the unit for roads, as an address."""
    await routing.hear(verified())
    (row,) = await routing.legs()
    return f"/v1/dispositions/{row.leg_id}"


async def listed(client, headers, **query) -> list[str]:
    answer = await client.get("/v1/dispositions", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return [line["agency"] for line in answer.json()["dispositions"]]


async def test_an_officer_sees_the_dispositions_of_the_agency_and_those_below(client, routing, sign):
    await routing.hear(verified(agencies=(UNIT, CITY, "35", "33.3374", "kl.kemensos")))
    seen = {code: sorted(await listed(client, sign(Role.LIAISON, code))) for code in (UNIT, CITY, "35", "3")}
    assert seen == {UNIT: [UNIT], CITY: [CITY, UNIT], "35": ["35", CITY, UNIT], "3": []}


@pytest.mark.parametrize("role", [Role.NATIONAL_ADMIN, Role.SUPERVISOR])
async def test_national_officers_see_all(client, routing, sign, role):
    await routing.hear(verified(agencies=(UNIT, "kl.kemensos")))
    assert len(await listed(client, sign(role))) == 2


async def test_a_supervisor_of_a_province_sees_the_province(client, routing, sign):
    await routing.hear(verified(agencies=(UNIT, "kl.kemensos")))
    assert await listed(client, sign(Role.SUPERVISOR, "35")) == [UNIT]


async def test_the_list_is_filtered_and_paged(client, routing, admin):
    await routing.hear(verified(agencies=(UNIT, CITY, "kl.kemensos")))
    assert await listed(client, admin, agency="kl") == ["kl.kemensos"]
    assert await listed(client, admin, state="answered") == []
    seen, marker = [], None
    for _ in range(4):
        query = {"limit": 1} | ({"after": marker} if marker else {})
        page = (await client.get("/v1/dispositions", headers=admin, params=query)).json()
        seen += [line["leg_id"] for line in page["dispositions"]]
        marker = page["next"]
    assert len(seen) == len(set(seen)) == 3


async def test_a_page_marker_of_nobody_is_a_problem(client, admin):
    answer = await client.get("/v1/dispositions?after=nonsense", headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
async def test_a_page_marker_from_beyond_the_edge_of_time_is_a_problem(client, admin, edge):
    answer = await client.get("/v1/dispositions", headers=admin, params={"after": f"{edge}_{uuid4()}"})
    assert answer.status_code == 422


async def test_an_operator_sees_no_disposition(client, sign):
    assert (await client.get("/v1/dispositions", headers=sign(Role.OPERATOR))).status_code == 403


async def test_nobody_sees_anything_without_a_token(client, leg):
    assert [(await client.get(path)).status_code for path in ("/v1/dispositions", leg, "/v1/rules")] == [
        401
    ] * 3


async def test_a_disposition_shows_the_report_and_its_history(client, leg, liaison):
    await client.post(f"{leg}/responses", headers=liaison, json={"text": ANSWER})
    shown = (await client.get(leg, headers=liaison)).json()
    assert (shown["text"], shown["state"], shown["why"]) == (
        "Jalan Kenanga berlubang sejak Mei.",
        "answered",
        "aturan surabaya-jalan",
    )
    assert [(step["type"], step.get("text")) for step in shown["history"]] == [
        ("disposition.created", None),
        ("disposition.responded", ANSWER),
    ]


async def test_a_foreign_disposition_and_an_unknown_one_cannot_be_told_apart(client, leg, stranger):
    unknown = f"/v1/dispositions/{uuid4()}"
    answers = [await client.get(path, headers=stranger) for path in (leg, unknown)]
    answers += [await client.post(f"{path}/acknowledgement", headers=stranger) for path in (leg, unknown)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


@pytest.mark.parametrize("who", ["liaison", "coordinator"])
async def test_the_agency_and_its_parent_act(client, leg, request, who):
    answer = await client.post(f"{leg}/acknowledgement", headers=request.getfixturevalue(who))
    assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (200, "acknowledged", 2)


async def test_a_province_watches_and_does_not_act(client, leg, sign):
    province = sign(Role.COORDINATOR, "35")
    assert (await client.get(leg, headers=province)).status_code == 200
    answer = await client.post(f"{leg}/acknowledgement", headers=province)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:lapor:problem:not-your-disposition")


async def test_a_supervisor_changes_nothing(client, leg, sign):
    answer = await client.post(f"{leg}/acknowledgement", headers=sign(Role.SUPERVISOR))
    assert answer.status_code == 403


async def test_http_says_the_same_facts_as_the_broker(client, leg, liaison, routing):
    await client.post(f"{leg}/acknowledgement", headers=liaison)
    await client.post(f"{leg}/responses", headers=liaison, json={"text": ANSWER})
    await client.post(f"{leg}/completion", headers=liaison, json=DONE)
    assert [fact.type.partition(".")[2] for fact in await routing.said()] == [
        "created",
        "acknowledged",
        "responded",
        "completed",
    ]


async def test_a_return_tells_where_it_went(client, leg, liaison):
    answer = await client.post(f"{leg}/return", headers=liaison, json={"reason": WHY_NOT})
    assert answer.json()["state"] == "returned"
    assert (answer.json()["next"]["agency"], answer.json()["next"]["hop"]) == (CITY, 2)


async def test_a_delegation_shows_the_disposition_to_the_unit(client, routing, sign, coordinator):
    await routing.hear(verified(agencies=(CITY,)))
    (row,) = await routing.legs()
    unit = sign(Role.LIAISON, "35.3578.dishub")
    assert await listed(client, unit) == []
    answer = await client.post(
        f"/v1/dispositions/{row.leg_id}/delegation", headers=coordinator, json={"unit": "dishub"}
    )
    assert answer.json()["state"] == "delegated"
    assert await listed(client, unit) == [CITY]


async def test_an_unknown_unit_is_a_problem_of_that_field(client, leg, liaison):
    answer = await client.post(f"{leg}/delegation", headers=liaison, json={"unit": "gudang"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "unit")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("responses", {"text": "Sudah."}, "text"),
        ("responses", {}, "text"),
        ("completion", {"text": "   " * 30}, "text"),
        ("return", {"reason": "Bukan."}, "reason"),
        ("return", {"reason": WHY_NOT, "suggested_agency": "Kota Surabaya"}, "suggested_agency"),
        ("acknowledgement", {"who": "me"}, "who"),
    ],
)
async def test_a_wrong_field_is_named_in_two_languages(client, leg, liaison, path, body, field):
    answer = await client.post(f"{leg}/{path}", headers=liaison, json=body)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["field"]) == (422, field)
    assert error["message"] != error["message_en"]


async def test_what_the_state_forbids_is_refused_with_what_would_be_allowed(client, leg, liaison):
    await client.post(f"{leg}/completion", headers=liaison, json=DONE)
    answer = await client.post(f"{leg}/return", headers=liaison, json={"reason": WHY_NOT})
    assert answer.status_code == 409
    assert "Tuntas" in answer.json()["detail"]


async def test_a_command_on_an_old_version_is_refused(client, leg, liaison):
    await client.post(f"{leg}/acknowledgement", headers=liaison)
    answer = await client.post(f"{leg}/completion", headers=liaison, json={**DONE, "version": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:stale-version")


async def test_the_end_of_the_case_closes_the_disposition(client, leg, liaison, routing):
    await routing.hear(status(CaseStatus.CLOSED, 9, MONDAY + HOUR))
    answer = await client.post(f"{leg}/acknowledgement", headers=liaison)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:case-ended")


async def test_the_national_administrator_redirects(client, leg, admin):
    answer = await client.post(f"{leg}/redirection", headers=admin, json={"agency": "kl.kemenpu"})
    assert (answer.json()["state"], answer.json()["next"]["agency"]) == ("redirected", "kl.kemenpu")


async def test_an_agency_does_not_redirect(client, leg, coordinator):
    answer = await client.post(f"{leg}/redirection", headers=coordinator, json={"agency": "kl.kemenpu"})
    assert answer.status_code == 403


async def test_the_national_administrator_answers_for_the_national_desk_alone(client, routing, admin):
    await routing.hear(verified(agencies=("nasional", CITY)))
    codes = {row.agency: row.leg_id for row in await routing.legs()}
    answers = [
        (await client.post(f"/v1/dispositions/{codes[code]}/acknowledgement", headers=admin)).status_code
        for code in ("nasional", CITY)
    ]
    assert answers == [200, 403]


async def test_agencies_are_public_without_their_desks(client):
    agencies = (await client.get("/v1/agencies?under=35.3578")).json()["agencies"]
    codes = [agency["code"] for agency in agencies]
    assert (codes[0], "35.3578.dishub" in codes) == ("35.3578", True)
    assert "desk_email" not in agencies[0]


async def test_agencies_of_a_day_leave_out_those_that_have_ended(client):
    agencies = (await client.get("/v1/agencies?on=2026-07-06")).json()["agencies"]
    assert "kl.kemendikbudristek" not in {agency["code"] for agency in agencies}


async def test_rules_are_for_administrators(client, admin, liaison):
    assert len((await client.get("/v1/rules", headers=admin)).json()["rules"]) > 20
    assert (await client.get("/v1/rules", headers=liaison)).status_code == 403


async def test_a_dry_run_tells_which_rule_won_and_changes_nothing(client, admin, routing):
    case = {"category": "Jalan rusak", "classification": "non_supervision", "region": "35.78.01"}
    outcome = (await client.post("/v1/rules/dry-run", headers=admin, json=case)).json()
    assert (outcome["agency"], outcome["rule"], outcome["why_en"]) == (
        UNIT,
        "surabaya-jalan",
        "rule surabaya-jalan",
    )
    assert await routing.legs() == []


async def test_a_completion_without_substance_is_refused_with_every_field(client, leg, liaison, routing):
    answer = await client.post(f"{leg}/completion", headers=liaison, json={"text": "Sudah ditindaklanjuti."})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["text", "evidence"]
    assert [row.state for row in await routing.legs()] == ["created"]


async def test_a_completion_tells_the_evidence_that_it_names(client, leg, liaison, routing):
    file = attached((await routing.legs())[0].leg_id)
    await routing.hear(file)
    named = {"text": ANSWER, "evidence": [str(file.evidence.evidence_id)]}
    assert (await client.post(f"{leg}/completion", headers=liaison, json=named)).status_code == 200
    assert (await routing.said())[-1].evidence == (file.evidence,)
    history = (await client.get(leg, headers=liaison)).json()["history"]
    assert [one["evidence_id"] for one in history[-1]["evidence"]] == named["evidence"]
