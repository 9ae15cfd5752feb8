"""Decisions that are refused, one or many at once: unknown cases, bad input, and what does not fit."""

from uuid import uuid4

import pytest

from shared.security.tokens import Role
from tests.integration.verification.deciding import (
    ARCHIVING,
    DECISIONS,
    PROBLEM,
    SURABAYA,
    VERIFICATION,
    decide,
)
from tests.integration.verification.lives import supplemented
from tests.support.problems import problem, wrong_field


@pytest.mark.parametrize(
    ("what", "allowed"), [("closure", "Terdisposisi"), ("clarification", "Belum terverifikasi")]
)
async def test_a_decision_that_does_not_fit_names_the_statuses_it_fits_and_changes_nothing(
    desk, admin, what, allowed
):
    report_id = await desk.file()
    await decide(admin, report_id, "archiving")
    before = await desk.said()
    response = await decide(admin, report_id, what)
    told = response.json()
    assert problem(response) == (409, "transition-refused")
    assert "Diarsipkan" in told["detail"] and allowed in told["detail"]
    assert "archived" in told["detail_en"]
    assert await desk.said() == before


@pytest.mark.parametrize("what", DECISIONS)
async def test_an_unknown_case_is_not_found_and_leaves_no_row(desk, admin, what):
    target = await desk.file()
    changes = {"into": str(target)} if what == "merging" else {}
    response = await decide(admin, uuid4(), what, **changes)
    assert (response.status_code, response.headers["content-type"]) == (404, PROBLEM)
    assert len(await desk.rows("SELECT 1 FROM cases")) == 1


async def test_a_case_of_which_only_later_facts_are_known_is_not_found(desk, admin, clock):
    report_id = uuid4()
    await desk.hear(supplemented(report_id, clock.now()))
    assert (await decide(admin, report_id, "verification")).status_code == 404
    assert (await admin.get(f"/v1/cases/{report_id}")).status_code == 404


@pytest.mark.parametrize(
    ("what", "changes", "field"),
    [
        ("verification", {"classification": "gossip"}, "classification"),
        ("verification", {"category": None}, "category"),
        ("verification", {"region": "Surabaya"}, "region"),
        ("verification", {"agencies": ["35..dishub"]}, "agencies.0"),
        ("verification", {"agencies": ["a"] * 11}, "agencies"),
        ("verification", {"title": "a\u0000bcdef"}, "title"),
        ("verification", {"status": "closed"}, "status"),
        ("clarification", {"question": "Apa?"}, "question"),
        ("clarification", {"question": " " * 40}, "question"),
        ("clarification", {"question": "Di mana\u0000 tepatnya?"}, "question"),
        ("archiving", {"reason": "tidak suka"}, "reason"),
        ("archiving", {"explanation": "x" * 1001}, "explanation"),
        ("merging", {"into": "kasus lain"}, "into"),
        ("closure", {"version": "dua"}, "version"),
    ],
)
async def test_bad_input_is_refused_by_field_in_both_languages(desk, admin, what, changes, field):
    report_id = await desk.file()
    response = await decide(admin, report_id, what, **changes)
    assert (response.status_code, response.headers["content-type"]) == (422, PROBLEM)
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert all(error["message"] and error["message_en"] for error in response.json()["errors"])
    assert (await desk.row(report_id)).version == 1


async def test_an_id_that_is_none_is_refused_by_field(admin):
    response = await admin.get("/v1/cases/42")
    assert wrong_field(response) == (422, "report_id")


async def test_of_many_decisions_each_is_done_or_refused_by_itself(desk, admin):
    ids = [str(await desk.file()) for _ in range(3)]
    answer = await admin.post(
        "/v1/cases/decisions",
        json={
            "decisions": [
                {"report_id": ids[0], **ARCHIVING},
                {"report_id": ids[0], **ARCHIVING},
                {"report_id": ids[1], "decision": "verification", **VERIFICATION, "version": 7},
                {"report_id": ids[1], "decision": "archiving", "reason": "tidak suka"},
                {"report_id": ids[2], "decision": "burning"},
                {"report_id": str(uuid4()), **ARCHIVING},
                {"report_id": "x", **ARCHIVING},
                {"report_id": ids[2], "decision": "verification", **VERIFICATION},
            ]
        },
    )
    done = answer.json()
    assert [one["status"] for one in done["outcomes"]] == [200, 409, 409, 422, 422, 404, 422, 200]
    assert (done["done"], done["refused"]) == (2, 6)
    assert done["outcomes"][3]["problem"]["errors"][0]["field"] == "reason"
    assert [(await desk.row(one)).status for one in ids] == ["archived", "received", "forwarded"]


@pytest.mark.parametrize("count", [0, 101])
async def test_too_many_decisions_at_once_are_refused_as_a_whole(admin, count):
    refused = await admin.post("/v1/cases/decisions", json={"decisions": [ARCHIVING] * count})
    assert wrong_field(refused) == (422, "decisions")


async def test_a_coordinator_takes_no_national_decision_in_bulk_either(desk, open_client):
    report_id = await desk.file(place=SURABAYA)
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    answer = await coordinator.post(
        "/v1/cases/decisions", json={"decisions": [{"report_id": str(report_id), **ARCHIVING}]}
    )
    assert [one["status"] for one in answer.json()["outcomes"]] == [403]
