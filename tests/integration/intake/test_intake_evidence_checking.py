"""What the worker makes of received files, whoever dies meanwhile."""

import asyncio
import io
import struct
from hashlib import sha256
from uuid import UUID, uuid5

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from services.intake.evidence.assembly import evidence_worker
from services.intake.evidence.worker import EvidenceWorker
from shared.contracts import EvidenceCleared, EvidenceRejected
from shared.security.files import FileOpener
from shared.security.receipts import verify_manifest
from tests.corpora import evidence as corpus

from .evidence_desk import check, files, objects_of, s3_of, send, sent


async def test_a_checked_file_is_said_with_a_reference_to_its_clean_copy(intake, stack):
    filed = await intake.file()
    evidence_id = await sent(intake, filed, corpus.photo())
    await check(intake)
    (fact,) = await intake.said(EvidenceCleared)
    clean = s3_of(stack).get_object("lapor-evidence", fact.evidence.object_key).read()
    assert str(fact.evidence.evidence_id) == evidence_id
    assert (fact.evidence.sha256, fact.evidence.size) == (sha256(clean).hexdigest(), len(clean))
    assert corpus.CAMERA not in clean


async def test_what_came_leaves_quarantine_and_is_kept_sealed(intake, stack, keys):
    filed = await intake.file()
    before, photo = objects_of(stack), corpus.photo()
    evidence_id = await sent(intake, filed, photo)
    await check(intake)
    new = objects_of(stack) - before
    assert sorted(bucket for bucket, _ in new) == ["lapor-evidence", "lapor-evidence", "lapor-originals"]
    (key,) = [key for bucket, key in new if bucket == "lapor-originals"]
    sealed = s3_of(stack).get_object("lapor-originals", key).read()
    assert corpus.CAMERA not in sealed
    opener = FileOpener(keys["LAPOR_EVIDENCE_PRIVATE_KEY"])
    assert b"".join(opener.open(UUID(evidence_id), io.BytesIO(sealed))) == photo


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (corpus.png_bomb(), "bomb"),
        (corpus.pdf(password="x"), "encrypted"),
        (corpus.photo()[:2_000], "damaged"),
    ],
)
async def test_a_file_that_is_refused_leaves_only_its_hash(intake, stack, content, reason):
    filed = await intake.file()
    before = objects_of(stack)
    evidence_id = await sent(intake, filed, content)
    await check(intake)
    (fact,) = await intake.said(EvidenceRejected)
    (shown,) = await files(intake, filed)
    assert (str(fact.evidence_id), fact.reason) == (evidence_id, reason)
    assert (shown["state"], shown["sha256"]) == ("rejected", sha256(content).hexdigest())
    assert shown["reason_label"] and shown["reason_label_en"]
    assert objects_of(stack) == before
    assert await intake.said(EvidenceCleared) == []


async def test_the_timeline_tells_that_evidence_was_checked(intake):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await check(intake)
    page = (await intake.http.get(filed.url, headers=filed.code)).json()
    assert page["timeline"][-1]["label"] == "Bukti dari pelapor diperiksa dan diterima"
    assert (page["evidence_count"], page["evidence"][0]["state"]) == (1, "cleared")


async def test_a_refused_file_takes_no_room(intake):
    filed = await intake.file()
    for name in (b"1", b"2", b"3"):
        await sent(intake, filed, corpus.photo()[:2_000] + name)
    assert (await send(intake, filed, corpus.photo())).status_code == 409
    await check(intake)
    assert (await send(intake, filed, corpus.photo())).status_code == 201


async def test_two_workers_never_settle_one_file_twice(intake):
    filed = await intake.file()
    for number in range(3):
        await sent(intake, filed, corpus.photo(orientation=number + 1))
    await asyncio.gather(*(check(intake) for _ in range(3)))
    assert len(await intake.said(EvidenceCleared)) == 3
    assert len(await intake.rows("SELECT 1 FROM moments WHERE kind = 'evidence'")) == 3


async def test_a_file_whose_worker_died_is_taken_up_by_the_next(intake):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await intake.rows(
        "UPDATE evidence SET claim = gen_random_uuid(), attempts = 1, due_at = now() + interval '1 minute' "
        "RETURNING 1"
    )
    assert await check(intake) == 0
    await intake.rows("UPDATE evidence SET due_at = now() RETURNING 1")  # the lease has ended
    assert await check(intake) == 1
    assert len(await intake.said(EvidenceCleared)) == 1


@pytest.mark.parametrize("content", [corpus.photo(), corpus.photo()[:2_000]], ids=["good", "refused"])
async def test_a_worker_that_was_overtaken_says_nothing_and_takes_nothing_away(intake, stack, content):
    filed = await intake.file()
    await sent(intake, filed, content)
    waiting = {one for one in objects_of(stack) if one[0] == "lapor-quarantine"}
    desk = intake.desk
    worker = evidence_worker(desk.settings, desk.evidence, desk.keys)
    slow = asyncio.create_task(worker.check_one())
    while not await intake.rows("SELECT 1 FROM evidence WHERE claim IS NOT NULL"):
        await asyncio.sleep(0.005)
    (row,) = await intake.rows("UPDATE evidence SET claim = gen_random_uuid() RETURNING original_key")
    await slow
    assert await intake.said(EvidenceCleared) == await intake.said(EvidenceRejected) == []
    assert {*waiting, ("lapor-originals", row.original_key)} <= objects_of(stack)


async def test_a_worker_that_is_stopped_gives_its_file_back_at_once(intake):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    checking = asyncio.Event()

    class Slow:
        async def check(self, claimed):
            checking.set()
            await asyncio.Event().wait()

    stopped = asyncio.create_task(EvidenceWorker(intake.desk.evidence, Slow()).check_one())
    await checking.wait()
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    (left,) = await intake.rows("SELECT claim, attempts FROM evidence")
    assert (left.claim, left.attempts) == (None, 0)
    assert await check(intake) == 1
    assert len(await intake.said(EvidenceCleared)) == 1


async def test_a_file_that_kills_every_worker_is_refused(intake):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await intake.rows("UPDATE evidence SET attempts = 5 RETURNING 1")
    await check(intake)
    (fact,) = await intake.said(EvidenceRejected)
    assert fact.reason == "unreadable"


async def test_nothing_stays_of_a_refused_file_that_an_earlier_check_had_copied(intake, stack):
    filed, before = await intake.file(), objects_of(stack)
    await sent(intake, filed, corpus.photo())
    (row,) = await intake.rows("UPDATE evidence SET attempts = 5 RETURNING object_key, original_key")
    preview = str(uuid5(UUID(row.object_key), "preview"))
    s3_of(stack).put_object("lapor-originals", row.original_key, io.BytesIO(b"x"), 1)
    for key in (row.object_key, preview):
        s3_of(stack).put_object("lapor-evidence", key, io.BytesIO(b"x"), 1)
    await check(intake)
    assert len(await intake.said(EvidenceRejected)) == 1
    assert objects_of(stack) == before


async def test_a_row_whose_object_is_gone_is_settled(intake, stack):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    (row,) = await intake.rows("SELECT quarantine_key FROM evidence")
    s3_of(stack).remove_object("lapor-quarantine", row.quarantine_key)
    await check(intake)
    (fact,) = await intake.said(EvidenceRejected)
    assert fact.reason == "lost"


class Clamd:
    """Speaks clamd's INSTREAM, which is not installed where tests run. Finds EICAR and nothing else."""

    def __init__(self) -> None:
        self.scanned = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readline() == b"nINSTREAM\n"
        content = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        self.scanned += 1
        verdict = b"Win.Test.EICAR_HDB-1 FOUND" if corpus.EICAR in content else b"OK"
        writer.write(b"stream: " + verdict + b"\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def clamd():
    scanner = Clamd()
    async with await asyncio.start_server(scanner, "127.0.0.1", 0) as server:
        scanner.port = server.sockets[0].getsockname()[1]
        yield scanner


async def test_what_the_scanner_finds_is_refused(open_intake, clamd):
    intake = await open_intake(clamav_host="127.0.0.1", clamav_port=clamd.port)
    filed = await intake.file()
    await sent(intake, filed, corpus.photo() + corpus.EICAR)
    await sent(intake, filed, corpus.photo())
    await check(intake)
    (rejected,) = await intake.said(EvidenceRejected)
    assert (rejected.reason, clamd.scanned) == ("malware", 2)
    assert len(await intake.said(EvidenceCleared)) == 1


async def test_a_scanner_that_is_away_holds_files_back(open_intake):
    intake = await open_intake(clamav_host="127.0.0.1", clamav_port=9)
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await check(intake)
    (row,) = await intake.rows("SELECT state, attempts, due_at > now() AS later FROM evidence")
    assert (row.state, row.attempts, row.later) == ("pending", 0, True)


async def test_the_manifest_proves_what_was_sent_and_what_is_shown(intake, keys):
    filed, photo = await intake.file(), corpus.photo()
    await sent(intake, filed, photo)
    await check(intake)
    answer = await intake.http.get(f"{filed.url}/evidence/manifest", headers=filed.code)
    content = verify_manifest(keys["LAPOR_RECEIPT_PUBLIC_KEY"], answer.text)
    (listed,) = content["files"]
    (fact,) = await intake.said(EvidenceCleared)
    assert content["tracking_id"] == filed.tracking_id
    assert listed["sha256"] == sha256(photo).hexdigest()
    assert listed["shown"]["sha256"] == fact.evidence.sha256


async def test_a_named_reporter_can_send_only_so_much_in_a_day(open_intake):
    intake = await open_intake(evidence_reporter_daily_files=2)
    contact = {"name": "Sari", "phone": "081234567890"}
    first, second = await intake.file(contact=contact), await intake.file(contact=contact)
    other = await intake.file(contact={"phone": "081234567891"})
    await sent(intake, first, corpus.photo())
    await sent(intake, second, corpus.photo())
    refused = await send(intake, second, corpus.photo("PNG"))
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:lapor:problem:too-much-today")
    assert (await send(intake, other, corpus.photo())).status_code == 201


async def test_an_anonymous_reporter_leaves_no_token(intake):
    await intake.file(anonymous=True, contact={"phone": "081234567890"})
    assert [row.reporter_token for row in await intake.rows("SELECT reporter_token FROM reports")] == [None]


async def test_files_together_are_limited(open_intake):
    intake = await open_intake(evidence_report_max_bytes=12_000)
    filed = await intake.file()
    assert (await send(intake, filed, corpus.photo())).status_code == 201
    refused = await send(intake, filed, corpus.photo("PNG"))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lapor:problem:too-many-bytes")


async def test_an_original_opens_with_its_key_and_the_opening_is_recorded(intake, stack, keys, tmp_path):
    filed, photo = await intake.file(), corpus.photo()
    evidence_id = await sent(intake, filed, photo)
    await check(intake)
    target, store = tmp_path / "asli.jpg", stack.s3
    environment = {
        "LAPOR_DATABASE_URL": stack.database_url("intake"),
        "LAPOR_EVIDENCE_PRIVATE_KEY": keys["LAPOR_EVIDENCE_PRIVATE_KEY"],
        "LAPOR_S3_ENDPOINT": store.endpoint,
        "LAPOR_S3_ACCESS_KEY": store.access_key,
        "LAPOR_S3_SECRET_KEY": store.secret_key,
        "LAPOR_S3_SECURE": "false",
    }
    command = ["evidence", "original", evidence_id, "--out", str(target), "--officer", "hakim-1"]
    opened = await asyncio.to_thread(CliRunner().invoke, app, command, env=environment)
    assert (opened.exit_code, target.read_bytes()) == (0, photo)
    (row,) = await intake.rows("SELECT who, part, fetches FROM evidence_downloads")
    assert tuple(row) == ("hakim-1", "original", 1)
