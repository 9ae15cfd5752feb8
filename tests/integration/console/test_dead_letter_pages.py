"""Dead letters on the pages: shown, chosen, and settled only after it was shown what will be done."""

import asyncio
import contextlib

import pytest
from aio_pika.abc import AbstractChannel
from structlog.testing import capture_logs

from shared.security.tokens import Role
from tests.integration.console.conftest import LETTERS

SECRET = b'{"report_id": "r-1", "text": "<b>isi yang rahasia</b>"}'


async def holds(channel: AbstractChannel, name: str, expected: int) -> bool:
    """Whether a queue comes to hold so many: what a closed channel had goes back a moment later."""

    async def count() -> int:
        declared = await channel.declare_queue(name, passive=True)
        return declared.declaration_result.message_count or 0

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(40):
            while await count() != expected:
                await asyncio.sleep(0.05)
    return await count() == expected


async def test_the_list_tells_what_failed_where_and_why_and_takes_none_away(window, park, channel):
    await park("a", "b")
    page = await window().get(LETTERS)
    assert page.status_code == 200
    assert "case.verified.v1" in page.text and "no such case" in page.text and "sla.facts a" in page.text
    assert await holds(channel, "sla.facts.dead", 2)


async def test_the_list_is_narrowed_by_queue_and_by_reason(window, park):
    await park("a", reason="no such case")
    await park("b", reason="a deadlock")
    await park("c", queue="notify.contacts")
    page = await window().get(LETTERS, antrean="sla.facts", sebab="a deadlock")
    shown = {
        name for name in ("sla.facts a", "sla.facts b", "notify.contacts c") if f'value="{name}"' in page.text
    }
    assert shown == {"sla.facts b"}


async def test_one_is_replayed_after_it_was_shown_which(window, park, channel):
    await park("a", "b")
    officer = window()
    shown = await officer.get(f"{LETTERS}/periksa", aksi="ulangi", pilih="sla.facts b")
    assert "Ulangi 1 pesan?" in shown.text and "sla.facts b" in shown.text
    assert await holds(channel, "sla.facts", 0)
    answer = await officer.send(shown)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{LETTERS}?selesai=ulangi&jumlah=1&diminta=1",
    )
    assert await holds(channel, "sla.facts", 1) and await holds(channel, "sla.facts.dead", 1)


async def test_who_discarded_what_is_recorded(window, park):
    await park("a", body=SECRET)
    officer = window()
    shown = await officer.get(f"{LETTERS}/periksa", aksi="buang", pilih="sla.facts a")
    with capture_logs() as logs:
        await officer.send(shown)
    [line] = [line for line in logs if line["event"] == "dead_letter_discarded"]
    assert (line["officer"], line["queue"], line["event_id"]) == ("sari", "sla.facts", "a")


async def test_the_same_id_in_another_queue_is_left_alone(window, park, channel):
    await park("a")
    await park("a", queue="notify.contacts")
    officer = window()
    await officer.send(await officer.get(f"{LETTERS}/periksa", aksi="buang", pilih="sla.facts a"))
    assert await holds(channel, "sla.facts.dead", 0) and await holds(channel, "notify.contacts.dead", 1)


async def test_all_that_a_filter_leaves_are_discarded_and_no_others(window, park, channel):
    await park("a", "b", reason="a deadlock")
    await park("c")
    officer = window()
    shown = await officer.get(f"{LETTERS}/periksa", aksi="buang", semua="true", sebab="a deadlock")
    assert "Buang 2 pesan?" in shown.text
    await officer.send(shown)
    assert await holds(channel, "sla.facts.dead", 1)


@pytest.mark.parametrize("changed", [{"bukti": ""}, {"surat": "sla.facts a\nsla.facts b"}, {"formulir": "x"}])
async def test_nothing_is_discarded_that_was_not_shown_to_be(window, park, channel, changed):
    await park("a", "b")
    officer = window()
    shown = await officer.get(f"{LETTERS}/periksa", aksi="buang", pilih="sla.facts a")
    answer = await officer.send(shown, **changed)
    assert answer.status_code == 422 and "Belum ada yang dilakukan" in answer.text
    assert await holds(channel, "sla.facts.dead", 2)


async def test_what_was_shown_for_a_replay_discards_nothing(window, park, channel):
    await park("a")
    officer = window()
    shown = await officer.get(f"{LETTERS}/periksa", aksi="ulangi", pilih="sla.facts a")
    fields = {"bukti": shown.text.split('name="bukti" value="')[1].split('"')[0], "surat": "sla.facts a"}
    fields["formulir"] = officer.http.cookies["lapor_formulir"]
    assert (await officer.http.post(f"{LETTERS}/buang", data=fields)).status_code == 422
    assert await holds(channel, "sla.facts.dead", 1)


async def test_an_operator_sees_the_fields_names_and_not_what_they_hold(window, park):
    await park("a", body=SECRET)
    page = await window().get(f"{LETTERS}/satu", antrean="sla.facts", nomor="a")
    assert "report_id" in page.text and "isi yang rahasia" not in page.text
    assert "Tampilkan isi" not in page.text


async def test_an_administrator_reads_a_body_as_text_and_that_is_recorded(window, park):
    await park("a", body=SECRET)
    admin = window(Role.NATIONAL_ADMIN)
    closed = await admin.get(f"{LETTERS}/satu", antrean="sla.facts", nomor="a")
    assert "isi yang rahasia" not in closed.text
    with capture_logs() as logs:
        opened = await admin.send(closed)
    assert "&lt;b&gt;isi yang rahasia&lt;/b&gt;" in opened.text
    [line] = [line for line in logs if line["event"] == "dead_letter_read"]
    assert (line["officer"], line["queue"], line["event_id"]) == ("sari", "sla.facts", "a")
    assert "rahasia" not in str(logs)


async def test_nobody_reads_what_would_tell_who_a_reporter_is(window, park):
    await park("a", queue="notify.contacts", body=SECRET)
    admin = window(Role.NATIONAL_ADMIN)
    page = await admin.get(f"{LETTERS}/satu", antrean="notify.contacts", nomor="a")
    token = admin.http.cookies.get("lapor_formulir", "")
    sent = await admin.http.post(f"{LETTERS}/satu?antrean=notify.contacts&nomor=a", data={"formulir": token})
    assert "isi yang rahasia" not in page.text + sent.text


async def test_a_letter_that_is_not_there_is_a_page_that_is_not_there(window, park):
    assert (await window().get(f"{LETTERS}/satu", antrean="sla.facts", nomor="never")).status_code == 404
