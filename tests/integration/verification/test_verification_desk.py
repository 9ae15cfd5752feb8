"""The triage desk on a real database: the queue and its filters, claims, bulk, versions, scopes, readings."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy.exc

from shared import contracts as c
from shared.security.tokens import Role
from tests.integration.verification.conftest import VERIFICATION
from tests.integration.verification.test_verification_facts import legs_life

SURABAYA = c.Place(region="35.78")
NAMED = "Pak Bambang Sutrisno meminta uang untuk mengurus KTP."
ARCHIVING = {"decision": "archiving", "reason": "spam_or_test"}


async def listed(client, **query) -> list[str]:
    answer = await client.get("/v1/cases", params=query)
    assert answer.status_code == 200, answer.text
    return [line["tracking_id"] for line in answer.json()["cases"]]


def kind(response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("urn:lapor:problem:")


@pytest.fixture
def other(open_client):
    """A second national administrator."""
    return open_client(Role.NATIONAL_ADMIN, number=2)


# the queue


@pytest.fixture
async def mixed(desk, clock):
    """Three cases that differ in everything one can ask for."""
    at = clock.now() - timedelta(days=10)
    await desk.file(category="jalan", place=c.Place(region="35.78.01"), channel="sms", occurred_at=at)
    await desk.file(category="jalan", place=c.Place(region="35.15"))
    await desk.file(category="air", place=c.Place(region="35.7"))
    return [f"K7MQ3XW00{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"category": "jalan"}, [1, 2]),
        ({"region": "35.78"}, [1]),
        ({"region": "35"}, [1, 2, 3]),
        ({"region": "35.78.02"}, []),
        ({"channel": "sms"}, [1]),
        ({"older_than_days": 5}, [1]),
        ({"category": "jalan", "region": "35.15", "status": "received"}, [2]),
        ({"agency": "35.3578"}, []),
    ],
    ids=str,
)
async def test_the_queue_is_narrowed_to_what_is_asked_for(admin, mixed, query, found):
    assert await listed(admin, **query) == [mixed[n - 1] for n in found]


async def test_a_case_is_found_by_its_agency_and_by_all_above_it(desk, admin, clock):
    report_id = await desk.file()
    await desk.hear(*legs_life(report_id, clock.now())[:2])
    for agency, found in (("35.3578.dishub", 1), ("35", 1), ("35.3578.dinkes", 0)):
        assert len(await listed(admin, agency=agency)) == found


async def test_a_line_tells_when_the_case_is_due_and_how_many_working_days_are_left(desk, admin, clock):
    await desk.file()
    clock.advance(timedelta(days=1))
    [line] = (await admin.get("/v1/cases")).json()["cases"]
    assert (line["due_at"], line["working_days_left"]) == ("2026-07-09T16:59:59.999999Z", 2)


@pytest.mark.parametrize(
    ("clock_kind", "due", "entries"),
    [("verification", "2026-07-10T16:59:59Z", 2), ("settlement", "2026-07-09T16:59:59.999999Z", 1)],
)
async def test_a_deadline_that_the_law_moved_is_moved_in_the_queue(desk, admin, clock_kind, due, entries):
    report_id = await desk.file()
    at = desk.database.clock.now()
    later = datetime(2026, 7, 10, 16, 59, 59, tzinfo=UTC)
    moved = c.MovedDeadline(clock=clock_kind, zone="WIB", before=at, after=later)
    why = {"amendment": "a-1", "cause": "cuti bersama", "cause_en": "joint leave", "legal_source": "SKB"}
    await desk.hear(c.DeadlinesAmended(report_id=report_id, occurred_at=at, moved=(moved,), **why))
    [line] = (await admin.get("/v1/cases")).json()["cases"]
    assert (line["due_at"], (await desk.row(report_id)).chain_length) == (due, entries)


async def test_a_secret_case_shows_no_title_in_the_queue(desk, admin):
    await desk.file(secret=True)
    await desk.file(text=NAMED)
    lines = (await admin.get("/v1/cases")).json()["cases"]
    assert [(line["title"], line["secret_proposed"]) for line in lines] == [(None, False), (None, True)]


# claims


async def test_a_claimed_case_is_not_decided_by_another_who_is_told_until_when_and_not_by_whom(
    desk, admin, other
):
    report_id = await desk.file()
    claim = (await admin.post(f"/v1/cases/{report_id}/claim")).json()
    assert claim["claimed_until"] == "2026-07-06T02:15:00Z"
    refused = await other.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert kind(refused) == (409, "claimed")
    assert "09.15 WIB" in refused.json()["detail"]
    assert "national_admin-1" not in refused.text
    assert kind(await other.post(f"/v1/cases/{report_id}/claim")) == (409, "claimed")


async def test_of_two_claims_at_once_one_is_taken(desk, admin, other):
    report_id = await desk.file()
    answers = await asyncio.gather(*(each.post(f"/v1/cases/{report_id}/claim") for each in (admin, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_claim_runs_out(desk, admin, other, clock):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    clock.advance(timedelta(minutes=15))
    assert (await other.post(f"/v1/cases/{report_id}/claim")).status_code == 200


async def test_a_claim_is_let_go_by_its_officer_alone(desk, admin, other):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    assert kind(await other.delete(f"/v1/cases/{report_id}/claim")) == (409, "claimed")
    assert (await admin.delete(f"/v1/cases/{report_id}/claim")).status_code == 204
    assert (await other.post(f"/v1/cases/{report_id}/claim")).status_code == 200


async def test_a_decision_ends_the_claim_and_a_fact_of_others_does_not(desk, admin, clock):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    await desk.hear(c.ReportSupplemented(report_id=report_id, occurred_at=clock.now(), text="Di Melati."))
    assert (await desk.row(report_id)).claimed_by == "national_admin-1"
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert (await desk.row(report_id)).claimed_by is None


async def test_what_others_have_claimed_can_be_left_out_of_the_queue(desk, admin, other):
    report_id, _ = await desk.file(), await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    assert await listed(other, free=True) == ["K7MQ3XW002"]
    assert len(await listed(admin, free=True)) == 2


async def test_a_case_that_waits_for_no_decision_is_not_claimed(desk, admin):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert kind(await admin.post(f"/v1/cases/{report_id}/claim")) == (409, "nothing-to-decide")


# versions


async def test_a_decision_on_a_version_that_has_changed_is_told_what_is_possible_now(desk, admin):
    report_id = await desk.file()
    tag = (await admin.get(f"/v1/cases/{report_id}")).headers["ETag"]
    await admin.post(f"/v1/cases/{report_id}/clarification", json={"question_id": "place"})
    address, headers = f"/v1/cases/{report_id}/verification", {"If-Match": tag}
    refused = await admin.post(address, json=VERIFICATION, headers=headers)
    assert kind(refused) == (409, "stale-version")
    assert "verifikasi, arsipkan, gabungkan" in refused.json()["detail"]
    assert (await admin.post(address, json=VERIFICATION, headers={"If-Match": '"2"'})).status_code == 200


@pytest.mark.parametrize(("tag", "field"), [("x", "If-Match"), ('"2"', "version")])
async def test_a_version_is_told_in_one_way(desk, admin, tag, field):
    address = f"/v1/cases/{await desk.file()}/verification"
    refused = await admin.post(address, json={**VERIFICATION, "version": 1}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


# the catalogue


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
    assert kind(await admin.post(f"/v1/cases/{await desk.file()}/clarification", json=body))[0] == 422


async def test_the_catalogue_is_there_to_choose_from(admin):
    catalogue = (await admin.get("/v1/cases/catalogue")).json()
    assert {one["id"] for one in catalogue["reasons"]} == set(c.ArchiveReason)
    assert all(one["text"] and one["text_en"] for one in catalogue["questions"])


# in bulk


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
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "decisions")


async def test_a_coordinator_takes_no_national_decision_in_bulk_either(desk, open_client):
    report_id = await desk.file(place=SURABAYA)
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    answer = await coordinator.post(
        "/v1/cases/decisions", json={"decisions": [{"report_id": str(report_id), **ARCHIVING}]}
    )
    assert [one["status"] for one in answer.json()["outcomes"]] == [403]


# two levels


@pytest.mark.parametrize(
    ("filed", "seen"),
    [
        ({"place": SURABAYA}, True),
        ({"place": c.Place(region="35.78.01.1001")}, True),
        ({"place": c.Place(region="35.15")}, False),
        ({}, False),
        ({"place": SURABAYA, "secret": True}, False),
        ({"place": SURABAYA, "text": NAMED}, False),
        ({"place": SURABAYA, "classification": "supervision"}, False),
    ],
    ids=["there", "below", "elsewhere", "nowhere", "secret", "names people", "about abuse"],
)
async def test_a_coordinator_sees_and_decides_what_waits_in_its_region(desk, open_client, filed, seen):
    report_id = await desk.file(**filed)
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    assert (await listed(coordinator) != []) is seen
    assert (await coordinator.get(f"/v1/cases/{report_id}")).status_code == (200 if seen else 404)
    address = f"/v1/cases/{report_id}/verification"
    assert (await coordinator.post(address, json=VERIFICATION)).status_code == (200 if seen else 404)
    if seen:
        assert (await desk.said())[-2].agencies == ("35.3578",)


async def test_a_coordinator_sends_nothing_beyond_its_own_government(desk, open_client):
    report_id = await desk.file(place=SURABAYA)
    refused = await open_client(Role.COORDINATOR, "35.3578").post(
        f"/v1/cases/{report_id}/verification", json={**VERIFICATION, "agencies": ["35.3515.dishub"]}
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "agencies")


@pytest.mark.parametrize(
    ("agency", "seen"), [("35.3578.dishub", True), ("35.3578", True), ("35.3578.dinkes", False)]
)
async def test_an_agency_sees_the_cases_that_were_sent_to_it_or_below_it(
    desk, open_client, clock, agency, seen
):
    report_id = await desk.file(secret=True)
    await desk.hear(*legs_life(report_id, clock.now())[:2])
    coordinator = open_client(Role.COORDINATOR, agency)
    assert (await listed(coordinator) != []) is seen
    assert (await coordinator.get(f"/v1/cases/{report_id}")).status_code == (200 if seen else 404)


async def test_a_supervisor_sees_all_in_its_region_also_what_is_secret(desk, open_client):
    await desk.file(place=SURABAYA, secret=True)
    await desk.file(place=c.Place(region="31.71"))
    assert await listed(open_client(Role.SUPERVISOR, "35")) == ["K7MQ3XW001"]
    assert len(await listed(open_client(Role.SUPERVISOR))) == 2


# safe by default


async def test_a_report_that_names_people_becomes_secret_and_leaving_it_open_needs_a_reason(desk, admin):
    report_id = await desk.file(text=NAMED)
    address, wish = f"/v1/cases/{report_id}/verification", {**VERIFICATION, "secret": False}
    refused = await admin.post(address, json=wish)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "secrecy_reason")
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


# who has read


@pytest.mark.parametrize(
    ("filed", "count"),
    [({"secret": True}, 1), ({"text": NAMED}, 1), ({}, 0)],
    ids=["secret", "named", "open"],
)
async def test_who_opens_a_secret_case_is_written_down(desk, admin, filed, count):
    report_id = await desk.file(**filed)
    await admin.get(f"/v1/cases/{report_id}")
    rows = await desk.rows("SELECT report_id, officer, role FROM readings")
    assert [tuple(row) for row in rows] == [(report_id, "national_admin-1", "national_admin")] * count


async def test_who_has_read_a_secret_case_is_shown_to_those_who_oversee(desk, admin, open_client):
    report_id = await desk.file(secret=True)
    await open_client(Role.SUPERVISOR).get(f"/v1/cases/{report_id}")
    [reading] = (await admin.get(f"/v1/cases/{report_id}/readings")).json()["readings"]
    assert (reading["officer"], reading["role"]) == ("supervisor-1", "supervisor")
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    assert (await coordinator.get(f"/v1/cases/{report_id}/readings")).status_code == 403


@pytest.mark.parametrize("table", ["readings", "entries"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET officer = 'nobody'"])
async def test_what_was_written_down_cannot_be_changed(desk, admin, table, change):
    await admin.get(f"/v1/cases/{await desk.file(secret=True)}")
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="only ever added to"):
        await desk.rows(change.format(table))
