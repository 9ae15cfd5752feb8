"""What shows an agency's work: sent for its leg, checked like any file, shown once a completion names it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from shared import contracts as c
from shared.security.links import Purpose, sign
from shared.security.tokens import Role
from shared.web.pages.officers import COOKIE
from tests.corpora import evidence as corpus

from .conftest import PNG
from .conftest import _application as build_application
from .evidence_desk import TUS, check, files, s3_of, send, sent, token
from .legs import leg
from .reader import with_pages

DISHUB = "35.3578.dishub"
DONE = "Lampu di simpang Diponegoro diganti petugas pada Selasa."


@pytest.fixture(scope="module")
def application():
    """The service with its pages."""
    return with_pages(build_application())


@pytest.fixture
async def held(intake):
    """A report with a leg at an agency."""
    filed = await intake.file()
    filed.about = await leg(intake, filed, DISHUB)
    filed.files = f"{filed.url}/evidence"
    return filed


@pytest.fixture
def liaison(keys):
    return token(keys, Role.LIAISON, DISHUB)


async def shows(intake, held, headers, content=None, **query):
    """The agency sends a photo; returns the answer."""
    return await intake.http.post(
        held.files, content=content or corpus.photo(), headers=headers, params=query
    )


async def complete(intake, held, *ids: str, **more) -> None:
    refs = tuple(
        c.EvidenceRef(
            evidence_id=UUID(one), object_key="k", content_type="image/jpeg", size=1, sha256="0" * 64
        )
        for one in ids
    )
    await intake.hear(
        c.DispositionCompleted(**{**held.about, "leg_version": 2}, text=DONE, evidence=refs, **more)
    )


async def test_an_agencys_file_is_told_to_routing_and_shown_to_nobody_else(intake, held, liaison, keys):
    answer = await shows(intake, held, liaison)
    assert answer.status_code == 201, answer.text
    await check(intake)
    (told,) = await intake.said(c.EvidenceAttached)
    assert (str(told.evidence.evidence_id), told.leg_id) == (
        answer.json()["evidence_id"],
        held.about["leg_id"],
    )
    assert await intake.said(c.EvidenceCleared) == []
    assert await files(intake, held) == []
    seen = (await intake.http.get(held.files, headers=liaison)).json()["files"]
    assert [one["agency"] for one in seen] == [DISHUB]


async def test_everyone_sees_the_clean_copy_once_a_completion_names_it(intake, held, liaison, stack):
    evidence_id = (await shows(intake, held, liaison)).json()["evidence_id"]
    await check(intake)
    path = f"/lacak/{held.tracking_id}/bukti/{evidence_id}"
    before = await intake.http.get(path)
    await complete(intake, held, evidence_id)
    after = await intake.http.get(path)
    (row,) = await intake.rows("SELECT object_key FROM evidence")
    clean = s3_of(stack).get_object("lapor-evidence", row.object_key).read()
    assert (before.status_code, after.status_code, after.content == clean) == (404, 200, True)
    page = (await intake.http.get(held.url)).json()
    assert [one["url"] for one in page["answers"][0]["evidence"]] == [path]
    assert page["evidence_count"] == 0
    assert path in (await intake.http.get(f"/lacak/{held.tracking_id}", headers={"Accept": "text/html"})).text


async def test_a_secret_reports_proof_is_as_hidden_as_the_report(intake, liaison):
    filed = await intake.file(secret=True)
    filed.about, filed.files = await leg(intake, filed, DISHUB), f"{filed.url}/evidence"
    evidence_id = (await shows(intake, filed, liaison)).json()["evidence_id"]
    await check(intake)
    await complete(intake, filed, evidence_id)
    answer = await intake.http.get(f"/lacak/{filed.tracking_id}/bukti/{evidence_id}")
    assert answer.status_code == 404


async def test_why_there_is_no_evidence_is_shown_and_masked_for_the_public(intake, held):
    await complete(intake, held, without_evidence="Kamera rusak, hubungi 081298765432.")
    shown = [(await intake.http.get(held.url, headers=h)).json()["answers"][0] for h in (held.code, {})]
    assert shown[0]["without_evidence"].endswith("081298765432.")
    assert "081298765432" not in shown[1]["without_evidence"]


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [
        (Role.LIAISON, "35.3578.dpubm", 404),
        (Role.SUPERVISOR, None, 403),
        (Role.COORDINATOR, "35.3578", 201),
    ],
)
async def test_only_the_agency_of_the_leg_and_those_above_it_add_its_files(
    intake, held, keys, role, agency, status
):
    assert (await shows(intake, held, token(keys, role, agency))).status_code == status


async def test_a_leg_that_was_given_back_takes_no_files(intake, held, liaison):
    await intake.hear(
        c.DispositionReturned(**{**_plain(held.about), "leg_version": 2}, reason="bukan", hop=1)
    )
    assert (await shows(intake, held, liaison)).status_code in {403, 404}


async def test_the_reporters_own_photo_is_no_proof_of_work(intake, held, liaison):
    photo = corpus.photo()
    await sent(intake, held, photo)
    assert (await shows(intake, held, liaison, photo)).status_code == 409


async def test_agencies_files_leave_the_reporters_room_alone(open_intake, keys):
    intake = await open_intake(evidence_max_files=1)
    filed = await intake.file()
    filed.about, filed.files = await leg(intake, filed, DISHUB), f"{filed.url}/evidence"
    assert (await shows(intake, filed, token(keys, Role.LIAISON, DISHUB))).status_code == 201
    assert (await send(intake, filed, PNG)).status_code == 201


async def test_a_large_file_of_an_agency_can_be_resumed_by_the_agency_alone(intake, held, liaison):
    photo = corpus.photo()
    headers = {**TUS, "Upload-Length": str(len(photo))}
    begun = await intake.http.post(
        f"{held.files}/uploads", headers={**liaison, **headers}, params={"leg_id": str(held.about["leg_id"])}
    )
    assert begun.status_code == 201, begun.text
    where = begun.headers["Location"]
    assert (await intake.http.head(where, headers={**held.code, **TUS})).status_code == 404
    part = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert (await intake.http.patch(where, content=photo, headers={**liaison, **part})).status_code == 204
    await check(intake)
    assert len(await intake.said(c.EvidenceAttached)) == 1


async def test_what_was_typed_beside_a_file_comes_back_with_it(intake, held, liaison):
    signed_in = liaison["Authorization"].removeprefix("Bearer ")
    where = f"/petugas/bukti/{held.tracking_id}/disposisi/{held.about['leg_id']}"
    token_in = "t" * 32
    page = await intake.http.post(
        where,
        params={"formulir": token_in},
        data={"tuntas-text": DONE, "versi": "1"},
        files={"file": ("hasil.jpg", b"bukan foto", "image/jpeg")},
        headers={"Accept": "text/html", "Cookie": f"{COOKIE}={signed_in}; lapor_formulir={token_in}"},
    )
    assert page.status_code in {415, 422}
    assert DONE in page.text and 'role="alert"' in page.text


@pytest.mark.parametrize(
    ("purpose", "agency", "status", "told"),
    [
        (Purpose.COMPLETE, DISHUB, 200, 1),
        (Purpose.ANSWER, DISHUB, 404, 0),
        (Purpose.COMPLETE, "35.3578.dpubm", 404, 0),
    ],
)
async def test_an_office_without_an_account_sends_a_file_by_its_link_for_completing(
    intake, held, keys, purpose, agency, status, told
):
    link = sign(
        keys["LAPOR_LINK_PRIVATE_KEY"],
        leg_id=held.about["leg_id"],
        agency=agency,
        purpose=purpose,
        expires_at=intake.database.clock.now() + timedelta(days=1),
    )
    answer, checked = await asyncio.gather(
        intake.http.post(
            f"/l/{link}/bukti/{held.tracking_id}",
            data={"text": DONE},
            files={"file": ("hasil.jpg", corpus.photo(), "image/jpeg")},
        ),
        _checked(intake, told),
    )
    assert (answer.status_code, checked) == (status, told)
    assert (DONE in answer.text and "tuntas-bukti-" in answer.text) is bool(told)


async def _checked(intake, wanted: int) -> int:
    """Check files as they come."""
    count = 0
    async with asyncio.timeout(20):
        while count < wanted:
            count += await check(intake)
            await asyncio.sleep(0.05)
    return count


def _plain(about: dict) -> dict:
    return {name: about[name] for name in ("report_id", "occurred_at", "leg_id", "agency", "leg_version")}
