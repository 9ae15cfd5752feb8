import asyncio
from hashlib import sha256
from types import SimpleNamespace

import pytest
from minio import Minio

from services.intake import evidence
from shared.contracts import CaseStatus, EvidenceCleared
from shared.security.codes import new_access_code

from .conftest import ACCESS, PNG


@pytest.fixture
def bucket(stack):
    """Names of the objects in the store."""
    store = stack.s3
    client = Minio(store.endpoint, store.access_key, store.secret_key, secure=False, region="us-east-1")

    def names() -> set[str]:
        buckets = ("lapor-quarantine", "lapor-originals", "lapor-evidence")
        return {
            f"{name}/{o.object_name}" for name in buckets for o in client.list_objects(name, recursive=True)
        }

    return names


async def send(intake, filed, content=PNG, content_type="image/png", **headers):
    return await intake.http.post(
        f"{filed.url}/evidence",
        content=content,
        headers={**filed.code, "Content-Type": content_type, **headers},
    )


async def test_a_file_is_kept_with_its_hash_size_and_true_type(intake):
    filed = await intake.file()
    answer = await send(intake, filed, content_type="application/octet-stream")
    assert answer.status_code == 201
    assert answer.json() == {
        "evidence_id": answer.json()["evidence_id"],
        "sha256": sha256(PNG).hexdigest(),
        "size": len(PNG),
        "content_type": "image/png",
        "state": "pending",
        "state_label": "Sedang diperiksa",
    }


async def test_nobody_else_learns_of_a_file_before_it_is_checked(intake, bucket):
    filed = await intake.file()
    before = bucket()
    await send(intake, filed)
    assert await intake.said(EvidenceCleared) == []
    assert [name.partition("/")[0] for name in bucket() - before] == ["lapor-quarantine"]


@pytest.mark.parametrize(
    "name",
    [
        "Kenari Rahasia.png",
        "../../etc/Kenari",
        "Kenari\u202egnp.exe",
        "Kenari\r\nX: y",
        "Kenari\0.png",
        "Kenari" * 99,
    ],
)
async def test_a_file_in_a_form_is_kept_without_its_name(intake, name):
    filed = await intake.file()
    answer = await intake.http.post(
        f"{filed.url}/evidence", files={"file": (name, PNG, "image/png")}, headers=filed.code
    )
    assert (answer.status_code, answer.json()["sha256"]) == (201, sha256(PNG).hexdigest())
    assert "Kenari" not in str(await intake.rows("SELECT to_jsonb(e) FROM evidence e"))


async def test_the_same_file_sent_again_is_kept_once(intake, bucket):
    filed = await intake.file()
    first = await send(intake, filed)
    before = bucket()
    second = await send(intake, filed)
    assert (second.status_code, second.json()) == (200, first.json())
    assert bucket() == before
    assert await intake.count("evidence") == 1


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "image/png", 422),
        (b"<html><script>alert(1)</script>" * 10, "image/png", 415),
        (b"GIF89a/*" + bytes(800) + b"*/=1;alert(1)", "image/gif", 415),
        (b"GIF89a/*" + bytes(800) + b"*/=1;alert(1)", "image/png", 415),
        (b"MZ" + bytes(900), "application/pdf", 415),
        (PNG, "text/html", 415),
        (PNG + bytes(1_000_000), "image/png", 413),
    ],
)
async def test_a_refused_file_leaves_nothing_behind(intake, bucket, content, content_type, status):
    filed = await intake.file()
    before = bucket()
    answer = await send(intake, filed, content, content_type)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == "file"
    assert answer.json()["detail"]
    assert bucket() == before
    assert await intake.count("evidence") == 0


async def test_a_file_of_unknown_length_is_cut_off_while_it_streams(intake, bucket):
    filed = await intake.file()
    before, sent = bucket(), 0

    async def endless():
        nonlocal sent
        yield PNG
        while sent < 500_000_000:
            sent += 100_000
            yield bytes(100_000)

    answer = await send(intake, filed, endless())
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:lapor:problem:file-refused")
    assert sent < 200_000_000  # what is refused is heard out for a while, and dropped
    assert bucket() == before


async def test_a_report_holds_so_many_files_and_no_more(intake):
    filed = await intake.file()
    answers = await asyncio.gather(*(send(intake, filed, PNG + bytes([n])) for n in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 3
    assert await intake.count("evidence") == 3


async def test_a_file_whose_transaction_fails_is_taken_back(intake, bucket, monkeypatch):
    filed = await intake.file()
    before = bucket()

    async def fails(*_):
        raise ValueError("boom")

    monkeypatch.setattr(evidence.EvidenceDesk, "_write_down", fails)
    assert (await send(intake, filed)).status_code == 500
    assert bucket() == before


async def test_nothing_is_added_to_a_case_that_has_ended(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 2, CaseStatus.ARCHIVED)
    answer = await send(intake, filed)
    assert answer.status_code == 409
    assert "«Diarsipkan»" in answer.json()["detail"]


async def test_only_the_access_code_lets_a_file_in(intake):
    filed = await intake.file()
    stranger = SimpleNamespace(url=filed.url, code={ACCESS: new_access_code()})
    assert (await send(intake, stranger)).status_code == 404
    assert (await send(intake, SimpleNamespace(url=filed.url, code={}))).status_code == 401


async def test_a_store_that_is_away_is_told_and_filing_goes_on(open_intake):
    intake = await open_intake(s3_endpoint="127.0.0.1:9")
    filed = await intake.file()
    answer = await send(intake, filed)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:lapor:problem:evidence-store-away")


async def test_a_refused_sender_is_heard_out_so_that_the_reason_arrives(intake):
    filed = await intake.file()
    sent = 0

    async def photo():
        nonlocal sent
        for _ in range(50):
            sent += 100_000
            yield bytes(100_000)

    stranger = SimpleNamespace(url=filed.url, code={ACCESS: new_access_code()})
    assert (await send(intake, stranger, photo())).status_code == 404
    assert sent == 5_000_000
