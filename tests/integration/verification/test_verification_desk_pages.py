"""The desk by page, without JavaScript: the queue, a case, decisions with their preview, and accounts."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.verification.suggestions.learning import Mind, learn
from shared import contracts as c
from shared.security.codes import format_tracking_id, new_tracking_id
from shared.security.tokens import Officer, Role, issue
from tests.integration.verification.test_verification_facts import legs_life
from tests.integration.verification.test_verification_suggestions import KINDS


class Window:
    """An officer's browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""

    async def go(self, path: str, status: int = 200) -> str:
        return self._shown(await self.client.get(path), status)

    async def send(self, path: str, status: int = 200, **fields: str) -> httpx.Response:
        """With the token of the page that is open, or of the sign-in."""
        token = re.search(r'name="formulir" value="([^"]+)"', self.page)
        answer = await self.client.post(path, data={"formulir": token.group(1) if token else "", **fields})
        self._shown(answer, status)
        return answer

    def _shown(self, answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[1500:6000]
        self.page = answer.text
        return self.page


@pytest.fixture
def window(open_client, keys):
    def window(role: Role = Role.NATIONAL_ADMIN, agency: str | None = None, number: int = 1) -> Window:
        officer = Officer(f"{role}-{number}", role, agency)
        client = open_client(Accept="text/html")
        token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))
        client.cookies.set("lapor_petugas", token)
        return Window(client)

    return window


def case(report_id: UUID) -> str:
    return f"/petugas/kasus/{report_id}"


VERIFY = {"version": "1", "classification": "non_supervision", "category": "infrastruktur"}


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


async def test_an_open_queue_hears_who_has_taken_a_case(desk, window):
    report_id = await desk.file()
    first, second = window(number=1), window(number=2)
    await first.go(case(report_id))
    await first.send(f"{case(report_id)}/ambil", 303)
    told = (await second.client.get(f"/petugas/antrean/keadaan?kasus={report_id},x")).json()
    assert told[str(report_id)]["claim"].startswith("Petugas lain, sampai")


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


@pytest.mark.parametrize("path", ["/petugas/antrean", "/petugas/akun"])
async def test_a_role_that_has_no_business_there_is_told(window, path):
    assert "bukan untuk peran Anda" in await window(Role.OPERATOR).go(path, 403)


async def test_an_account_is_added_and_its_password_told_once(window):
    admin = window()
    await admin.go("/petugas/akun")
    wanted = {"login": "sari", "name": "Sari", "role": "liaison", "agency": "35.3578.dishub"}
    await admin.send("/petugas/akun", **wanted)
    assert "hanya ditampilkan sekali" in admin.page
    assert "hanya ditampilkan sekali" not in await admin.go("/petugas/akun/sari")
    await admin.send("/petugas/akun/sari/tutup", 303, act="close")
    assert "ditutup" in await admin.go("/petugas/akun/sari")


async def test_an_account_that_is_wrong_keeps_what_was_typed(window):
    admin = window()
    await admin.go("/petugas/akun")
    await admin.send("/petugas/akun", 422, login="Besar Sekali", name="Sari", role="liaison")
    assert 'id="login-salah"' in admin.page and 'value="Besar Sekali"'.lower() in admin.page.lower()
    await admin.send("/petugas/akun", 422, login="sari", name="Sari", role="liaison")
    assert 'id="agency-salah"' in admin.page


async def test_a_coordinator_makes_no_account_beyond_its_agency(window):
    coordinator = window(Role.COORDINATOR, "35.3578")
    await coordinator.go("/petugas/akun")
    wanted = {"login": "lain", "name": "Lain", "role": "liaison", "agency": "31.3171.dishub"}
    await coordinator.send("/petugas/akun", 422, **wanted)
    assert "di instansinya sendiri" in coordinator.page


async def test_an_auditor_reads_what_was_done_to_an_account(window):
    admin = window()
    await admin.go("/petugas/akun")
    await admin.send("/petugas/akun", login="dina", name="Dina", role="operator")
    auditor = window(Role.AUDITOR)
    assert "Apa yang dilakukan pada sebuah akun" in await auditor.go("/petugas/akun")
    page = await auditor.go("/petugas/akun/dina")
    assert "Akun dibuat" in page and "Tutup akun" not in page


async def test_the_desk_speaks_english_by_choice(desk, window):
    report_id = await desk.file()
    admin = window()
    for path in ("/petugas/antrean", case(report_id), f"{case(report_id)}/serupa", "/petugas/akun"):
        page = await admin.go(f"{path}?lang=en")
        assert '<html lang="en">' in page


async def test_a_suggestion_says_how_sure_it_is_and_which_words_decided(desk, window, admin):
    for kind in range(24):
        title, text, category = KINDS[kind % 2]
        report_id = await desk.file(title=title, text=text)
        body = {"classification": "non_supervision", "category": category}
        assert (await admin.post(f"/v1/cases/{report_id}/verification", json=body)).status_code == 200
    await learn(desk.database, Mind())
    report_id = await desk.file(title="Lampu mati", text="Lampu penerangan jalan padam.")
    page = await window().go(case(report_id))
    pattern = r'data-value="Perhubungan".*?<span class="small">(\d+) %[^<]*karena:([^<]*)<'
    suggestion = re.search(pattern, page, re.DOTALL)
    assert int(suggestion.group(1)) > 50 and "lampu" in suggestion.group(2)
    assert re.search(r'id="category"[^>]*value="Perhubungan"', page)


async def test_the_agencies_of_a_case_and_its_whole_history_are_on_its_page(desk, window):
    report_id = await desk.file()
    await desk.hear(*legs_life(report_id, desk.database.clock.now()))
    page = await window().go(case(report_id))
    assert "Dikirim ke instansi" in page and "Sudah diperbaiki." in page
