"""Secrets of an embedded stack: what is on disk stays, what a newer version needs is added."""

import json

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.compose.keys import environments
from deploy.local.keys import RECEIPT_PUBLIC_KEY, RECEIPT_RETIRED_KEYS, load, load_or_make
from shared.security.keys import CHANNELS_WITH_SECRETS, load_signing_key, load_verifying_keys


def test_a_stack_with_older_keys_is_given_what_it_lacks_and_keeps_what_it_has(tmp_path):
    first = load_or_make(tmp_path, data_exists=False)
    old = dict(first)
    del old["LAPOR_REPLY_KEY"]
    old["LAPOR_CHANNEL_SECRETS"] = json.dumps({"sms": "lama", "open311:kota": "juga-lama"})
    (tmp_path / "secrets.json").write_text(json.dumps(old))
    now = load_or_make(tmp_path, data_exists=True)
    channels = json.loads(now["LAPOR_CHANNEL_SECRETS"])
    assert (channels["sms"], channels["open311:kota"]) == ("lama", "juga-lama")
    assert channels.keys() == {*CHANNELS_WITH_SECRETS, "open311:kota"}
    assert now["LAPOR_REPLY_KEY"]
    assert now["LAPOR_CODE_PEPPER"] == first["LAPOR_CODE_PEPPER"]


def test_started_again_nothing_changes(tmp_path):
    assert load_or_make(tmp_path, data_exists=False) == load_or_make(tmp_path, data_exists=True)


def rotate(folder):
    return CliRunner().invoke(app, ["receipt", "rotate", "--folder", str(folder)])


def test_a_receipt_key_that_is_replaced_twice_leaves_two_that_still_vouch_and_touches_no_other_secret(
    tmp_path,
):
    kept = [load_or_make(tmp_path / "keys", data_exists=False)]
    for _ in range(2):
        assert rotate(tmp_path).exit_code == 0
        kept.append(load(tmp_path / "keys"))
    first, second, now = (one[RECEIPT_PUBLIC_KEY] for one in kept)
    assert len({first, second, now}) == 3
    assert kept[-1][RECEIPT_RETIRED_KEYS] == f"{second},{first}"
    assert load_signing_key(kept[-1]["LAPOR_RECEIPT_PRIVATE_KEY"]).public_key() == load_verifying_keys(now)[0]
    changed = {name for name in kept[-1] if kept[-1][name] != kept[0].get(name)}
    assert changed == {"LAPOR_RECEIPT_PRIVATE_KEY", RECEIPT_PUBLIC_KEY, RECEIPT_RETIRED_KEYS}


@pytest.mark.parametrize("service", ["intake", "notify", "verification"])
def test_whoever_signs_or_checks_receipts_is_told_of_the_keys_before(tmp_path, service):
    secrets = load_or_make(tmp_path / "keys", data_exists=False)
    rotate(tmp_path)
    told = environments(load(tmp_path / "keys"))[service]
    assert told[RECEIPT_RETIRED_KEYS] == secrets[RECEIPT_PUBLIC_KEY]


def test_without_a_stack_there_is_no_key_to_replace(tmp_path):
    result = rotate(tmp_path)
    assert (result.exit_code, "No embedded stack" in result.output) == (1, True)
