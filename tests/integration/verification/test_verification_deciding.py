"""Decisions over HTTP: what they make of a case, what the reporter is told, and what stays hidden."""

from datetime import timedelta

import pytest

from shared import contracts as c
from tests.integration.verification.deciding import DECISIONS, NAMED, VERIFICATION, decide
from tests.integration.verification.lives import supplemented
from tests.support.problems import problem, wrong_field


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


async def test_a_decision_at_the_very_moment_of_a_supplement_takes_effect(desk, admin, clock):
    report_id = await desk.file()
    await decide(admin, report_id, "clarification")
    ahead = clock.now() + timedelta(seconds=2)  # another machine's clock
    await desk.hear(supplemented(report_id, ahead))
    response = await decide(admin, report_id, "clarification", question="Di depan rumah nomor berapa?")
    assert response.json() == {"report_id": str(report_id), "status": "on_hold", "version": 4}


@pytest.mark.parametrize("switch", ["anonymous", "secret"])
async def test_no_officer_can_uncover_what_the_reporter_hid(desk, admin, switch):
    report_id = await desk.file(**{switch: True})
    await decide(admin, report_id, "verification", **{switch: False})
    shown = (await admin.get(f"/v1/cases/{report_id}")).json()
    assert shown[switch] is True
    assert getattr(await desk.row(report_id), switch) is True
    assert all(getattr(fact, switch) for fact in (await desk.said())[-2:])


async def test_a_report_that_names_people_becomes_secret_and_leaving_it_open_needs_a_reason(desk, admin):
    report_id = await desk.file(text=NAMED)
    address, wish = f"/v1/cases/{report_id}/verification", {**VERIFICATION, "secret": False}
    refused = await admin.post(address, json=wish)
    assert wrong_field(refused) == (422, "secrecy_reason")
    assert "nama orang" in refused.json()["errors"][0]["message"]
    wish["secrecy_reason"] = "Nama pejabat dalam jabatannya."
    assert (await admin.post(address, json=wish)).status_code == 200
    shown = (await admin.get(f"/v1/cases/{report_id}")).json()
    assert (shown["secret"], shown["history"][-1]["note"]) == (False, "Nama pejabat dalam jabatannya.")
    assert "Nama pejabat" not in "".join(fact.model_dump_json() for fact in await desk.said())


async def test_silence_makes_a_report_that_names_people_secret(desk, admin):
    report_id = await desk.file(text=NAMED)
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    row = await desk.row(report_id)
    assert (row.secret, row.sensitive) == (True, False)


async def test_a_question_of_the_catalogue_reaches_the_reporter_in_both_languages(desk, admin):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/clarification", json={"question_id": "time"})
    message = (await desk.said())[-1].message
    assert "Kapan kejadian ini" in message and "When did this happen" in message


async def test_a_reason_alone_tells_the_reporter_what_the_catalogue_says(desk, admin):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/archiving", json={"reason": "in_court"})
    assert "pengadilan" in (await desk.said())[-1].message


@pytest.mark.parametrize("body", [{}, {"question_id": "weather"}])
async def test_a_question_that_is_in_no_catalogue_is_refused(desk, admin, body):
    assert problem(await admin.post(f"/v1/cases/{await desk.file()}/clarification", json=body))[0] == 422


async def test_the_catalogue_is_there_to_choose_from(admin):
    catalogue = (await admin.get("/v1/cases/catalogue")).json()
    assert {one["id"] for one in catalogue["reasons"]} == set(c.ArchiveReason)
    assert all(one["text"] and one["text_en"] for one in catalogue["questions"])


async def test_the_openapi_document_names_every_decision(open_client):
    paths = (await open_client().get("/openapi.json")).json()["paths"]
    assert {f"/v1/cases/{{report_id}}/{what}" for what in DECISIONS} <= paths.keys()
