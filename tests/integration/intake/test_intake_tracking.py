import time
from datetime import timedelta
from uuid import uuid4

import pytest
from uuid_utils.compat import uuid7

from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, Deadline, DeadlinesChanged
from shared.messaging.failures import Unprocessable
from shared.security.codes import AccessCodes, format_tracking_id, new_access_code, new_tracking_id

from .conftest import ACCESS


def deadlines(report_id, version: int, clock, *kinds: ClockKind) -> DeadlinesChanged:
    now = clock.now()
    running = tuple(
        Deadline(clock=kind, started_at=now, due_at=now + timedelta(days=3), zone="WIB") for kind in kinds
    )
    return DeadlinesChanged(report_id=report_id, occurred_at=now, clocks_version=version, deadlines=running)


async def test_a_fresh_report_can_be_followed_at_once(intake):
    filed = await intake.file()
    page = (await intake.http.get(filed.url)).json()
    assert (page["status"], page["status_label"]) == ("received", "Belum terverifikasi")
    assert page["deadlines"][0]["due_at"] == "2026-07-09T23:59:59.999999+07:00"
    assert page["tracking_id"] == filed.tracking_id


async def test_the_tracking_id_may_be_typed_in_any_form(intake):
    filed = await intake.file()
    typed = filed.tracking_id.replace("-", " ").lower()
    assert (await intake.http.get(f"/v1/reports/{typed}")).status_code == 200


async def test_the_public_reads_masked_text_and_the_owner_all_of_it(intake):
    filed = await intake.file(text="Hubungi saya di 0812-7777-8888 tentang pungutan ini.")
    public = (await intake.http.get(filed.url)).json()
    owner = (await intake.http.get(filed.url, headers=filed.code)).json()
    assert "7777" not in public["text"]
    assert "0812-7777-8888" in owner["text"]


async def test_the_access_code_works_as_an_authorization_too(intake):
    filed = await intake.file(secret=True)
    headers = {"Authorization": f"AccessCode {filed.access_code.lower()}"}
    assert (await intake.http.get(filed.url, headers=headers)).status_code == 200


async def test_a_typing_error_in_the_id_is_told(intake):
    filed = await intake.file()
    wrong = filed.url[:-1] + ("2" if filed.url[-1] != "2" else "3")
    answer = await intake.http.get(wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tracking_id")
    assert "salah ketik" in answer.json()["errors"][0]["message"]


async def test_unknown_secret_and_wrongly_opened_reports_answer_alike(intake):
    public, secret = await intake.file(), await intake.file(secret=True)
    unknown = f"/v1/reports/{format_tracking_id(new_tracking_id())}"
    wrong = {ACCESS: new_access_code()}
    answers = [
        await intake.http.get(unknown),
        await intake.http.get(unknown, headers=wrong),
        await intake.http.get(secret.url),
        await intake.http.get(secret.url, headers=wrong),
        await intake.http.get(secret.url, headers=public.code),
        await intake.http.get(public.url, headers=wrong),
    ]
    assert {(a.status_code, a.content, str(a.headers)) for a in answers} == {
        (404, answers[0].content, str(answers[0].headers))
    }


async def test_the_code_is_hashed_whether_the_report_exists_or_not(intake, monkeypatch):
    calls = []
    verify = AccessCodes.verify

    def counted(self, report_id, code, stored):
        calls.append(report_id)
        return verify(self, report_id, code, stored)

    monkeypatch.setattr(AccessCodes, "verify", counted)
    secret = await intake.file(secret=True)
    for url in (secret.url, f"/v1/reports/{new_tracking_id()}"):
        await intake.http.get(url)
    assert len(calls) == 2


async def test_a_secret_report_takes_as_long_as_an_unknown_one(open_intake):
    intake = await open_intake(access_attempts="100000/minute")
    secret = await intake.file(secret=True, text="panjang " * 1000)
    unknown = f"/v1/reports/{new_tracking_id()}"
    taken: dict[str, list[float]] = {secret.url: [], unknown: []}
    for _ in range(60):
        for url, times in taken.items():
            started = time.perf_counter()
            await intake.http.get(url)
            times.append(time.perf_counter() - started)
    medians = [sorted(times)[30] for times in taken.values()]
    assert max(medians) < 2 * min(medians)


async def test_a_report_that_a_verifier_hides_disappears(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 2, CaseStatus.FORWARDED, secret=True)
    assert (await intake.http.get(filed.url)).status_code == 404
    assert (await intake.http.get(filed.url, headers=filed.code)).status_code == 200


async def test_a_hidden_report_stays_hidden_whatever_is_heard_later(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 2, CaseStatus.FORWARDED, secret=True)
    await intake.status(filed.report_id, 1, CaseStatus.RECEIVED, secret=False)
    assert (await intake.http.get(filed.url)).status_code == 404


@pytest.mark.parametrize("exists", [True, False])
async def test_too_many_wrong_codes_are_refused(intake, exists):
    filed = await intake.file()
    url = filed.url if exists else f"/v1/reports/{new_tracking_id()}"
    answers = [await intake.http.get(url, headers={ACCESS: new_access_code()}) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_wrong_codes_for_one_report_leave_others_alone(intake):
    attacked, other = await intake.file(), await intake.file()
    for _ in range(12):
        await intake.http.get(attacked.url, headers={ACCESS: "SALAH"})
    assert (await intake.http.get(other.url, headers=other.code)).status_code == 200


async def test_a_newer_status_is_never_replaced_by_an_older(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 3, CaseStatus.IN_PROGRESS)
    await intake.status(filed.report_id, 2, CaseStatus.FORWARDED)
    assert (await intake.http.get(filed.url)).json()["status"] == "in_progress"


async def test_a_fact_heard_twice_is_one_line(intake, clock):
    filed = await intake.file()
    event = uuid7()
    for _ in range(2):
        await intake.hear(
            c.CaseEscalated(
                report_id=filed.report_id,
                occurred_at=clock.now(),
                case_version=3,
                tracking_id="x",
                reason="r",
            ),
            event_id=event,
        )
    page = (await intake.http.get(filed.url)).json()
    assert [line["kind"] for line in page["timeline"]] == ["filed", "escalated"]
    assert page["escalation_offered"]


async def test_the_newest_deadlines_win(intake, clock):
    filed = await intake.file()
    newer = deadlines(filed.report_id, 2, clock, ClockKind.SETTLEMENT, ClockKind.FIRST_RESPONSE)
    await intake.hear(newer, deadlines(filed.report_id, 1, clock, ClockKind.VERIFICATION))
    page = (await intake.http.get(filed.url)).json()
    assert [d["clock"] for d in page["deadlines"]] == ["settlement", "first-response"]


async def test_a_fact_about_an_unknown_report_is_parked(intake, clock):
    for fact in (
        deadlines(uuid4(), 1, clock, ClockKind.VERIFICATION),
        c.CaseEscalated(
            report_id=uuid4(), occurred_at=clock.now(), case_version=3, tracking_id="x", reason="r"
        ),
    ):
        with pytest.raises(Unprocessable):
            await intake.hear(fact)


async def test_legs_and_answers_are_shown_with_their_agency(intake, clock):
    filed = await intake.file()
    leg = {
        "report_id": filed.report_id, "occurred_at": clock.now(), "leg_id": uuid4(),
        "agency": "35.3578.dishub", "tracking_id": "x", "agency_name": "Dinas Perhubungan",
    }  # fmt: skip
    await intake.hear(
        c.DispositionResponded(**leg, leg_version=2, text="Sudah kami tindak."),
        c.DispositionCreated(
            **leg, leg_version=1, zone="WIB", classification=c.Classification.SUPERVISION, category="pungli",
            title="t", text="t", anonymous=False, secret=False, case_version=2,
        ),
    )  # fmt: skip
    page = (await intake.http.get(filed.url)).json()
    assert [(one["agency_name"], one["state"]) for one in page["legs"]] == [("Dinas Perhubungan", "answered")]
    assert page["answers"][0]["text"] == "Sudah kami tindak."
