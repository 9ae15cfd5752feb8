"""Signing out of an account, or deleting it, closes the reports that it opened, in every browser."""

import pytest

from .reader import STORY


async def claimed(reader):
    """A secret report that the account has opened in this browser: its page, if it is still open."""
    filed = await reader.intake.file(secret=True)
    await reader.post("/akun/klaim", nomor=filed.tracking_id, kode=filed.access_code)
    page = f"/lacak/{filed.tracking_id}"
    assert (await reader.get(page)).status_code == 200
    return page


async def sent(reader, **hidden):
    """The receipt of a report that was filed in this browser."""
    await reader.get("/lapor")
    answer = await reader.post("/lapor", go="send", **STORY, **hidden)
    assert answer.url.path.startswith("/tanda-terima/")
    return answer.url.path


async def leave(reader, how="keluar"):
    await reader.get("/akun/pengaturan")
    answer = await reader.post(f"/akun/{how}", yakin="1")
    assert answer.url.params["lalu"] == how


@pytest.mark.parametrize("how", ["hapus", "keluar"])
async def test_what_the_account_opened_is_closed_when_it_is_left(read, how):
    reader = await read().sign_in()
    page = await claimed(reader)
    await leave(reader, how)
    assert (await reader.get(page)).status_code == 404
    assert page not in (await reader.get("/lacak")).text


async def test_it_is_closed_in_other_browsers_too(read):
    reader, elsewhere = await read().sign_in(), await read().sign_in()
    page = await claimed(elsewhere)
    await leave(reader)
    assert (await elsewhere.get(page)).status_code == 404


async def test_a_receipt_with_its_access_code_is_closed_as_well(read):
    reader = await read().sign_in()
    receipt = await sent(reader)
    await leave(reader)
    assert (await reader.get(receipt)).status_code == 401


async def test_what_an_access_code_opened_stays_open(read):
    reader = await read().sign_in()
    filed = await reader.intake.file(secret=True)
    await reader.open(filed)
    await leave(reader)
    assert (await reader.get(f"/lacak/{filed.tracking_id}")).status_code == 200


async def test_a_report_that_went_into_no_account_stays_open(read):
    reader = await read().sign_in()
    receipt = await sent(reader, anonymous="1")
    await leave(reader)
    assert (await reader.get(receipt)).status_code == 200


async def test_signed_in_again_the_report_wants_its_access_code(read):
    reader = await read().sign_in()
    page = await claimed(reader)
    await leave(reader)
    await reader.sign_in()
    assert (await reader.get(page)).status_code == 404
