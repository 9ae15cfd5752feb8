"""Officers' accounts by page: added, closed and read by those whose business it is."""

import pytest

from shared.security.tokens import Role


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
