"""The pages of an account: which reports are in it, what it wishes, and what is left when it is deleted."""

import re

import httpx
import pytest

from shared.contracts import ContactRegistered, PreferencesChanged

from .reader import STORY


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
