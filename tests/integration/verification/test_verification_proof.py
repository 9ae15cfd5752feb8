"""What proves a history to others: a receipt's holder, and whoever runs the command."""

import asyncio
import json
from hashlib import sha256

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from services.verification.domain.proof import InvalidProof, check, places_of
from shared.security.keys import generate_keys
from shared.security.published import key_name
from shared.security.receipts import sign_receipt
from tests.integration.verification.audited import ID, TEXT
from tests.support.problems import problem, wrong_field


def signed(keys, clock):
    return sign_receipt(
        keys["LAPOR_RECEIPT_PRIVATE_KEY"], tracking_id=ID, filed_at=clock.now(), anonymous=True,
        description=TEXT, place=None, event_date=None, channel="web", deadline=clock.now(),
    )  # fmt: skip


@pytest.fixture
def receipt(keys, clock):
    return signed(keys, clock)


async def test_a_receipt_gets_the_proof_of_the_reports_own_entries(
    audit, lives, open_client, receipt, keys, tmp_path
):
    await audit.seal()
    answer = await open_client().post("/v1/audit/proofs", json={"receipt": receipt})
    proof = answer.json()
    assert check(proof, keys["LAPOR_AUDIT_PUBLIC_KEY"]).entries == 3
    assert (places_of(proof, TEXT), places_of(proof, "Di Jalan Melati.")) == ([1], [2])
    assert "national_admin" not in answer.text and "Melati" not in answer.text
    file = tmp_path / "proof.json"
    file.write_text(answer.text)
    said = CliRunner().invoke(
        app, ["audit", "proof", str(file), "--key", keys["LAPOR_AUDIT_PUBLIC_KEY"], "--words", TEXT]
    )
    assert (said.exit_code, "Terbukti: 3 entri" in said.output) == (0, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["entries"].pop(),
        lambda proof: proof["entries"].reverse(),
        lambda proof: proof["entries"][0].update(words_sha256=sha256(b"lain").hexdigest()),
        lambda proof: proof.update(report_id="00000000-0000-0000-0000-000000000001"),
        lambda proof: proof.update(path=[]),
        lambda proof: proof.update(statement=proof["statement"][:-4] + "AAAA"),
        lambda proof: proof.pop("entries"),
    ],
)
async def test_a_proof_that_was_changed_proves_nothing(audit, lives, open_client, receipt, keys, change):
    await audit.seal()
    proof = (await open_client().post("/v1/audit/proofs", json={"receipt": receipt})).json()
    change(proof)
    with pytest.raises(InvalidProof):
        check(proof, keys["LAPOR_AUDIT_PUBLIC_KEY"])


async def test_a_receipt_of_a_key_that_verification_does_not_know_is_refused_by_its_name(open_client, clock):
    stranger = generate_keys()
    refused = await open_client().post("/v1/audit/proofs", json={"receipt": signed(stranger, clock)})
    assert wrong_field(refused) == (422, "receipt")
    assert key_name(stranger["LAPOR_RECEIPT_PUBLIC_KEY"]) in refused.text


async def test_without_a_receipt_there_is_no_proof_and_before_the_first_seal_it_is_told(
    lives, open_client, receipt
):
    refused = await open_client().post("/v1/audit/proofs", json={"receipt": "bukan"})
    assert wrong_field(refused) == (422, "receipt")
    early = await open_client().post("/v1/audit/proofs", json={"receipt": receipt})
    assert problem(early) == (409, "not-sealed-yet")


async def test_the_command_names_what_was_altered_and_exits_with_one(audit, lives, stack, keys):
    arguments = ["audit", "verify", "--json", "--database-url", stack.database_url("verification")]
    arguments += ["--key", keys["LAPOR_AUDIT_PUBLIC_KEY"]]
    await audit.seal()
    whole = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert (whole.exit_code, json.loads(whole.output)["entries"]) == (0, 6)
    await audit.forge("UPDATE entries SET officer = 'x' WHERE report_id = :id AND seq = 2", id=lives[1])
    broken = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    [finding] = json.loads(broken.output)["findings"]
    assert (broken.exit_code, finding["wrong"], finding["report_id"], finding["seq"]) == (
        1, "altered", str(lives[1]), 2,
    )  # fmt: skip
