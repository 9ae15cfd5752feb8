"""The receipt names the place, and what was sent with the report: fingerprints, and their signed list."""

import html
import re
from hashlib import sha256

import pytest

from shared.contracts import CaseStatus
from shared.security.receipts import verify_manifest
from shared.security.tokens import Role

from .conftest import PNG
from .evidence_desk import token
from .legs import leg

DISHUB = "35.3578.dishub"


@pytest.fixture
async def opened(read):
    """A browser in front of a report of its own."""
    reader = read()
    filed = await reader.intake.file()
    await reader.open(filed)
    return reader, filed


async def add(reader, filed, content, headers=None):
    answer = await reader.intake.http.post(
        f"{filed.url}/evidence", content=content, headers=headers or filed.code
    )
    assert answer.status_code == 201


def signed(reader, page):
    """What the receipt's list of files proves: fingerprints."""
    texts = [html.unescape(text) for text in re.findall(r'<p class="signature[^>]*>([^<]+)</p>', page)]
    assert len(texts) == 2
    public = (reader.intake.desk.keys.receipt_key.public_key(),)
    return [file["sha256"] for file in verify_manifest(public, texts[1])["files"]]


async def test_a_receipt_shows_and_signs_the_fingerprint_of_each_file(opened):
    reader, filed = opened
    files = [PNG, PNG + b"\x01"]
    for content in files:
        await add(reader, filed, content)
    page = (await reader.get(f"/tanda-terima/{filed.tracking_id}")).text
    fingerprints = [sha256(content).hexdigest() for content in files]
    assert signed(reader, page) == fingerprints
    assert all(page.count(fingerprint) == 1 for fingerprint in fingerprints)


async def test_a_receipt_without_files_lists_none(opened):
    reader, filed = opened
    page = (await reader.get(f"/tanda-terima/{filed.tracking_id}")).text
    assert page.count('<p class="signature') == 1 and "SHA-256" not in page


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ({"region": "35.78"}, "Kota Surabaya, Jawa Timur"),
        ({"region": "35.78", "description": "Depan pasar"}, "Depan pasar, Kota Surabaya, Jawa Timur"),
        ({}, "tidak disebut"),
    ],
    ids=["a region", "a region and words", "none"],
)
async def test_a_receipt_names_the_place(read, place, named):
    reader = read()
    filed = await reader.intake.file(place=place)
    await reader.open(filed)
    page = (await reader.get(f"/tanda-terima/{filed.tracking_id}")).text
    assert f"<dt>Tempat</dt><dd>{named}</dd>" in page


async def test_an_agencys_file_is_on_no_reporters_receipt(opened, keys):
    reader, filed = opened
    await add(reader, filed, PNG)
    await leg(reader.intake, filed, DISHUB)
    await reader.intake.status(filed.report_id, 2, CaseStatus.FORWARDED)
    await add(reader, filed, PNG + b"\x02", token(keys, Role.LIAISON, DISHUB))
    page = (await reader.get(f"/tanda-terima/{filed.tracking_id}")).text
    assert signed(reader, page) == [sha256(PNG).hexdigest()]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_receipt_as_a_file_grows_with_its_files(opened, language):
    reader, filed = opened
    reader.http.headers["Accept-Language"] = language
    path = f"/tanda-terima/{filed.tracking_id}/pdf"
    before = len((await reader.get(path)).content)
    await add(reader, filed, PNG)
    answer = await reader.get(path)
    assert answer.content.startswith(b"%PDF") and len(answer.content) > before
