"""A case goes to the Ombudsman: when the agency had its time, and only with the reporter's consent."""

import json
from datetime import timedelta
from uuid import uuid4

from shared import contracts as c
from shared.contracts import ClockKind
from shared.security.tokens import Role
from tests.integration.verification.deciding import VERIFICATION


async def at_work(desk, admin, clock):
    report_id = await desk.file(text="Lampu padam sejak dua bulan. Saya sudah lapor RT.")
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    clock.advance(timedelta(hours=1))
    leg = {
        "report_id": report_id, "leg_id": uuid4(), "agency": "35.3578.dishub", "occurred_at": clock.now(),
    }  # fmt: skip
    created = {
        "tracking_id": "K7MQ3XW001", "agency_name": "Dinas Perhubungan", "zone": "WIB", "title": "Lampu",
        "classification": "non_supervision", "category": "Infrastruktur", "text": "Lampu padam.",
        "anonymous": False, "secret": False, "case_version": 1, "leg_version": 1,
    }  # fmt: skip
    await desk.hear(c.DispositionCreated.model_validate({**leg, **created}))
    return report_id


async def escalate(desk, report_id, clock):
    clock.advance(timedelta(days=90))
    now = clock.now()
    await desk.hear(
        c.SlaExpired(
            report_id=report_id,
            occurred_at=now,
            clock=ClockKind.OMBUDSMAN,
            started_at=now,
            due_at=now,
            fired_at=now,
        )
    )


async def consent(desk, report_id, clock):
    clock.advance(timedelta(days=1))
    await desk.hear(
        c.ReportReferralConsented(report_id=report_id, occurred_at=clock.now(), not_in_court=True)
    )


async def test_without_the_reporters_consent_nothing_leaves(desk, admin, clock):
    report_id = await at_work(desk, admin, clock)
    early = await admin.get(f"/v1/cases/{report_id}/referral")
    await escalate(desk, report_id, clock)
    offered = await admin.get(f"/v1/cases/{report_id}/referral")
    assert (early.status_code, offered.status_code) == (409, 409)
    assert "belum ditawarkan" in early.json()["detail"] and "belum menyetujui" in offered.json()["detail"]


async def test_consent_before_it_was_offered_counts_for_nothing(desk, admin, clock):
    report_id = await at_work(desk, admin, clock)
    await consent(desk, report_id, clock)
    await escalate(desk, report_id, clock)
    assert (await admin.get(f"/v1/cases/{report_id}/referral")).status_code == 409


async def test_with_consent_the_package_holds_the_case_and_every_fact_with_its_hash(desk, admin, clock):
    report_id = await at_work(desk, admin, clock)
    await escalate(desk, report_id, clock)
    await consent(desk, report_id, clock)
    package = (await admin.get(f"/v1/cases/{report_id}/referral")).json()
    assert package["case"]["text"].startswith("Lampu padam sejak dua bulan")
    assert package["agencies"][0]["agency"] == "35.3578.dishub"
    rows = await desk.rows("SELECT hash, body FROM entries WHERE report_id = :id ORDER BY seq", id=report_id)
    assert [one["hash"] for one in package["facts"]] == [row.hash.hex() for row in rows]
    assert [one["fact"] for one in package["facts"]] == [json.loads(row.body) for row in rows]


async def test_the_package_can_be_read_on_paper_and_making_it_is_written_down(
    desk, admin, clock, open_client
):
    report_id = await at_work(desk, admin, clock)
    await escalate(desk, report_id, clock)
    await consent(desk, report_id, clock)
    answer = await admin.get(f"/v1/cases/{report_id}/referral", params={"format": "pdf"})
    assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    readings = (await open_client(Role.AUDITOR).get(f"/v1/cases/{report_id}/readings")).json()["readings"]
    assert readings[0]["role"] == "national_admin:referral"


async def test_a_coordinator_hands_nothing_to_the_ombudsman(desk, admin, clock, open_client):
    report_id = await at_work(desk, admin, clock)
    answer = await open_client(Role.COORDINATOR, "35.3578").get(f"/v1/cases/{report_id}/referral")
    assert answer.status_code == 403
