"""The queue by page, without JavaScript: what waits, in which order, who has it, and many at once."""

import re
from datetime import timedelta

from tests.integration.verification.window import VERIFY, case


async def test_the_queue_says_in_words_what_is_overdue(desk, window, clock):
    await desk.file(occurred_at=clock.now() - timedelta(days=14))
    page = await window().go("/petugas/antrean")
    assert "Lampu jalan padam" in page and re.search(r"Terlambat \d+ hari kerja", page)


async def test_a_secret_case_shows_no_title_in_the_queue(desk, window):
    await desk.file(title="Pejabat meminta uang", secret=True)
    page = await window().go("/petugas/antrean")
    assert "Pejabat meminta uang" not in page and "Laporan rahasia" in page


async def test_a_filter_that_is_wrong_is_said_next_to_its_field(desk, window):
    page = await window().go("/petugas/antrean?region=tidakadadimanapun&tracking_id=", 422)
    assert 'id="region-salah"' in page and 'value="tidakadadimanapun"' in page


async def test_the_queue_is_paged_by_what_is_due(desk, window):
    for _ in range(41):
        await desk.file()
    admin = window()
    page = await admin.go("/petugas/antrean")
    more = re.search(r'href="(/petugas/antrean\?after=[^"]+)"', page).group(1)
    assert page.count("data-row") == 40
    assert (await admin.go(more)).count("data-row") == 1


async def test_an_open_queue_hears_who_has_taken_a_case(desk, window):
    report_id = await desk.file()
    first, second = window(number=1), window(number=2)
    await first.go(case(report_id))
    await first.send(f"{case(report_id)}/ambil", 303)
    told = (await second.client.get(f"/petugas/antrean/keadaan?kasus={report_id},x")).json()
    assert told[str(report_id)]["claim"].startswith("Petugas lain, sampai")


async def test_a_case_that_another_officer_has_is_not_decided(desk, window):
    report_id = await desk.file()
    first, second = window(number=1), window(number=2)
    await first.go(case(report_id))
    await first.send(f"{case(report_id)}/ambil", 303)
    assert "Petugas lain, sampai" in await second.go("/petugas/antrean")
    await second.go(case(report_id))
    await second.send(f"{case(report_id)}/verifikasi", 409, **VERIFY, step="send")
    assert "sedang ditangani petugas lain" in second.page
    await first.go(case(report_id))
    await first.send(f"{case(report_id)}/lepas", 303)
    assert "Petugas lain, sampai" not in await second.go("/petugas/antrean")


async def test_several_cases_are_archived_after_their_reporters_message_was_shown(desk, window):
    ids = [await desk.file() for _ in range(3)]
    admin = window()
    await admin.go("/petugas/antrean")
    picked = {f"pick-{report_id}": "1" for report_id in ids[:2]} | {f"pick-{ids[2]}": "9"}
    chosen = {**picked, "act": "archive", "reason": "spam_or_test"}
    await admin.send("/petugas/antrean/pilihan", **chosen, step="preview")
    assert "Kami memahami kiriman ini sebagai percobaan" in admin.page
    await admin.send("/petugas/antrean/pilihan", **chosen, step="send")
    assert "2 dari 3" in admin.page and "Kasus sudah berubah" in admin.page
    assert [(await desk.row(one)).status for one in ids] == ["archived", "archived", "received"]


async def test_a_version_that_no_case_has_picks_nothing(desk, window):
    report_id = await desk.file()
    admin = window()
    await admin.go("/petugas/antrean")
    chosen = {f"pick-{report_id}": "9" * 5000, "act": "archive", "reason": "spam_or_test"}
    await admin.send("/petugas/antrean/pilihan", 303, **chosen, step="send")
    assert (await desk.row(report_id)).status == "received"
