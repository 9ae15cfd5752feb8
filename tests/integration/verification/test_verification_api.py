"""What officers can do over HTTP: who may, what is refused and how, and what is said when they decide."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared import contracts as c
from shared.security.tokens import Officer, Role, issue
from tests.integration.verification.conftest import VERIFICATION

DECISIONS = {
    "verification": VERIFICATION,
    "clarification": {"question": "Di jalan mana tepatnya?"},
    "archiving": {"reason": "spam_or_test", "explanation": "Ini hanya percobaan."},
    "merging": {"into": str(UUID(int=9))},
    "closure": {},
}
PROBLEM = "application/problem+json"


async def decide(client, report_id, what, **changes):
    return await client.post(f"/v1/cases/{report_id}/{what}", json={**DECISIONS[what], **changes})


# who may


@pytest.mark.parametrize("what", DECISIONS)
async def test_nobody_decides_without_a_token(open_client, desk, what):
    response = await decide(open_client(), await desk.file(), what)
    assert (response.status_code, response.headers["content-type"]) == (401, PROBLEM)
    assert response.headers["www-authenticate"].startswith("Bearer")


BOTH_LEVELS = {"verification", "clarification"}


@pytest.mark.parametrize(
    ("what", "role"),
    [
        (what, role)
        for what in DECISIONS
        for role in Role
        if role is not Role.NATIONAL_ADMIN and not (role is Role.COORDINATOR and what in BOTH_LEVELS)
    ],
)
async def test_nobody_decides_what_is_not_their_roles(open_client, desk, what, role):
    report_id = await desk.file(place=c.Place(region="35.78"))
    response = await decide(open_client(role, "35.3578"), report_id, what)
    assert (response.status_code, response.json()["type"]) == (403, "urn:lapor:problem:role-not-allowed")
    assert (await desk.row(report_id)).version == 1


@pytest.mark.parametrize("path", ["", "/{report_id}"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 401),
        (Role.NATIONAL_ADMIN, 200),
        (Role.SUPERVISOR, 200),
        (Role.COORDINATOR, 200),
        (Role.LIAISON, 403),
        (Role.OPERATOR, 403),
    ],
)
async def test_cases_are_read_by_those_who_verify_and_supervise_only(open_client, desk, path, role, status):
    report_id = await desk.file(place=c.Place(region="35.78"))
    client = open_client(role, "35.3578" if role else None)
    assert (await client.get(f"/v1/cases{path.format(report_id=report_id)}")).status_code == status


async def test_a_token_of_someone_elses_making_is_refused(open_client, desk):
    from shared.security.keys import generate_keys

    officer = Officer("intruder", Role.NATIONAL_ADMIN)
    token = issue(generate_keys()["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))
    response = await open_client(Authorization=f"Bearer {token}").get("/v1/cases")
    assert (response.status_code, response.json()["type"]) == (401, "urn:lapor:problem:token-invalid")


async def test_an_expired_token_is_refused_as_such(open_client, keys):
    officer = Officer("late", Role.NATIONAL_ADMIN)
    token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=-5))
    response = await open_client(Authorization=f"Bearer {token}").get("/v1/cases")
    assert (response.status_code, response.json()["type"]) == (401, "urn:lapor:problem:token-expired")


# deciding


async def test_verifying_sends_the_case_out_and_says_so_with_one_version(desk, admin):
    report_id = await desk.file()
    response = await decide(admin, report_id, "verification", agencies=["35.3578.dishub"], secret=True)
    assert response.json() == {"report_id": str(report_id), "status": "forwarded", "version": 2}
    verified, changed = (await desk.said())[-2:]
    assert (verified.type, verified.agencies, verified.secret) == ("case.verified", ("35.3578.dishub",), True)
    assert (changed.type, changed.secret) == ("case.status-changed", True)
    assert (verified.case_version, changed.case_version) == (2, 2)


async def test_a_question_puts_the_case_on_hold_and_reaches_the_reporter(desk, admin):
    report_id = await desk.file()
    assert (await decide(admin, report_id, "clarification")).json()["status"] == "on_hold"
    assert (await desk.said())[-1].message == "Di jalan mana tepatnya?"


async def test_archiving_tells_the_reason(desk, admin):
    report_id = await desk.file()
    assert (await decide(admin, report_id, "archiving")).json()["status"] == "archived"
    archived, changed = (await desk.said())[-2:]
    assert (archived.reason, changed.archive_reason) == (c.ArchiveReason.SPAM_OR_TEST,) * 2
    assert changed.message == "Ini hanya percobaan."


async def test_the_officer_who_decided_is_in_the_history_and_on_no_bus(desk, admin):
    report_id = await desk.file()
    await decide(admin, report_id, "verification")
    history = (await admin.get(f"/v1/cases/{report_id}")).json()["history"]
    assert [step["officer"] for step in history] == [None, "national_admin-1"]
    assert not any("national_admin-1" in fact.model_dump_json() for fact in await desk.said())


async def test_a_decision_at_the_very_moment_of_a_supplement_takes_effect(desk, admin, clock):
    report_id = await desk.file()
    await decide(admin, report_id, "clarification")
    ahead = clock.now() + timedelta(seconds=2)  # another machine's clock
    await desk.hear(c.ReportSupplemented(report_id=report_id, occurred_at=ahead, text="Di Jalan Melati."))
    response = await decide(admin, report_id, "clarification", question="Di depan rumah nomor berapa?")
    assert response.json() == {"report_id": str(report_id), "status": "on_hold", "version": 4}


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
    problem = response.json()
    assert (response.status_code, problem["type"]) == (409, "urn:lapor:problem:transition-refused")
    assert "Diarsipkan" in problem["detail"] and allowed in problem["detail"]
    assert "archived" in problem["detail_en"]
    assert await desk.said() == before


async def test_of_two_decisions_at_once_exactly_one_is_taken(desk, admin):
    report_id = await desk.file()
    responses = await asyncio.gather(
        decide(admin, report_id, "verification"), decide(admin, report_id, "archiving")
    )
    assert sorted(response.status_code for response in responses) == [200, 409]
    [lost] = [response for response in responses if response.status_code == 409]
    assert (lost.headers["content-type"], lost.json()["status"]) == (PROBLEM, 409)
    row = await desk.row(report_id)
    decided = [fact for fact in await desk.said() if fact.type in {"case.verified", "case.archived"}]
    assert (row.version, len(decided)) == (2, 1)


async def test_of_ten_verifications_at_once_exactly_one_is_taken(desk, admin):
    report_id = await desk.file()
    responses = await asyncio.gather(*(decide(admin, report_id, "verification") for _ in range(10)))
    assert sorted(response.status_code for response in responses) == [200, *[409] * 9]


async def test_a_decision_on_an_older_version_is_refused_and_names_the_current_one(desk, admin, clock):
    report_id = await desk.file()
    await decide(admin, report_id, "clarification")
    clock.advance(timedelta(hours=1))
    await desk.hear(
        c.ReportSupplemented(report_id=report_id, occurred_at=clock.now(), text="Di Jalan Melati.")
    )
    response = await decide(admin, report_id, "verification", version=1)
    problem = response.json()
    assert (response.status_code, problem["type"]) == (409, "urn:lapor:problem:stale-version")
    assert "versi 3" in problem["detail"]
    assert (await desk.row(report_id)).status == "received"


async def test_a_decision_on_the_current_version_is_taken(desk, admin):
    assert (await decide(admin, await desk.file(), "verification", version=1)).status_code == 200


@pytest.mark.parametrize("switch", ["anonymous", "secret"])
async def test_no_officer_can_uncover_what_the_reporter_hid(desk, admin, switch):
    report_id = await desk.file(**{switch: True})
    await decide(admin, report_id, "verification", **{switch: False})
    shown = (await admin.get(f"/v1/cases/{report_id}")).json()
    assert shown[switch] is True
    assert getattr(await desk.row(report_id), switch) is True
    assert all(getattr(fact, switch) for fact in (await desk.said())[-2:])


@pytest.mark.parametrize("what", DECISIONS)
async def test_an_unknown_case_is_not_found_and_leaves_no_row(desk, admin, what):
    target = await desk.file()
    changes = {"into": str(target)} if what == "merging" else {}
    response = await decide(admin, uuid4(), what, **changes)
    assert (response.status_code, response.headers["content-type"]) == (404, PROBLEM)
    assert len(await desk.rows("SELECT 1 FROM cases")) == 1


async def test_a_case_of_which_only_later_facts_are_known_is_not_found(desk, admin, clock):
    report_id = uuid4()
    await desk.hear(
        c.ReportSupplemented(report_id=report_id, occurred_at=clock.now(), text="Di Jalan Melati.")
    )
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
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "report_id")


# an appeal


async def appealed(desk, admin, clock):
    """A case that national_admin-1 archived and its reporter appealed."""
    report_id = await desk.file()
    await decide(admin, report_id, "archiving")
    clock.advance(timedelta(hours=1))
    await desk.hear(c.ReportAppealed(report_id=report_id, occurred_at=clock.now(), text="Bukan percobaan."))
    return report_id


async def test_an_appeal_puts_an_archived_case_back_to_received(desk, admin, clock):
    report_id = await appealed(desk, admin, clock)
    changed = (await desk.said())[-1]
    assert (changed.status, changed.previous, changed.case_version) == ("received", "archived", 3)
    assert (await admin.get(f"/v1/cases/{report_id}")).json()["appeal"] == "Bukan percobaan."


@pytest.mark.parametrize("what", ["verification", "clarification", "archiving"])
async def test_the_officer_who_archived_a_case_does_not_decide_its_appeal(desk, admin, clock, what):
    report_id = await appealed(desk, admin, clock)
    response = await decide(admin, report_id, what)
    assert (response.status_code, response.json()["type"]) == (403, "urn:lapor:problem:not-impartial")


async def test_another_officer_decides_the_appeal_and_a_second_archiving_is_final(
    desk, admin, clock, open_client
):
    report_id = await appealed(desk, admin, clock)
    other = open_client(Role.NATIONAL_ADMIN, number=2)
    assert (await decide(other, report_id, "archiving")).json()["status"] == "archived"
    clock.advance(timedelta(hours=1))
    await desk.hear(c.ReportAppealed(report_id=report_id, occurred_at=clock.now(), text="Sekali lagi."))
    assert (await desk.row(report_id)).status == "archived"


# merging


async def test_a_case_joins_another(desk, admin):
    report_id, target = await desk.file(), await desk.file()
    assert (await decide(admin, report_id, "merging", into=str(target))).json()["status"] == "merged"
    assert (await desk.said())[-2].into == target


async def test_a_case_cannot_join_itself(desk, admin):
    report_id = await desk.file()
    response = await decide(admin, report_id, "merging", into=str(report_id))
    assert (response.status_code, response.json()["type"]) == (409, "urn:lapor:problem:merged-into-itself")


async def test_a_case_cannot_join_one_that_does_not_exist(desk, admin):
    report_id = await desk.file()
    response = await decide(admin, report_id, "merging", into=str(uuid4()))
    assert (response.status_code, response.json()["type"]) == (409, "urn:lapor:problem:no-such-target")
    assert len(await desk.rows("SELECT 1 FROM cases")) == 1


async def test_a_case_cannot_join_one_that_ended_without_an_answer(desk, admin):
    report_id, target = await desk.file(), await desk.file()
    await decide(admin, target, "archiving")
    response = await decide(admin, report_id, "merging", into=str(target))
    assert (response.status_code, response.json()["type"]) == (409, "urn:lapor:problem:no-such-target")


async def test_two_cases_cannot_join_each_other_at_the_same_moment(desk, admin):
    one, two = await desk.file(), await desk.file()
    responses = await asyncio.gather(
        decide(admin, one, "merging", into=str(two)), decide(admin, two, "merging", into=str(one))
    )
    assert sorted(response.status_code for response in responses) == [200, 409]
    assert sorted([(await desk.row(one)).status, (await desk.row(two)).status]) == ["merged", "received"]


# listing


async def pages(client, **query) -> list[list[str]]:
    """The tracking ids of every page until there is no next one."""
    found, after = [], None
    while True:
        address = "/v1/cases?" + "&".join(
            f"{k}={v}" for k, v in {**query, **({"after": after} if after else {})}.items()
        )
        body = (await client.get(address)).json()  # the marker goes into the address as it came
        found.append([line["tracking_id"] for line in body["cases"]])
        if (after := body["next"]) is None:
            return found


async def test_cases_are_listed_as_they_are_due_page_by_page_without_loss_or_repetition(desk, admin, clock):
    for n in (4, 0, 3, 1, 2):  # days, some of them no working days
        await desk.file(occurred_at=clock.now() + timedelta(days=n))
    await decide(admin, await desk.file(), "archiving")  # waits for nothing, so it comes last
    first, second, third, rest = await pages(admin, limit=2)
    assert (first, second) == (["K7MQ3XW002", "K7MQ3XW004"], ["K7MQ3XW005", "K7MQ3XW003"])
    assert (third, rest) == (["K7MQ3XW001", "K7MQ3XW006"], [])


async def test_a_list_can_be_narrowed_to_a_status(desk, admin):
    archived, _ = await desk.file(), await desk.file()
    await decide(admin, archived, "archiving")
    assert await pages(admin, status="archived") == [["K7MQ3XW001"]]


async def test_a_case_whose_submission_has_not_arrived_is_not_listed(desk, admin, clock):
    await desk.hear(c.ReportSupplemented(report_id=uuid4(), occurred_at=clock.now(), text="Di Jalan Melati."))
    assert await pages(admin) == [[]]


@pytest.mark.parametrize(
    "after", ["yesterday", "-_2026-07-06T02:00:00_42", f"2026-07-06T02:00:00_-_{UUID(int=1)}"]
)
async def test_a_page_marker_that_is_none_of_ours_is_refused_by_field(admin, after):
    response = await admin.get("/v1/cases", params={"after": after})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "after")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "status=lost", "region=Jawa", "older_than_days=-1"]
)
async def test_a_list_is_not_asked_for_anyhow(admin, query):
    response = await admin.get(f"/v1/cases?{query}")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


# seeing one case


async def test_a_case_is_shown_with_its_text_its_legs_and_its_history(desk, admin):
    report_id = await desk.file(secret=True)
    await decide(admin, report_id, "verification", title="Lampu padam di Melati")
    shown = (await admin.get(f"/v1/cases/{report_id}")).json()
    assert (shown["title"], shown["text"]) == ("Lampu padam di Melati", "Lampu di depan sekolah padam.")
    assert (shown["status"], shown["status_label"]) == ("forwarded", "Terdisposisi")
    assert [(step["before"], step["after"]) for step in shown["history"]] == [
        (None, "received"),
        ("received", "forwarded"),
    ]


async def test_health_needs_no_token(open_client):
    assert (await open_client().get("/health/ready")).status_code == 200


async def test_the_openapi_document_names_every_decision(open_client):
    paths = (await open_client().get("/openapi.json")).json()["paths"]
    assert {f"/v1/cases/{{report_id}}/{what}" for what in DECISIONS} <= paths.keys()
