"""The agency desk by page: what a browser without JavaScript sends, what it sees, and what became of it."""

import re
from datetime import timedelta

import httpx
import pytest
from uuid_utils.compat import uuid7

from services.routing.pages import open_shell, routers
from shared.security.tokens import Role
from shared.web.pages.officers import COOKIE
from tests.integration.routing.conftest import VAULT
from tests.unit.routing.stories import ANSWER, HOUR, MONDAY, NO_PHOTO, WHY_NOT, attached, replied, verified

ROADS, CITY = "35.3578.dpubm", "35.3578"
QUESTION = "Di sisi mana lubangnya, dekat rumah nomor berapa?"


class Browser(httpx.AsyncClient):
    """Sends forms as the page gave them."""

    async def fill(self, path: str, address: str, **fields: str) -> httpx.Response:
        """The form of `address` on the page at `path`, with these fields."""
        page = await self.get(path)
        return await self.post(f"{path}/{address}", data={**hidden_in(page), **fields})


def hidden_in(page: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: value for name, value in found if name in {"formulir", "versi", "kiriman", "sampai"}}


@pytest.fixture(scope="module")
def shell():
    """Templates are compiled once, as in a process."""
    return open_shell("http://routing")


@pytest.fixture
async def open_desk(assembled, sign, outbound, routing, shell):
    """A browser in which an officer is signed in."""
    app = assembled(*routers, shell=shell, outbound=outbound, webhook_vault=VAULT)
    shell.install(app)
    opened: list[Browser] = []

    def desk(role: Role = Role.LIAISON, agency: str | None = ROADS, **headers: str) -> Browser:
        token = sign(role, agency)["Authorization"].removeprefix("Bearer ")
        browser = Browser(
            transport=httpx.ASGITransport(app),
            base_url="http://routing",
            headers={"Accept": "text/html", **headers},
            cookies={COOKIE: token},
        )
        opened.append(browser)
        return browser

    yield desk
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def desk(open_desk) -> Browser:
    return open_desk()


@pytest.fixture
async def path(routing) -> str:
    """The page of the only leg there is."""
    await routing.hear(verified(tracking_id="K7MQ3XW9FZ"))
    return f"/petugas/disposisi/{(await routing.legs())[0].leg_id}"


async def states(routing) -> list[str]:
    return [leg.state for leg in await routing.legs()]


async def test_whoever_is_not_signed_in_is_sent_there(open_desk):
    browser = open_desk()
    browser.cookies.clear()
    assert (await browser.get("/petugas/disposisi")).headers["location"].startswith("/petugas/perpanjang?")


async def test_the_list_shows_what_is_owed_with_the_working_days_that_remain(desk, path, clock):
    clock.set(MONDAY + HOUR)
    page = (await desk.get("/petugas/disposisi")).text
    assert "Jalan berlubang" in page
    assert "5 hari kerja lagi" in page


async def test_what_is_late_says_by_how_many_working_days(desk, path, clock):
    clock.set(MONDAY + timedelta(days=9))
    assert "Terlambat 2 hari kerja" in (await desk.get("/petugas/disposisi?tampilan=lambat")).text


@pytest.mark.parametrize("agency", ["35.3578.dishub", "31", "35.3578.dpubm2"])
async def test_another_agencys_officer_sees_nothing_of_it(open_desk, path, agency):
    stranger = open_desk(Role.COORDINATOR, agency)
    assert "Jalan berlubang" not in (await stranger.get("/petugas/disposisi")).text
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(f"{path}/terima", data={})).status_code == 404


async def test_a_report_is_found_by_its_number_however_it_is_typed(desk, path):
    assert "Jalan berlubang" in (await desk.get("/petugas/disposisi?nomor=k7m-q3xw+9fz")).text


async def test_a_mistyped_number_is_said_next_to_the_field_and_kept(desk, path):
    page = await desk.get("/petugas/disposisi?nomor=K7MQ3XW9FB")
    assert (page.status_code, 'id="nomor-salah"' in page.text, "K7MQ3XW9FB" in page.text) == (422, True, True)


async def test_a_long_list_continues_on_the_next_page(open_desk, routing):
    for number in range(27):
        await routing.hear(verified(report_id=uuid7(), title=f"Laporan {number:02}"))
    desk = open_desk()
    first = (await desk.get("/petugas/disposisi")).text
    following = re.search(r'class="button quiet" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = (await desk.get(following)).text
    shown = re.findall(r">(Laporan \d\d)</a>", first), re.findall(r">(Laporan \d\d)</a>", second)
    assert [len(page) for page in shown] == [25, 2]
    assert len({*shown[0], *shown[1]}) == 27


async def test_acknowledging_is_one_press(desk, path, routing):
    done = await desk.fill(path, "terima")
    assert (done.status_code, await states(routing)) == (303, ["acknowledged"])


async def test_an_answer_is_shown_before_it_is_sent(desk, path, routing):
    preview = await desk.fill(path, "jawab", **{"jawab-text": ANSWER, "langkah": "pratinjau"})
    assert ANSWER in preview.text
    assert await states(routing) == ["created"]
    sent = await desk.post(
        f"{path}/jawab", data={**hidden_in(preview), "jawab-text": ANSWER, "langkah": "kirim"}
    )
    assert (sent.status_code, await states(routing)) == (303, ["answered"])


@pytest.mark.parametrize(
    ("address", "fields", "after"),
    [
        ("jawab", {"jawab-text": ANSWER, "langkah": "kirim"}, ["answered"]),
        ("tanya", {"tanya-text": QUESTION, "langkah": "kirim"}, ["acknowledged"]),
        ("tuntas", {"tuntas-text": ANSWER, "tuntas-alasan": NO_PHOTO, "langkah": "kirim"}, ["completed"]),
        ("kembalikan", {"kembalikan-text": WHY_NOT}, ["returned", "created"]),
        (
            "kembalikan",
            {"kembalikan-text": WHY_NOT, "kembalikan-instansi": "35.3578.dishub"},
            ["returned", "created"],
        ),
    ],
)
async def test_a_form_sent_twice_acts_once(desk, path, routing, address, fields, after):
    form = {**hidden_in(await desk.get(path)), **fields}
    answers = [await desk.post(f"{path}/{address}", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await states(routing) == after
    assert len(await routing.rows("SELECT 1 FROM responses")) == 1


async def test_the_officer_who_acted_is_on_record(desk, path, routing):
    await desk.fill(path, "terima")
    rows = await routing.rows("SELECT actor FROM entries WHERE type = 'disposition.acknowledged.v1'")
    assert [row.actor for row in rows] == ["liaison-1"]


async def test_a_return_goes_to_the_agency_that_was_named(desk, path, routing):
    await desk.fill(path, "kembalikan", **{
        "kembalikan-text": WHY_NOT, "kembalikan-instansi": "dinas perhubungan kota surabaya"
    })  # fmt: skip
    assert [leg.agency for leg in await routing.legs()] == [ROADS, "35.3578.dishub"]


async def test_several_agencies_that_match_are_offered_and_the_reason_is_kept(desk, path, routing):
    typed = {"kembalikan-text": WHY_NOT, "kembalikan-instansi": "dinas perhubungan"}
    page = await desk.fill(path, "kembalikan", **typed)
    assert page.status_code == 422
    assert 'name="kembalikan-pilihan"' in page.text and WHY_NOT in page.text
    assert await states(routing) == ["created"]


@pytest.mark.parametrize(
    ("address", "fields", "wrong"),
    [
        ("jawab", {"jawab-text": "Sudah.", "langkah": "kirim"}, "jawab-text-salah"),
        ("jawab", {"jawab-text": "x" * 10_001, "langkah": "pratinjau"}, "jawab-text-salah"),
        ("tuntas", {"tuntas-text": "Selesai pada [tanggal] nanti.", "langkah": "kirim"}, "tuntas-text-salah"),
        (
            "tuntas",
            {"tuntas-text": "Sudah.", "tuntas-alasan": NO_PHOTO, "langkah": "kirim"},
            "tuntas-text-salah",
        ),
        ("tuntas", {"tuntas-text": ANSWER, "langkah": "pratinjau"}, "tuntas-bukti-salah"),
        ("tuntas", {"tuntas-text": ANSWER, "file": "foto.jpg", "langkah": "kirim"}, "tuntas-bukti-salah"),
        ("tuntas", {"tuntas-text": ANSWER, "tuntas-alasan": "x" * 1_001}, "tuntas-alasan-salah"),
        ("kembalikan", {"kembalikan-text": "Bukan."}, "kembalikan-text-salah"),
        (
            "kembalikan",
            {"kembalikan-text": WHY_NOT, "kembalikan-instansi": "dinas sihir"},
            "kembalikan-instansi-salah",
        ),
    ],
)
async def test_what_is_wrong_is_said_next_to_its_field_and_what_was_typed_is_kept(
    desk, path, routing, address, fields, wrong
):
    page = await desk.fill(path, address, **fields)
    assert (page.status_code, f'id="{wrong}"' in page.text) == (422, True)
    assert all(value in page.text for name, value in fields.items() if name != "langkah")
    assert await states(routing) == ["created"]


async def test_a_box_of_no_file_is_no_form_of_ours_whatever_its_button(desk, path):
    for step in ("ubah", "pratinjau", "kirim"):
        page = await desk.fill(path, "tuntas", **{"tuntas-bukti-x": "1", "langkah": step})
        assert page.status_code == 404


async def test_a_completion_names_the_files_that_are_ticked_through_preview_and_sending(desk, path, routing):
    leg_id = (await routing.legs())[0].leg_id
    shown, other = attached(leg_id), attached(leg_id)
    await routing.hear(shown, other)
    page = await desk.get(path)
    box, left_out = (f"tuntas-bukti-{file.evidence.evidence_id}" for file in (shown, other))
    assert box in page.text and left_out in page.text
    form = {**hidden_in(page), "tuntas-text": ANSWER, box: "1"}
    preview = await desk.post(f"{path}/tuntas", data={**form, "langkah": "pratinjau"})
    assert (preview.status_code, box in preview.text, left_out in preview.text) == (200, True, False)
    again = await desk.post(f"{path}/tuntas", data={**form, "langkah": "ubah"})
    assert f'name="{box}" value="1" checked' in again.text
    assert f'name="{left_out}" value="1">' in again.text
    await desk.post(f"{path}/tuntas", data={**form, "langkah": "kirim"})
    completed = (await routing.said())[-1]
    assert completed.evidence == (shown.evidence,)


async def test_a_leg_is_delegated_to_a_unit_of_the_tree(open_desk, routing):
    await routing.hear(verified(agencies=(CITY,)))
    desk, path = open_desk(Role.COORDINATOR, CITY), f"/petugas/disposisi/{(await routing.legs())[0].leg_id}"
    assert f'value="{ROADS}"' in (await desk.get(path)).text
    empty = await desk.fill(path, "delegasi")
    assert 'id="delegasi-unit-salah"' in empty.text
    done = await desk.fill(path, "delegasi", **{"delegasi-unit": ROADS})
    assert (done.status_code, (await routing.legs())[0].holder) == (303, ROADS)


async def test_a_stale_page_changes_nothing_and_keeps_what_was_typed(open_desk, path, routing):
    first, second = open_desk(), open_desk()
    page = await second.get(path)
    await first.fill(path, "terima")
    late = await second.post(
        f"{path}/jawab", data={**hidden_in(page), "jawab-text": ANSWER, "langkah": "kirim"}
    )
    assert (late.status_code, ANSWER in late.text, "berubah" in late.text) == (409, True, True)
    assert await states(routing) == ["acknowledged"]


async def test_a_form_that_is_not_from_our_page_acts_on_nothing(desk, path, routing):
    page = await desk.fill(path, "jawab", **{"jawab-text": ANSWER, "langkah": "kirim", "formulir": "x" * 32})
    assert (page.status_code, ANSWER in page.text, await states(routing)) == (422, True, ["created"])


async def test_a_prepared_text_is_put_in_below_what_was_typed(desk, path):
    typed = {"jawab-text": "Selamat pagi.", "jawab-contoh": "jadwal", "langkah": "sisipkan"}
    page = (await desk.fill(path, "jawab", **typed)).text
    assert "Selamat pagi.\n\nTerima kasih atas laporan Anda." in page


async def test_a_prepared_text_can_be_asked_for_in_the_address(desk, path):
    page = (await desk.get(f"{path}?contoh=lokasi")).text
    assert '<details class="card" id="tanya" open>' in page
    assert "patokan yang mudah dikenali.</textarea>" in page


@pytest.mark.parametrize(
    ("role", "agency"), [(Role.SUPERVISOR, CITY), (Role.SUPERVISOR, None), (Role.NATIONAL_ADMIN, None)]
)
async def test_whoever_watches_reads_everything_and_is_offered_nothing(
    open_desk, path, role, agency, routing
):
    watcher = open_desk(role, agency)
    page = await watcher.get(path)
    assert "Jalan Kenanga berlubang" in page.text
    assert "deed-form" not in page.text
    refused = await watcher.post(f"{path}/terima", data=hidden_in(page))
    assert (refused.status_code in {403, 404, 409, 422}, await states(routing)) == (True, ["created"])


async def test_the_reporters_words_are_shown_in_the_history(desk, path, routing):
    await desk.fill(path, "tanya", **{"tanya-text": QUESTION, "langkah": "kirim"})
    asked = (await desk.get(path)).text
    assert "Menunggu jawaban pelapor" in asked and QUESTION in asked
    await routing.hear(replied(MONDAY + HOUR))
    assert "Kapan dikerjakan?" in (await desk.get(path)).text


async def test_scripts_in_a_report_are_shown_as_text(open_desk, routing):
    await routing.hear(verified(title="<script>alert(1)</script>", text='<img src=x onerror="alert(1)">'))
    desk, leg = open_desk(), (await routing.legs())[0]
    page = (await desk.get(f"/petugas/disposisi/{leg.leg_id}")).text
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "<img" not in page


async def test_english_is_one_choice_away(desk, path):
    assert "working days left" in (await desk.get("/petugas/disposisi?lang=en")).text


@pytest.mark.parametrize("role", [Role.LIAISON, Role.COORDINATOR, Role.SUPERVISOR])
async def test_an_agency_sees_its_units_and_how_its_broker_user_is_made(open_desk, path, role):
    page = (await open_desk(role, CITY).get("/petugas/instansi")).text
    assert ROADS in page and f"lapor agency grant {CITY}" in page
    assert ('id="web-hook"' in page) is (role is Role.COORDINATOR)


async def test_no_agency_looks_at_another(open_desk, path):
    assert (await open_desk(Role.COORDINATOR, ROADS).get(f"/petugas/instansi?kode={CITY}")).status_code == 404


async def register(desk: Browser, url: str) -> httpx.Response:
    page = await desk.get("/petugas/instansi")
    return await desk.post(f"/petugas/instansi/{CITY}/web-hook", data={**hidden_in(page), "url": url})


async def test_a_web_hook_is_registered_tested_and_its_secret_renewed_once(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    registered = await register(desk, f"{server.url}/hook")
    assert "whsec_" in registered.text
    again = await register(desk, f"{server.url}/hook")
    assert (again.status_code, 'id="url-salah"' in again.text) == (422, True)
    (row,) = await routing.rows("SELECT webhook_id FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    tested = await desk.fill(path, "uji")
    assert "Kiriman uji" in tested.text and "webhook.test" in tested.text
    form = {**hidden_in(await desk.get(path)), "tumpang": "24"}
    renewed = [await desk.post(f"{path}/putar", data=form) for _ in range(2)]
    assert [answer.status_code for answer in renewed] == [200, 422]
    assert "whsec_" in renewed[0].text and "whsec_" not in renewed[1].text


async def test_an_address_nobody_may_call_is_said_next_to_the_field(open_desk, routing):
    page = await register(open_desk(Role.COORDINATOR, CITY), "ftp://dinas.example/")
    assert (page.status_code, 'id="url-salah"' in page.text, "ftp://dinas.example/" in page.text) == (
        422,
        True,
        True,
    )


async def test_a_range_of_deliveries_is_sent_again_and_a_wrong_one_is_explained(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    await register(desk, f"{server.url}/hook")
    await routing.hear(verified())
    await routing.rows_changed("UPDATE webhook_deliveries SET state = 'abandoned'")
    (row,) = await routing.rows("SELECT webhook_id, now() AS now FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    day = timedelta(days=1)
    first, last = ((row.now + step).strftime("%Y-%m-%dT%H:%M") for step in (-day, day))
    wrong = await desk.fill(path, "ulang", **{"dari": last, "sampai-waktu": first})
    assert (wrong.status_code, f'value="{last}"' in wrong.text) == (422, True)
    done = await desk.fill(path, "ulang", **{"dari": first, "sampai-waktu": last, "yang": "abandoned"})
    assert done.headers["location"].endswith("jumlah=1")


async def test_a_web_hook_is_removed_only_by_whoever_says_so(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    await register(desk, f"{server.url}/hook")
    (row,) = await routing.rows("SELECT webhook_id FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    assert (await desk.fill(path, "hapus")).status_code == 422
    assert (await desk.fill(path, "hapus", yakin="1")).status_code == 303
    assert [hook.state for hook in await routing.rows("SELECT state FROM webhooks")] == ["removed"]


async def test_a_liaison_manages_no_web_hooks(open_desk, routing):
    refused = await open_desk(Role.LIAISON, CITY).post(f"/petugas/instansi/{CITY}/web-hook", data={})
    assert refused.status_code == 403


async def test_the_inspectorate_sees_counts_over_its_subtree(open_desk, path, clock):
    clock.set(MONDAY + timedelta(days=9))
    page = (await open_desk(Role.SUPERVISOR, CITY).get("/petugas/pengawasan")).text
    assert '<div class="late"><dt>Terlambat</dt><dd>1</dd></div>' in page
    elsewhere = (await open_desk(Role.SUPERVISOR, "31").get("/petugas/pengawasan")).text
    assert "<div><dt>Terlambat</dt><dd>0</dd></div>" in elsewhere


async def test_the_list_is_downloaded_as_a_table_in_which_nothing_is_a_formula(open_desk, routing):
    await routing.hear(verified(category="=1+1"))
    table = await open_desk(Role.SUPERVISOR, CITY).get("/petugas/pengawasan/disposisi.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[0].startswith("\ufeffnomor,instansi")
    assert "'=1+1" in table.text and "Kenanga" not in table.text


async def test_the_national_desk_sends_its_own_legs_on(open_desk, routing):
    await routing.hear(verified(agencies=("nasional",)))
    desk, path = (
        open_desk(Role.NATIONAL_ADMIN, None),
        f"/petugas/disposisi/{(await routing.legs())[0].leg_id}",
    )
    page = await desk.fill(path, "alihkan")
    assert 'id="alihkan-instansi-salah"' in page.text
    form = {**hidden_in(await desk.get(path)), "alihkan-instansi": ROADS}
    answers = [await desk.post(f"{path}/alihkan", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [(leg.agency, leg.state) for leg in await routing.legs()] == [
        ("nasional", "redirected"),
        (ROADS, "created"),
    ]


async def test_opening_a_secret_report_is_written_down_and_an_open_one_is_not(open_desk, routing):
    for secret in (True, False):
        await routing.hear(verified(report_id=uuid7(), secret=secret))
    desk = open_desk()
    for leg in await routing.legs():
        await desk.get(f"/petugas/disposisi/{leg.leg_id}")
    rows = await routing.rows("SELECT r.officer, l.secret FROM secret_readings r JOIN legs l USING (leg_id)")
    assert [tuple(row) for row in rows] == [("liaison-1", True)]
