"""A case by page, without JavaScript: what is on it, what is decided, and what is kept when it is not."""

from datetime import timedelta

from shared import contracts as c
from shared.security.codes import format_tracking_id, new_tracking_id
from shared.security.tokens import Role
from tests.integration.verification.lives import legs_life
from tests.integration.verification.window import VERIFY, case


async def test_what_the_reporter_will_receive_is_shown_before_it_is_sent(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    fields = {"version": "1", "question_id": "place", "question": "Kami belum menemukan tempatnya."}
    await admin.send(f"{case(report_id)}/tunda", **fields)
    assert "Kami belum menemukan tempatnya." in admin.page and "Di mana tepatnya kejadian ini?" in admin.page
    assert (await desk.row(report_id)).status == "received"
    await admin.send(f"{case(report_id)}/tunda", 303, **fields, step="send")
    [asked] = [fact for fact in await desk.said() if isinstance(fact, c.ClarificationRequested)]
    assert asked.question.startswith("Kami belum menemukan tempatnya.\n\nDi mana tepatnya")


async def test_a_case_is_verified_and_the_queue_says_so(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    fields = {**VERIFY, "step": "send", "dari": "status=received"}
    sent = await admin.send(f"{case(report_id)}/verifikasi", 303, **fields)
    assert sent.headers["location"] == f"/petugas/antrean?status=received&selesai={report_id}"
    assert "Terdisposisi" in await admin.go(sent.headers["location"])
    [verified] = [fact for fact in await desk.said() if isinstance(fact, c.CaseVerified)]
    assert (verified.category, verified.secret) == ("infrastruktur", False)


async def test_a_field_that_is_wrong_keeps_what_was_typed(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    fields = {**VERIFY, "title": "Abc", "agencies": "35.3578.dishub"}
    await admin.send(f"{case(report_id)}/verifikasi", 422, **fields)
    assert 'id="title-salah"' in admin.page and 'value="35.3578.dishub"' in admin.page
    assert 'id="verifikasi" data-key="v" open' in admin.page


async def test_a_region_is_found_by_its_name(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    await admin.send(f"{case(report_id)}/verifikasi", 303, **VERIFY, region="Kota Surabaya", step="send")
    assert (await desk.row(report_id)).region == "35.78"


async def test_a_case_that_has_changed_is_said_in_words_and_nothing_is_lost(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    stale = {**VERIFY, "version": "7", "category": "kategori saya"}
    await admin.send(f"{case(report_id)}/verifikasi", 409, **stale, step="send")
    assert "Kasus sudah berubah" in admin.page and 'value="kategori saya"' in admin.page


async def test_a_report_that_names_people_is_left_open_only_for_a_reason(desk, window):
    report_id = await desk.file(text="Pak Budi Santoso dari kelurahan meminta uang untuk KTP.")
    admin = window()
    page = await admin.go(case(report_id))
    assert "nama orang" in page and "Pembacaan kasus ini dicatat." in page
    await admin.send(f"{case(report_id)}/verifikasi", 422, **VERIFY, secret="no", step="send")
    assert 'id="secrecy_reason-salah"' in admin.page
    assert "national_admin-1" in await admin.go(f"{case(report_id)}/pembaca")


async def test_who_archived_a_case_does_not_decide_its_appeal_and_others_see_who(desk, window, clock):
    report_id = await desk.file()
    first, second = window(number=1), window(number=2)
    await first.go(case(report_id))
    archiving = {"version": "1", "reason": "directed_elsewhere", "step": "send"}
    await first.send(f"{case(report_id)}/arsip", 303, **archiving)
    clock.advance(timedelta(hours=1))
    await desk.hear(
        c.ReportAppealed(report_id=report_id, occurred_at=clock.now(), text="Ini urusan pemerintah kota.")
    )
    page = await first.go(case(report_id))
    assert "diputuskan petugas lain" in page and 'id="verifikasi"' not in page
    page = await second.go(case(report_id))
    assert "Ini urusan pemerintah kota." in page and "national_admin-1" in page and 'id="verifikasi"' in page


async def test_a_duplicate_is_shown_beside_the_case_with_reasons_and_merged(desk, window, clock):
    from services.verification.duplicates import sketch_cases

    text = "Lampu jalan di depan SDN Gubeng 1 padam sejak tiga malam dan anak-anak pulang dalam gelap."
    lead = await desk.file(text=text, tracking_id=new_tracking_id())
    report_id = await desk.file(text=f"{text} Mohon segera diperbaiki.")
    async with desk.database.transaction() as tx:
        await sketch_cases(tx, [lead, report_id])
    admin = window()
    page = await admin.go(f"{case(report_id)}/serupa")
    assert "kata sama" in page and page.count("anak-anak pulang dalam gelap.") >= 2
    await admin.send(f"{case(report_id)}/gabung", version="1", into=str(lead))
    assert "Digabung" in admin.page
    number = format_tracking_id((await desk.row(lead)).tracking_id)
    await admin.go(case(report_id))
    await admin.send(f"{case(report_id)}/gabung", 303, version="1", into=number, step="send")
    assert number in await admin.go(case(report_id))
    await admin.send(f"{case(report_id)}/pisah", 303, version="2", reason="Ternyata dua tempat.", step="send")


async def test_the_ombudsmans_package_waits_for_consent(desk, window):
    report_id = await desk.file()
    page = await window().go(f"{case(report_id)}/ombudsman.pdf", 409)
    assert "belum ditawarkan" in page


async def test_markup_in_a_report_is_shown_as_text(desk, window):
    report_id = await desk.file(title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    page = await window().go(case(report_id))
    assert "<script>alert" not in page and "&lt;img src=x" in page


async def test_a_form_from_elsewhere_decides_nothing_and_keeps_what_was_typed(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go(case(report_id))
    forged = {**VERIFY, "category": "tetap ada", "formulir": "x" * 32, "step": "send"}
    answer = await admin.client.post(f"{case(report_id)}/verifikasi", data=forged)
    assert answer.status_code == 422 and 'value="tetap ada"' in answer.text
    assert (await desk.row(report_id)).status == "received"


async def test_a_supervisor_reads_and_is_offered_no_decision(desk, window):
    report_id = await desk.file()
    supervisor = window(Role.SUPERVISOR)
    page = await supervisor.go(case(report_id))
    assert 'data-key="v"' not in page
    await supervisor.send(f"{case(report_id)}/verifikasi", 403, **VERIFY, step="send")


async def test_the_desk_speaks_english_by_choice(desk, window):
    report_id = await desk.file()
    admin = window()
    for path in ("/petugas/antrean", case(report_id), f"{case(report_id)}/serupa", "/petugas/akun"):
        page = await admin.go(f"{path}?lang=en")
        assert '<html lang="en">' in page


async def test_the_agencies_of_a_case_and_its_whole_history_are_on_its_page(desk, window):
    report_id = await desk.file()
    await desk.hear(*legs_life(report_id, desk.database.clock.now()))
    page = await window().go(case(report_id))
    assert "Dikirim ke instansi" in page and "Sudah diperbaiki." in page
