"""Intake's pages for officers, without a browser: two open an identity, files are seen by whom they may."""

import asyncio
import re
from datetime import timedelta

import pytest

from shared import contracts as c
from shared.security.holders import new_code
from shared.security.tokens import Role
from tests.corpora import evidence as corpus

from .desk_officers import ASK, CODE, PAGE
from .evidence_desk import check, sent
from .legs import leg
from .reader import Reader
from .reveal_officers import WHO


async def test_one_asks_another_approves_and_the_first_sees_the_identity_in_one_answer_alone(desk):
    ratna = desk.officer("ratna")
    where, code = await desk.approved(ratna)
    await ratna.get(where)
    seen = await ratna.post(f"{where}/lihat", kode=code)
    assert all(one in seen.text for one in ("Kenari Rahasia", "+6281277778888", "3578010101900001"))
    assert seen.headers["cache-control"] == "no-store"
    again = await ratna.post(f"{where}/lihat", kode=code)
    assert (again.status_code, "Kenari" in again.text) == (409, False)
    assert await desk.steps() == ["enrolled", "asked", "approved", "shown", "denied"]


async def test_what_can_be_seen_once_needs_nothing_after_the_transaction_that_records_it(desk, monkeypatch):
    ratna = desk.officer("ratna")
    where, code = await desk.approved(ratna)
    await ratna.get(where)

    def away():
        raise ConnectionError("no database")

    monkeypatch.setattr(desk.intake.database, "reading", away)
    assert "Kenari Rahasia" in (await ratna.post(f"{where}/lihat", kode=code)).text


async def test_the_second_officer_reads_the_reason_and_never_the_identity(desk):
    where, _ = await desk.asked(desk.officer("ratna"))
    budi = desk.officer("budi")
    assert "Perlu keputusan Anda" in (await budi.get(PAGE)).text
    page = await budi.get(where)
    decided = await budi.post(f"{where}/setujui", kode=desk.code)
    assert ASK["penjelasan"] in page.text
    assert not any("Kenari" in one.text or f"{where}/lihat" in one.text for one in (page, decided))


async def test_a_request_without_what_it_needs_says_so_by_field_and_keeps_what_was_typed(desk):
    ratna = desk.officer("ratna")
    await ratna.get(f"{PAGE}/baru")
    answer = await ratna.post(f"{PAGE}/baru", nomor="K7M", alasan="court-order", penjelasan="Sebab penting.")
    assert answer.status_code == 422
    assert 'id="nomor-salah"' in answer.text or 'id="penetapan-salah"' in answer.text
    assert "Sebab penting." in answer.text
    empty = await ratna.post(f"{PAGE}/baru")
    assert all(f'id="{name}-salah"' in empty.text for name in ("nomor", "alasan", "penjelasan"))


async def test_a_request_that_is_sent_twice_is_made_once(desk):
    ratna, filed = desk.officer("ratna"), await desk.intake.file(contact=WHO)
    form = await ratna.get(f"{PAGE}/baru")
    sent_as = re.search(r'name="kiriman" value="([^"]+)"', form.text)[1]
    answers = [
        await ratna.post(f"{PAGE}/baru", nomor=filed.tracking_id, kiriman=sent_as, **ASK) for _ in range(2)
    ]
    assert [(one.status_code, bool(CODE.search(one.text))) for one in answers] == [(200, True), (409, False)]
    assert await desk.intake.count("reveals") == 1


async def test_a_request_that_is_sent_twice_at_once_is_made_once(desk):
    ratna, filed = desk.officer("ratna"), await desk.intake.file(contact=WHO)
    form = await ratna.get(f"{PAGE}/baru")
    sent_as = re.search(r'name="kiriman" value="([^"]+)"', form.text)[1]
    asking = {"nomor": filed.tracking_id, "kiriman": sent_as, **ASK}
    answers = await asyncio.gather(*(ratna.post(f"{PAGE}/baru", **asking) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    assert await desk.intake.count("reveals") == 1


async def test_a_form_from_elsewhere_does_nothing(desk):
    ratna, filed = desk.officer("ratna"), await desk.intake.file(contact=WHO)
    answer = await ratna.http.post(f"{PAGE}/baru", data={"nomor": filed.tracking_id, **ASK})
    assert (answer.status_code, await desk.intake.count("reveals")) == (422, 0)


async def test_nobody_is_offered_their_own_request_to_decide(desk):
    budi = desk.officer("budi")
    where, _ = await desk.asked(budi)
    assert "/setujui" not in (await budi.get(where)).text
    answer = await budi.post(f"{where}/setujui", kode=desk.code)
    assert (answer.status_code, "petugas lain" in answer.text) == (403, True)


async def test_a_wrong_code_is_told_beside_its_field_and_recorded(desk):
    where, _ = await desk.asked(desk.officer("ratna"))
    budi = desk.officer("budi")
    await budi.get(where)
    answer = await budi.post(f"{where}/setujui", kode=new_code())
    assert (answer.status_code, 'id="kode-salah"' in answer.text) == (403, True)
    record = (await budi.get(f"{PAGE}/catatan")).text
    assert "kode tidak cocok" in record
    assert "Utuh." in record


async def test_a_refusal_without_a_reason_keeps_what_was_typed_and_one_with_a_reason_ends_it(desk):
    where, _ = await desk.asked(desk.officer("ratna"))
    budi = desk.officer("budi")
    await budi.get(where)
    short = await budi.post(f"{where}/tolak", mengapa="Tidak")
    assert (short.status_code, "Tidak</textarea>" in short.text) == (422, True)
    done = await budi.post(f"{where}/tolak", mengapa="Alasannya tidak cukup untuk membuka identitas.")
    assert "Identitas tetap tersegel" in done.text
    assert "Ditolak" in (await budi.get(f"{PAGE}?keadaan=refused")).text


async def test_what_nobody_decided_in_time_is_shown_as_expired(desk, clock):
    ratna = desk.officer("ratna")
    where, _ = await desk.asked(ratna)
    clock.advance(timedelta(hours=25))
    page = (await ratna.get(where)).text
    assert "Kedaluwarsa" in page
    assert "Ajukan lagi" in page


async def test_a_coordinator_reads_the_own_requests_and_no_others(desk):
    where, _ = await desk.asked(desk.officer("ratna"))
    sinta = desk.officer("sinta", Role.COORDINATOR, "35.3578.dishub")
    assert "Tidak ada permintaan." in (await sinta.get(PAGE)).text
    assert (await sinta.get(where)).status_code == 404


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [(Role.LIAISON, "35.3578.dishub", 403), (Role.OPERATOR, None, 403)],
)
async def test_other_roles_read_of_no_request(desk, role, agency, status):
    assert (await desk.officer("x", role, agency).get(PAGE)).status_code == status


async def test_whoever_is_not_signed_in_is_sent_to_sign_in(desk):
    reader = Reader(desk.intake, desk.app)
    reader.http.follow_redirects = False
    desk.opened.append(reader)
    answers = [await reader.get(path) for path in (PAGE, "/petugas/bukti/K7M-Q3XW-9FA")]
    assert {one.headers["location"].partition("?")[0] for one in answers} == {"/petugas/perpanjang"}


@pytest.fixture
async def shown(desk, clock):
    """A report with a checked photo and a refused file, one part of which an agency holds."""
    filed = await desk.intake.file()
    filed.evidence_id = await sent(desk.intake, filed, corpus.photo())
    await sent(desk.intake, filed, corpus.photo()[:400])
    await check(desk.intake)
    await leg(desk.intake, filed, "35.3578.dishub")
    return filed


SEES = [
    (Role.NATIONAL_ADMIN, None, 200, True),
    (Role.SUPERVISOR, "35.3578", 200, False),
    (Role.LIAISON, "35.3578.dishub", 200, False),
    (Role.COORDINATOR, "35.3578.dpubm", 404, False),
    (Role.AUDITOR, None, 403, False),
    (Role.OPERATOR, None, 403, False),
]
"""Role, agency, and what the page answers: its status, and whether it tells where the photo was taken."""


async def test_each_role_sees_of_a_reports_files_what_the_api_tells_it(desk, shown):
    seen = []
    for role, agency, _, _ in SEES:
        page = await desk.officer("x", role, agency).get(f"/petugas/bukti/{shown.tracking_id}")
        seen.append((role, agency, page.status_code, "-7.26" in page.text))
        assert (f"/berkas/{shown.evidence_id}" in page.text) is (page.status_code == 200)
        assert page.text.count("download>") == int(page.status_code == 200)  # the refused one has no link
    assert seen == SEES


async def test_a_picture_on_the_page_is_fetched_by_a_link_that_is_written_down(desk, shown):
    liaison = desk.officer("lia", Role.LIAISON, "35.3578.dishub")
    page = (await liaison.get(f"/petugas/bukti/{shown.tracking_id}")).text
    preview = re.search(r'<img src="([^"]+)"', page)[1]
    to_the_file = await liaison.http.get(preview, follow_redirects=False)
    assert to_the_file.headers["location"].startswith("/e/")
    rows = await desk.intake.rows("SELECT who, part FROM evidence_downloads")
    assert [(row.who, row.part) for row in rows] == [("lia", "preview")]


async def test_reading_the_list_of_a_secret_report_is_recorded(desk):
    filed = await desk.intake.file(secret=True)
    await sent(desk.intake, filed, corpus.photo())
    await leg(desk.intake, filed, "35.3578.dishub")
    await desk.officer("lia", Role.LIAISON, "35.3578.dishub").get(f"/petugas/bukti/{filed.tracking_id}")
    page = (await desk.officer("sari", Role.SUPERVISOR).get(f"/petugas/bukti/{filed.tracking_id}")).text
    assert "<strong>lia</strong>" in page


async def confirmation(desk):
    """The path of the one link that a supporter's contact was sent."""
    filed = await desk.intake.file()
    body = {"contact": {"email": "warga@example.id"}}
    await desk.intake.http.post(f"{filed.url}/supports", json=body)
    return re.search(r"/k/[\w-]{16}", (await desk.intake.answers())[-1])[0]


async def contacts(desk):
    return [fact.sealed for fact in await desk.intake.said(c.ContactRegistered) if fact.sealed]


@pytest.mark.parametrize(("said", "registered"), [("ya", 1), ("tidak", 0)])
async def test_a_contact_is_registered_by_its_readers_yes_alone(desk, said, registered):
    reader, where = desk.officer("nobody"), await confirmation(desk)
    await reader.get(where)
    before = await contacts(desk)
    await reader.post(where, jawaban=said)
    assert (len(before) + registered) == len(await contacts(desk))
    assert (await reader.get(where)).status_code == (200 if registered else 404)
