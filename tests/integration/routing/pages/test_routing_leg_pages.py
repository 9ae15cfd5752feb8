"""A leg by page: what a browser without JavaScript sends, what it sees, and what became of it."""

import pytest

from shared.security.tokens import Role
from tests.integration.routing.pages.browser import CITY, QUESTION, ROADS, hidden_in, states
from tests.unit.routing.stories import ANSWER, HOUR, MONDAY, NO_PHOTO, WHY_NOT, attached, replied, verified


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


async def test_an_officer_reads_that_the_reporter_waits_for_the_other_agency(desk, routing):
    await routing.hear(verified(agencies=(ROADS, "kl.kemensos")))
    [leg] = [one for one in await routing.legs() if one.agency == ROADS]
    path, form = f"/petugas/disposisi/{leg.leg_id}", {"jawab-text": ANSWER, "langkah": "pratinjau"}
    preview = (await desk.fill(path, "jawab", **form)).text
    assert "setelah semua instansi yang menangani laporan ini menjawab" in preview
    assert "hari kerja untuk menjawab" not in preview


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
