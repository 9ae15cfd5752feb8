"""The record of reveals as a page: who reads it, and what it says of itself."""

from dataclasses import replace

import pytest

from services.intake.keyring import Keyring
from shared.security.keys import generate_keys
from shared.security.tokens import Role

from .conftest import intake_settings
from .desk_officers import ASK, PAGE
from .reveal_officers import behind_its_back


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
async def test_who_oversees_reads_the_record_alone(desk, role):
    where, _ = await desk.approved(desk.officer("ratna"))
    sari = desk.officer("sari", role)
    record = await sari.get(PAGE)
    assert record.url.path == f"{PAGE}/catatan"
    assert all(one in record.text for one in ("ratna", "budi", ASK["penjelasan"]))
    assert [(await sari.get(path)).status_code for path in (f"{PAGE}/baru", where)] == [403, 403]


async def test_the_record_tells_on_its_page_what_is_forged_and_how_much_is_unsigned(desk):
    await desk.approved(desk.officer("ratna"))
    sari = desk.officer("sari", Role.AUDITOR)
    assert "tanpa tanda tangan" not in (await sari.get(f"{PAGE}/catatan")).text
    await behind_its_back(desk, "UPDATE reveal_log SET signature = NULL WHERE seq = 1")
    assert "1 langkah pertama tanpa tanda tangan" in (await sari.get(f"{PAGE}/catatan")).text
    await behind_its_back(desk, "UPDATE reveal_log SET signature = NULL WHERE seq = 3")
    assert "Catatan rusak mulai langkah 3" in (await sari.get(f"{PAGE}/catatan")).text


async def test_the_record_tells_on_its_page_of_a_key_that_is_not_known(desk, stack, keys):
    await desk.asked(desk.officer("ratna"))
    newer = {**keys, "LAPOR_RECEIPT_PRIVATE_KEY": generate_keys()["LAPOR_RECEIPT_PRIVATE_KEY"]}
    desk.app.state.desk = replace(desk.intake.desk, keys=Keyring(intake_settings(stack, newer)))
    page = await desk.officer("sari", Role.AUDITOR).get(f"{PAGE}/catatan")
    assert "Langkah 1 ditandatangani dengan kunci yang tidak dikenal" in page.text
