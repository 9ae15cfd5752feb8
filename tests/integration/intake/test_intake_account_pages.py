"""The pages of an account: what they refuse, keep and forget, without a browser."""

import re

import httpx
import pytest
from fastapi import FastAPI

from services.intake.drafts.codes import new_code
from services.intake.pages import open_shell
from services.intake.pages import routers as page_routers
from shared.contracts import CaseStatus, ContactRegistered, PreferencesChanged, PushSubscribed
from shared.security.feeds import verify_feed
from shared.security.limits import RateLimiter
from shared.web.edge import Edge
from shared.web.problems import install_problem_handlers

from .conftest import Filed
from .test_intake_push import BROWSER

MAIL = "kenari@rahasia.id"
STORY = {
    "title": "Lampu jalan padam",
    "text": "Lampu jalan di depan sekolah padam sejak minggu lalu dan jalannya gelap.",
}


class Reader:
    """A browser without scripts: it keeps cookies, follows redirects, and sends the forms it was shown."""

    def __init__(self, intake, app) -> None:
        self.intake = intake
        transport = httpx.ASGITransport(app=Edge(app), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(
            transport=transport,
            base_url="http://intake",
            follow_redirects=True,
            headers={"Accept": "text/html"},
        )
        self.token = ""

    async def get(self, path: str) -> httpx.Response:
        return self._shown(await self.http.get(path))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return self._shown(await self.http.post(path, data={"formulir": self.token, **fields}))

    def _shown(self, answer: httpx.Response) -> httpx.Response:
        if found := re.search(r'name="formulir" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    async def sign_in(self, contact: str = MAIL) -> "Reader":
        await self.get("/akun/masuk")
        await self.post("/akun/masuk", kontak=contact)
        code = re.search(r"\d{6}", (await self.intake.answers())[-1])[0]
        answer = await self.post("/akun/kode", kode=code)
        assert answer.url.path == "/akun", answer.text
        return self

    async def open(self, filed: Filed) -> "Reader":
        await self.get("/lacak")
        answer = await self.post("/lacak", nomor=filed.tracking_id, kode=filed.access_code)
        assert answer.url.path == f"/lacak/{filed.tracking_id}"
        return self


@pytest.fixture
async def read(open_intake, keys):
    """Opens browsers in front of one intake."""
    opened: list[Reader] = []
    intake = await open_intake(push_public_key=keys["LAPOR_PUSH_PUBLIC_KEY"])
    app = FastAPI()
    for router in page_routers:
        app.include_router(router)
    install_problem_handlers(app)
    app.state.desk = intake.desk
    app.state.shell = open_shell(intake.desk.settings)
    app.state.shell.install(app)

    def one() -> Reader:
        opened.append(Reader(intake, app))
        return opened[-1]

    yield one
    for reader in opened:
        await reader.http.aclose()


async def test_asking_for_a_code_shows_alike_with_and_without_an_account(read):
    await read().sign_in()
    pages = []
    for contact in (MAIL, "kenali@rahasia.id"):
        reader = read()
        await reader.get("/akun/masuk")
        answer = await reader.post("/akun/masuk", kontak=contact)
        pages.append(answer.text.replace(reader.token, ""))
    assert pages[0] == pages[1]


async def test_a_draft_with_a_made_up_code_is_counted_as_a_new_one(read, monkeypatch):
    reader = read()
    monkeypatch.setattr(reader.intake.desk.draft_guard, "_all", RateLimiter("1/hour"))
    await reader.get("/lapor")
    sent = [await reader.post("/lapor", **STORY, draft=new_code(), draft_version=n, go="save") for n in "01"]
    assert [one.status_code for one in sent] == [200, 429]
    assert STORY["text"] in sent[1].text
    assert await reader.intake.count("drafts") == 1


async def test_no_contact_is_in_an_address_or_unsealed_in_a_cookie(read):
    reader = read()
    await reader.get("/akun/masuk")
    answer = await reader.post("/akun/masuk", kontak=MAIL)
    addresses = [str(one.url) for one in (*answer.history, answer)]
    assert not any("kenari" in kept for kept in (*addresses, *reader.http.cookies.values()))


@pytest.mark.parametrize(
    ("contact", "words"),
    [("", "Isi alamat surel"), ("bukan@", "bukan alamat surel"), ("12", "Nomor telepon tidak dikenali")],
)
async def test_what_cannot_be_reached_is_said_at_its_field_and_kept(read, contact, words):
    reader = read()
    await reader.get("/akun/masuk")
    answer = await reader.post("/akun/masuk", kontak=contact)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{contact}"' in answer.text


async def test_a_form_of_another_site_sends_no_code(read):
    reader = read()
    await reader.get("/akun/masuk")
    reader.token = "A" * 32
    assert (await reader.post("/akun/masuk", kontak=MAIL)).status_code == 409
    assert await reader.intake.answers() == []


async def test_a_code_is_asked_for_only_of_whoever_had_one_sent(read):
    assert (await read().get("/akun/kode")).url.path == "/akun/masuk"


async def test_after_many_codes_of_one_network_the_page_has_its_browser_compute(read):
    reader = read()
    await reader.get("/akun/masuk")
    header = {"X-Lapor-Source": "203.0.113.7"}
    for number in range(6):
        answer = await reader.http.post(
            "/akun/masuk", data={"formulir": reader.token, "kontak": f"a{number}@rahasia.id"}, headers=header
        )
    assert answer.status_code == 429
    assert re.search(r'data-challenge="[^"]+" data-bits="16"', answer.text)
    assert 'value="a5@rahasia.id"' in answer.text


@pytest.mark.parametrize("path", ["/akun", "/akun/pengaturan"])
async def test_without_a_session_there_is_the_sign_in(read, path):
    assert (await read().get(path)).url.path == "/akun/masuk"


async def test_a_session_that_was_ended_elsewhere_is_over_and_says_so(read):
    reader, other = await read().sign_in(), read()
    other.http.cookies = httpx.Cookies(reader.http.cookies)
    await reader.post("/akun/keluar")
    assert "Sesi Anda sudah berakhir" in (await other.get("/akun")).text
    assert "lapor_akun" not in other.http.cookies


async def test_a_secret_report_is_listed_without_its_title_and_opens_with_its_code(read):
    reader = await read().sign_in()
    filed = await reader.intake.file(secret=True)
    assert (
        "Laporan rahasia"
        in (await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)).text
    )
    assert "Pungutan liar" not in (await reader.get("/akun")).text
    assert "Pungutan liar" in (await reader.get(f"/lacak/{filed.tracking_id}")).text


async def test_a_session_alone_opens_no_report(read):
    reader, again = await read().sign_in(), read()
    filed = await reader.intake.file(secret=True)
    await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    await again.sign_in()
    assert filed.tracking_id in (await again.get("/akun")).text
    assert (await again.get(f"/lacak/{filed.tracking_id}")).status_code == 404


@pytest.mark.parametrize(("hidden", "listed"), [({}, 1), ({"secret": "1"}, 1), ({"anonymous": "1"}, 0)])
async def test_what_is_sent_signed_in_goes_into_the_account_unless_it_is_anonymous(read, hidden, listed):
    reader = await read().sign_in()
    assert "Selama Anda masuk ke akun" in (await reader.get("/lapor")).text
    answer = await reader.post("/lapor", go="send", **STORY, **hidden)
    assert answer.url.path.startswith("/tanda-terima/")
    assert ("Laporan ini ada di akun Anda." in answer.text) == bool(listed)
    assert await reader.intake.count("account_reports") == listed


async def test_a_session_that_is_over_costs_no_report(read):
    reader, other = await read().sign_in(), read()
    other.http.cookies = httpx.Cookies(reader.http.cookies)
    other.token = reader.token
    await reader.post("/akun/keluar")
    answer = await other.post("/lapor", go="send", **STORY)
    assert answer.url.path.startswith("/tanda-terima/")
    assert await reader.intake.count("account_reports") == 0


async def test_a_report_of_another_account_cannot_be_claimed(read):
    first, second = await read().sign_in(), await read().sign_in("pipit@rahasia.id")
    filed = await first.intake.file()
    for reader in (first, second):
        answer = await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    assert (answer.status_code, "sudah ada di akun lain" in answer.text) == (409, True)


async def test_what_an_account_wishes_is_told_report_by_report(read):
    reader = await read().sign_in()
    filed = await reader.intake.file()
    await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    wish = {"language": "su", "channel": "sms", "from": "21:00", "until": "05:00", "zone": "WITA"}
    assert "Tersimpan." in (await reader.post("/akun/pengaturan", **wish)).text
    (fact,) = await reader.intake.said(PreferencesChanged)
    assert (fact.report_id, fact.language, fact.channel, fact.quiet_from, fact.zone) == (
        filed.report_id, "su", "sms", "21:00", "WITA",
    )  # fmt: skip


async def test_wishes_that_are_wrong_come_back_as_they_were_typed(read):
    reader = await read().sign_in()
    answer = await reader.post("/akun/pengaturan", language="su", channel="sms", **{"from": "21:00"})
    assert answer.status_code == 422
    assert 'name="from" type="time" value="21:00"' in answer.text
    assert re.findall(r'<option value="(\w+)" selected', answer.text) == ["su", "sms"]


async def test_what_was_chosen_for_a_report_stays_when_it_comes_into_an_account(read):
    reader = await read().sign_in()
    await reader.post("/akun/pengaturan", language="jv")
    own, plain = await reader.intake.file(), await reader.intake.file()
    await reader.intake.http.put(f"{own.url}/preferences", json={"language": "en"}, headers=own.code)
    for filed in (own, plain):
        await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    told = {fact.report_id: fact.language for fact in await reader.intake.said(PreferencesChanged)}
    assert told == {own.report_id: "en", plain.report_id: "jv"}


async def test_a_deleted_account_leaves_its_reports_and_nothing_else(read):
    reader = await read().sign_in()
    filed = await reader.intake.file()
    await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    assert (await reader.post("/akun/hapus")).status_code == 422
    assert "sudah dihapus" in (await reader.post("/akun/hapus", yakin="1")).text
    tables = ("accounts", "account_reports", "account_preferences")
    assert [await reader.intake.count(table) for table in tables] == [0, 0, 0]
    assert not any(fact.withdrawn for fact in await reader.intake.said(ContactRegistered))


async def test_a_browser_is_told_and_told_no_more_from_the_page(read):
    reader = read()
    filed = await reader.intake.file(anonymous=True)
    await reader.open(filed)
    page = f"/lacak/{filed.tracking_id}/peramban"
    told = await reader.post(page, endpoint=BROWSER["endpoint"], **BROWSER["keys"])
    assert told.status_code == 204
    assert 'data-here="yes"' in (await reader.get(f"/lacak/{filed.tracking_id}")).text
    assert 'data-here="no"' in (await reader.post(f"{page}/berhenti")).text
    assert [fact.withdrawn for fact in await reader.intake.said(PushSubscribed)] == [False, True]


async def test_a_device_that_is_to_forget_is_told_of_nothing_any_more(read):
    reader = read()
    filed = await reader.intake.file(secret=True)
    await reader.open(filed)
    await reader.post(f"/lacak/{filed.tracking_id}/peramban", endpoint=BROWSER["endpoint"], **BROWSER["keys"])
    await reader.post("/lacak/lupakan")
    assert (await reader.intake.said(PushSubscribed))[-1].withdrawn


@pytest.mark.parametrize("address", ["peramban", "peramban/berhenti", "langsung"])
async def test_whoever_has_not_shown_the_code_follows_nothing(read, address):
    reader = read()
    filed = await reader.intake.file()
    await reader.get(f"/lacak/{filed.tracking_id}")
    answer = await reader.post(
        f"/lacak/{filed.tracking_id}/{address}", endpoint=BROWSER["endpoint"], **BROWSER["keys"]
    )
    assert answer.status_code == 401


async def test_the_page_is_given_what_reads_the_feed_of_its_report_alone(read, keys):
    reader = read()
    filed = await reader.intake.file()
    await reader.open(filed)
    token = (await reader.post(f"/lacak/{filed.tracking_id}/langsung")).json()["token"]
    assert verify_feed(keys["LAPOR_RECEIPT_PUBLIC_KEY"], token).report_id == filed.report_id


OFFERS = {
    CaseStatus.RECEIVED: {"lengkapi", "bukti", "cabut"},
    CaseStatus.ON_HOLD: {"lengkapi", "bukti", "cabut"},
    CaseStatus.FORWARDED: {"lengkapi", "bukti", "cabut"},
    CaseStatus.IN_PROGRESS: {"lengkapi", "bukti", "cabut"},
    CaseStatus.AWAITING_REPORTER: {"lengkapi", "bukti", "cabut", "terima", "keberatan", "balas"},
    CaseStatus.CLOSED: {"nilai", "keberatan"},
    CaseStatus.ARCHIVED: {"banding"},
    CaseStatus.MERGED: set(),
    CaseStatus.WITHDRAWN: set(),
}


@pytest.mark.parametrize("status", list(CaseStatus))
async def test_the_page_offers_what_fits_the_status_and_says_where_nothing_does(read, status):
    reader = read()
    filed = await reader.intake.file()
    more = {"closed_by": "system"} if status is CaseStatus.CLOSED else {}
    await reader.intake.status(filed.report_id, 1, status, **more)
    await reader.open(filed)
    page = (await reader.get(f"/lacak/{filed.tracking_id}")).text
    offered = set(re.findall(r'<(?:details|div)[^>]* id="(\w+)"', page)) & {
        "terima", "keberatan", "balas", "ombudsman", "banding", "nilai", "lengkapi", "bukti", "cabut",
    }  # fmt: skip
    assert offered == OFFERS[status]
    assert ("Tidak ada lagi yang perlu Anda lakukan" in page) == (not OFFERS[status])


async def test_a_word_that_no_longer_fits_is_refused_with_what_was_typed(read):
    reader = read()
    filed = await reader.intake.file()
    await reader.open(filed)
    await reader.intake.status(filed.report_id, 1, CaseStatus.WITHDRAWN)
    answer = await reader.post(f"/lacak/{filed.tracking_id}/lengkapi", text="Keterangan yang panjang sekali.")
    assert answer.status_code == 409
    assert "Tidak dapat melengkapi laporan" in answer.text
    assert "Keterangan yang panjang sekali." in answer.text
