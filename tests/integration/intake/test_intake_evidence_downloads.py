"""Who may see which file, by links that live shortly and are written down."""

from uuid import UUID

import pytest

from services.intake.evidence import links
from shared import contracts as c
from shared.security.codes import new_access_code
from shared.security.tokens import Role
from tests.corpora import evidence as corpus

from .conftest import ACCESS
from .evidence_desk import check, s3_of, sent, token
from .legs import leg


@pytest.fixture
async def shown(intake, clock):
    """A report with a checked photo, one part of which an agency holds."""
    filed = await intake.file()
    filed.evidence_id = await sent(intake, filed, corpus.photo())
    await check(intake)
    await leg(intake, filed, "35.3578.dishub")
    return filed


async def link(intake, filed, headers, part="file"):
    return await intake.http.get(
        f"{filed.url}/evidence/{filed.evidence_id}", params={"part": part}, headers=headers
    )


async def fetched(intake, answer, **headers):
    path = "/e/" + answer.json()["url"].rpartition("/")[2]
    return await intake.http.get(path, headers=headers)


async def test_the_reporter_fetches_the_clean_copy(intake, shown, stack):
    answer = await link(intake, shown, shown.code)
    file = await fetched(intake, answer)
    (row,) = await intake.rows("SELECT object_key FROM evidence")
    assert file.content == s3_of(stack).get_object("lapor-evidence", row.object_key).read()
    assert (len(file.content), file.headers["Content-Type"]) == (answer.json()["size"], "image/jpeg")


async def test_a_file_never_opens_as_a_page(intake, shown):
    file = await fetched(intake, await link(intake, shown, shown.code))
    assert file.headers["Content-Disposition"].startswith('attachment; filename="bukti-')
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in file.headers["Content-Security-Policy"]


async def test_a_preview_can_be_fetched_alone(intake, shown):
    file = await fetched(intake, await link(intake, shown, shown.code, part="preview"))
    assert file.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("wanted", "status", "span"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
async def test_a_range_is_answered_with_that_range(intake, shown, wanted, status, span):
    answer = await link(intake, shown, shown.code)
    whole = await fetched(intake, answer)
    part = await fetched(intake, answer, Range=wanted)
    assert (part.status_code, part.content) == (status, whole.content[span])


async def test_a_range_behind_the_end_is_refused_with_the_size(intake, shown):
    answer = await link(intake, shown, shown.code)
    part = await fetched(intake, answer, Range="bytes=99999999-")
    assert (part.status_code, part.headers["Content-Range"]) == (416, f"bytes */{answer.json()['size']}")


MAY = {
    "a national administrator": (Role.NATIONAL_ADMIN, None, 200),
    "a supervisor of all": (Role.SUPERVISOR, None, 200),
    "a supervisor of the city": (Role.SUPERVISOR, "35.3578", 200),
    "the agency's coordinator": (Role.COORDINATOR, "35.3578.dishub", 200),
    "the city above it": (Role.LIAISON, "35.3578", 200),
    "another agency": (Role.LIAISON, "35.3578.dispendukcapil", 404),
    "another city": (Role.COORDINATOR, "35.3579", 404),
    "a unit with a name that begins the same": (Role.LIAISON, "35.3578.dis", 404),
    "an operator": (Role.OPERATOR, None, 404),
}


@pytest.mark.parametrize("who", sorted(MAY))
async def test_only_those_in_charge_are_given_a_link(intake, shown, keys, who):
    role, agency, status = MAY[who]
    assert (await link(intake, shown, token(keys, role, agency))).status_code == status


async def test_an_agency_that_gave_its_part_back_is_given_no_link(intake, clock, keys):
    filed = await intake.file()
    filed.evidence_id = await sent(intake, filed, corpus.photo())
    await check(intake)
    about = await leg(intake, filed, "35.3578.dishub")
    await intake.hear(c.DispositionReturned(**{**about, "leg_version": 2}, reason="bukan kami", hop=1))
    who = token(keys, Role.LIAISON, "35.3578.dishub")
    assert (await link(intake, filed, who)).status_code == 404


@pytest.mark.parametrize("path", ["", "/manifest", f"/{UUID(int=7)}"])
async def test_a_stranger_learns_nothing(intake, shown, path):
    wrong = {ACCESS: new_access_code()}
    assert (await intake.http.get(f"{shown.url}/evidence{path}", headers=wrong)).status_code == 404
    assert (await intake.http.get(f"{shown.url}/evidence{path}")).status_code == 401


async def test_a_file_that_is_being_checked_is_not_given_out(intake):
    filed = await intake.file()
    filed.evidence_id = await sent(intake, filed, corpus.photo())
    answer = await link(intake, filed, filed.code)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:evidence-pending")


async def test_a_refused_file_is_not_given_out_and_says_why(intake, keys):
    filed = await intake.file()
    filed.evidence_id = await sent(intake, filed, corpus.png_bomb())
    await check(intake)
    answer = await link(intake, filed, token(keys, Role.NATIONAL_ADMIN))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:evidence-rejected")


async def test_a_link_ends_after_a_while(intake, shown, monkeypatch):
    answer = await link(intake, shown, shown.code)
    later = links.time.time() + links.LIFE_SECONDS + 1
    monkeypatch.setattr(links.time, "time", lambda: later)
    assert (await fetched(intake, answer)).status_code == 404


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "AA", lambda t: t[4:], lambda t: "x", lambda t: "ü" * 50]
)
async def test_a_changed_link_is_not_found(intake, shown, change):
    answer = await link(intake, shown, shown.code)
    token_ = answer.json()["url"].rpartition("/")[2]
    assert (await intake.http.get(f"/e/{change(token_)}")).status_code == 404


async def test_every_link_and_its_use_are_written_down(intake, shown, keys):
    await link(intake, shown, shown.code)
    given = await link(intake, shown, token(keys, Role.LIAISON, "35.3578.dishub"))
    await fetched(intake, given)
    await fetched(intake, given)
    overseer = token(keys, Role.SUPERVISOR)
    record = (await intake.http.get(f"{shown.url}/evidence/downloads", headers=overseer)).json()["downloads"]
    told = {(one["who"], one["role"], one["agency"], one["fetches"]) for one in record}
    assert told == {("reporter", None, None, 0), ("petugas-liaison", "liaison", "35.3578.dishub", 2)}


async def test_an_officers_reading_of_where_a_photo_was_taken_is_written_down(intake, shown, keys):
    for reader in (token(keys, Role.LIAISON, "35.3578.dishub"), shown.code, token(keys, Role.SUPERVISOR)):
        await intake.http.get(f"{shown.url}/evidence", headers=reader)
    rows = await intake.rows("SELECT role, part FROM evidence_downloads")
    assert [(row.role, row.part) for row in rows] == [("supervisor", "list")]


async def test_the_reporter_does_not_read_the_record(intake, shown):
    answer = await intake.http.get(f"{shown.url}/evidence/downloads", headers=shown.code)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "agency", "status", "captured"),
    [
        (Role.NATIONAL_ADMIN, None, 200, True),
        (Role.SUPERVISOR, None, 200, True),
        (Role.SUPERVISOR, "35.3578", 200, False),
        (Role.COORDINATOR, "35.3578.dishub", 200, False),
        (Role.LIAISON, "35.3578.dishub", 200, False),
        (Role.OPERATOR, None, 404, False),
        (Role.OPERATOR, "35.3578.dishub", 404, False),
        (Role.AUDITOR, None, 404, False),
        (Role.AUDITOR, "35.3578.dishub", 404, False),
    ],
)
async def test_what_each_role_reads_of_a_reports_files(intake, shown, keys, role, agency, status, captured):
    answer = await intake.http.get(f"{shown.url}/evidence", headers=token(keys, role, agency))
    assert answer.status_code == status
    assert ("captured" in answer.text) is captured


async def test_where_a_photo_was_taken_is_for_officers_only(intake, shown, keys):
    mine = (await intake.http.get(f"{shown.url}/evidence", headers=shown.code)).json()["files"]
    officer = token(keys, Role.NATIONAL_ADMIN)
    theirs = (await intake.http.get(f"{shown.url}/evidence", headers=officer)).json()["files"]
    assert "captured" not in mine[0]
    assert theirs[0]["captured"]["latitude"] == -7.26
    assert "112.74" not in str(await intake.rows("SELECT to_jsonb(e) FROM evidence e"))


async def test_a_national_administrator_adds_a_file_for_a_reporter_and_others_do_not(intake, keys):
    filed = await intake.file()
    url, photo = f"{filed.url}/evidence", corpus.photo()
    taken = await intake.http.post(url, content=photo, headers=token(keys, Role.NATIONAL_ADMIN))
    refused = await intake.http.post(url, content=photo, headers=token(keys, Role.SUPERVISOR))
    assert (taken.status_code, refused.status_code) == (201, 403)
