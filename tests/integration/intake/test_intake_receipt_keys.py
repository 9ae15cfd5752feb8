"""Receipts outlive the key that signed them: the published set tells which, and holds those from before."""

import asyncio
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from services.intake.filing import receipt_of
from services.intake.keyring import Keyring
from services.intake.store import track
from shared.security.keys import InvalidKey, generate_keys
from shared.security.published import KEY_SET_TYPE, key_name
from shared.security.receipts import verify_receipt

from .conftest import REPORT, intake_settings

ONCE = {"Idempotency-Key": "sekali-saja"}


@pytest.fixture
def newer():
    return generate_keys()


@pytest.fixture
def rotate(intake, application, stack, keys, newer):
    """Gives intake a new key to sign with, as its operators do, and keeps the old public one."""

    def rotate():
        changed = intake_settings(
            stack,
            {**keys, "LAPOR_RECEIPT_PRIVATE_KEY": newer["LAPOR_RECEIPT_PRIVATE_KEY"]},
            receipt_retired_keys=keys["LAPOR_RECEIPT_PUBLIC_KEY"],
        )
        intake.desk = application.state.desk = replace(intake.desk, keys=Keyring(changed))

    return rotate


async def filed(intake, **headers):
    return (await intake.http.post("/v1/reports", json=REPORT, headers=headers)).json()


async def checked(receipt, file):
    """What the command says, without a network: its code, and its words in one line."""
    arguments = ["receipt", "verify", receipt, "--key", str(file)]
    result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    return result.exit_code, " ".join(result.output.split())


async def test_a_receipt_from_before_a_rotation_verifies_offline_with_the_published_set_alone(
    intake, rotate, keys, tmp_path
):
    before = (await filed(intake))["receipt"]
    rotate()
    after = (await filed(intake))["receipt"]
    key_set, key = tmp_path / "keys.json", tmp_path / "key.json"
    key_set.write_text((await intake.http.get("/v1/receipts/keys")).text)
    key.write_text((await intake.http.get("/v1/receipts/key")).text)
    assert [(await checked(one, key_set))[0] for one in (before, after)] == [0, 0]
    assert (await checked(after, key))[0] == 0
    code, said = await checked(before, key)
    assert code == 1
    assert f"not among those given: kid {key_name(keys['LAPOR_RECEIPT_PUBLIC_KEY'])}" in said


async def test_the_published_set_holds_the_key_in_use_first_and_then_the_retired_ones(
    intake, rotate, keys, newer
):
    rotate()
    answer = await intake.http.get("/v1/receipts/keys")
    public = [some["LAPOR_RECEIPT_PUBLIC_KEY"] for some in (newer, keys)]
    assert answer.headers["content-type"] == KEY_SET_TYPE
    assert answer.json()["keys"] == [
        {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "use": "sig", "kid": key_name(one), "x": one}
        for one in public
    ]
    assert answer.json()["keys"][0] == (await intake.http.get("/v1/receipts/key")).json()


async def test_a_filing_sent_again_after_a_rotation_gets_the_receipt_it_got_before(intake, rotate):
    first = await filed(intake, **ONCE)
    rotate()
    assert await filed(intake, **ONCE) == first


async def test_a_receipt_made_anew_after_a_rotation_says_the_same_under_the_key_in_use(
    intake, rotate, keys, newer
):
    report = await intake.file()
    async with intake.database.reading() as tx:
        tracked = await track(tx, report.report_id)
    before = receipt_of(tracked.report, intake.desk.keys)
    rotate()
    after = receipt_of(tracked.report, intake.desk.keys)
    said = [
        verify_receipt(some["LAPOR_RECEIPT_PUBLIC_KEY"], receipt)
        for some, receipt in ((keys, before), (newer, after))
    ]
    assert said[0] == said[1]


def test_a_retired_key_that_is_none_keeps_intake_from_starting(stack, keys):
    with pytest.raises(InvalidKey):
        Keyring(intake_settings(stack, keys, receipt_retired_keys="bukan-kunci"))
