"""Every page for officers, each as somebody who may open it: the same demands as on the public's pages."""

from datetime import timedelta

import pytest

from deploy.demo.world import World
from shared import contracts as c
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from shared.web.pages.officers import COOKIE, HOME
from tests.browser.conftest import Visit
from tests.browser.faults import CALM, faults
from tests.browser.people import STORY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROADS = "35.3578.dpubm"
OFFICERS = {
    "admin": Officer("pejabat.dengan.nama.panjang@kementerian.example", Role.NATIONAL_ADMIN),
    "coordinator": Officer("koordinator-jalan", Role.COORDINATOR, ROADS),
    "liaison": Officer("penghubung-jalan", Role.LIAISON, ROADS),
    "supervisor": Officer("pengawas", Role.SUPERVISOR, "35.3578"),
    "operator": Officer("operator-malam", Role.OPERATOR),
    "auditor": Officer("auditor", Role.AUDITOR),
}
PAGES = {
    "admin": [
        "antrean", "antrean?channel=x", "kasus/{waiting}", "kasus/{waiting}/serupa",
        "kasus/{secret}", "kasus/{secret}/pembaca", "kasus/{sent}", "akun", "saya", "disposisi", "identitas",
        "identitas/baru", "bukti/{number}", "tenggat/{sent}", "kalender/hari", "kalender/batas",
    ],
    "coordinator": ["instansi", "akun", "identitas"],
    "liaison": ["disposisi", "disposisi?tampilan=lambat", "disposisi/{leg}", "konsol"],
    "supervisor": ["pengawasan", "pembaca?dari=kemarin", "identitas/catatan"],
    "operator": ["konsol", "konsol/pesan-gagal", "kalender"],
    "auditor": ["akun", "akun/siapa", "pembaca", "pengawasan/pembaca", "identitas/catatan"],
}  # fmt: skip
"""The liaison's last is not for a liaison: the refusal is a page, too."""


@pytest.fixture(scope="module")
async def cases(world: World) -> dict[str, str]:
    """One that waits, one that is secret and has been read, one that an agency has."""
    filed = {
        name: await world.file("A", title=f"Untuk dilihat: {name}", text=STORY, **more)
        for name, more in (
            ("waiting", {}),
            ("secret", {"secret": True}),
            ("sent", {"place": {"region": "35.78"}}),
        )
    }
    for one in filed.values():
        await world.case_exists(one.report_id)
    sent = filed["sent"].report_id
    body = {"classification": "non_supervision", "category": "infrastruktur", "agencies": [ROADS]}
    await world.decide(sent, "verification", **body)
    leg = await world.heard(
        lambda f: isinstance(f, c.DispositionCreated) and f.report_id == sent, "the agency has it"
    )
    ids = {name: str(one.report_id) for name, one in filed.items()}
    return {**ids, "leg": str(leg.leg_id), "number": filed["waiting"].tracking_id}


async def signed_in(window: Visit, world: World, officer: Officer) -> None:
    """As after the sign-in, which has its own tests."""
    token = issue(load_signing_key(world.place.token_private_key), officer, timedelta(minutes=10))
    await window.context.add_cookies([{"name": COOKIE, "value": token, "url": window.url + HOME}])


async def test_no_page_for_officers_has_a_fault_on_a_phone_enlarged_or_in_the_dark(visit, world, cases):
    window = await visit(**CALM)
    wrong = await faults(window, f"{HOME}/masuk")
    for name, paths in PAGES.items():
        await signed_in(window, world, OFFICERS[name])
        for path in paths:
            wrong += await faults(window, f"{HOME}/{path.format(**cases)}")
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "path", "section"),
    [
        ("admin", "kasus/{waiting}", "Antrean"),
        ("liaison", "disposisi/{leg}", "Disposisi"),
        ("auditor", "pengawasan/pembaca", "Catatan baca"),
    ],
)
async def test_the_menu_says_where_one_is(visit, world, cases, name, path, section):
    window = await visit()
    await signed_in(window, world, OFFICERS[name])
    await window.go(f"{HOME}/{path.format(**cases)}")
    assert await window.page.inner_text(".bar nav [aria-current]") == section


async def test_who_one_is_stands_on_the_page_by_name(visit, world):
    window = await visit()
    await signed_in(window, world, OFFICERS["liaison"])
    await window.go(f"{HOME}/disposisi")
    who = await window.page.inner_text(".me")
    assert "penghubung-jalan" in who and "Pejabat penghubung" in who and "DPUBM, Kota Surabaya" in who
