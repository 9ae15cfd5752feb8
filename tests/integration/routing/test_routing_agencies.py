"""Agencies over HTTP: looked up, exported, imported with a dry run, ended in favour of others."""

from datetime import timedelta

import pytest

from services.routing.directory import held
from services.routing.succession import redirect_left_behind
from shared import contracts as c
from shared.security.tokens import Role
from tests.unit.routing.stories import ANSWER, verified

HEAD = "code,name,kind,parent,zone,calendar,desk_email,valid_from,valid_to,successors"
UNIT = "35.3578.dpubm"


pytestmark = pytest.mark.usefixtures("restored")


@pytest.fixture
def admin(sign):
    return sign(Role.NATIONAL_ADMIN)


async def put(client, headers, *rows: str, dry_run: bool = False, head: str = HEAD):
    table = "\n".join((head, *rows)).encode()
    query = {"dry_run": dry_run}
    return await client.post("/v1/agencies/import", headers=headers, params=query, content=table)


async def test_every_agency_is_found_page_by_page(client):
    seen, after = [], None
    while True:
        query = {"under": "35", "limit": 400} | ({"after": after} if after else {})
        page = (await client.get("/v1/agencies", params=query)).json()
        seen += [agency["code"] for agency in page["agencies"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) > 800
    assert seen == sorted(seen)


async def test_agencies_are_found_by_kind_and_words_of_their_name(client):
    query = {"kind": "city", "q": "kota malang"}
    agencies = (await client.get("/v1/agencies", params=query)).json()["agencies"]
    assert [agency["code"] for agency in agencies] == ["35.3573"]


async def test_an_agency_shows_who_is_above_and_below_it(client):
    shown = (await client.get(f"/v1/agencies/{UNIT}")).json()
    assert (shown["coordinator"], shown["calendar"], shown["units"]) == ("35.3578", "35.78", [])
    city = (await client.get("/v1/agencies/35.3578")).json()
    assert UNIT in city["units"]
    assert "desk_email" not in city


async def test_an_unknown_agency_is_not_found(client):
    assert (await client.get("/v1/agencies/kl.tidak-ada")).status_code == 404


async def test_what_is_exported_imports_again_and_changes_nothing(client, admin):
    table = (await client.get("/v1/agencies/export", headers=admin)).content
    answer = await client.post("/v1/agencies/import", headers=admin, content=table)
    assert (answer.json()["added"], answer.json()["changed"]) == (0, 0)
    assert answer.json()["unchanged"] == table.count(b"\n") - 1 > 12_000


async def test_a_dry_run_shows_the_differences_and_makes_none(client, admin):
    row = "35.3578,Kota Pahlawan,city,,WIB,35.78,meja@surabaya.example,,,"
    answer = (await put(client, admin, row, dry_run=True)).json()
    changed = {field["field"]: (field["before"], field["after"]) for field in answer["changes"][0]["fields"]}
    assert changed == {
        "name": ("Pemerintah Kota Surabaya", "Kota Pahlawan"),
        "desk_email": ("pengaduan@surabaya.example", "meja@surabaya.example"),
    }
    assert (await client.get("/v1/agencies/35.3578")).json()["name"] == "Pemerintah Kota Surabaya"


async def test_an_import_adds_agencies_that_get_cases(client, admin, routing):
    row = "35.3578.taman,Dinas Pertamanan,unit,35.3578,,,taman@surabaya.example,,,"
    assert (await put(client, admin, row)).json()["added"] == 1
    held.forget()
    await routing.hear(verified(agencies=("35.3578.taman",)))
    (said,) = await routing.said()
    assert (said.agency, said.coordinator.agency, said.zone) == ("35.3578.taman", "35.3578", "WIB")


async def test_a_column_that_is_left_out_stays_as_it_is(client, admin):
    await put(client, admin, "kl.pln,Perusahaan Listrik Negara,state_company", head="code,name,kind")
    held.forget()
    table = (await client.get("/v1/agencies/export", headers=admin)).text
    assert "kl.pln,Perusahaan Listrik Negara,state_company,WIB,,pengaduan@pln.example" in table


async def test_a_wrong_row_refuses_the_whole_table_by_row_and_field(client, admin):
    rows = ("kl.baru,Baru,ministry,,,,,,,", "kl.salah,Salah,kantor,,,,,,,")
    answer = await put(client, admin, *rows)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["rows.3.kind"])
    assert (await client.get("/v1/agencies/kl.baru")).status_code == 404


async def test_only_the_national_administrator_imports_and_exports(client, sign):
    coordinator = sign(Role.COORDINATOR, "35.3578")
    assert (await put(client, coordinator, "x,x,unit,,,,,,,")).status_code == 403
    assert (await client.get("/v1/agencies/export", headers=coordinator)).status_code == 403


@pytest.fixture
async def merged(client, admin, routing, clock):
    """The unit for roads has a case and ends today; the one for transport takes over."""
    await routing.hear(verified(agencies=(UNIT, "kl.kemensos")))
    today = clock.now().date().isoformat()
    row = f"{UNIT},Dinas Lama,unit,35.3578,,,,,{today},35.3578.dishub"
    assert (await put(client, admin, row)).status_code == 200
    held.forget()
    return routing


async def test_an_agency_that_ends_keeps_its_cases_until_its_last_day_is_over(merged):
    assert await redirect_left_behind(merged.database) == 0


async def test_open_legs_of_an_ended_agency_go_to_its_successor_once(merged, clock):
    clock.advance(timedelta(days=2))
    assert [await redirect_left_behind(merged.database) for _ in range(2)] == [1, 0]
    legs = {row.agency: row for row in await merged.legs()}
    assert (legs[UNIT].state, legs["kl.kemensos"].state) == ("redirected", "created")
    assert (legs["35.3578.dishub"].state, legs["35.3578.dishub"].hop) == ("created", 1)
    told = [type(fact) for fact in await merged.said()][2:]
    assert told == [c.DispositionRedirected, c.DispositionCreated]


async def test_a_leg_that_was_answered_is_left_in_peace(merged, clock, client, sign):
    (row,) = [row for row in await merged.legs() if row.agency == UNIT]
    path = f"/v1/dispositions/{row.leg_id}/responses"
    assert (
        await client.post(path, headers=sign(Role.LIAISON, UNIT), json={"text": ANSWER})
    ).status_code == 200
    clock.advance(timedelta(days=2))
    assert await redirect_left_behind(merged.database) == 0
