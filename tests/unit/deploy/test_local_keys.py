"""Secrets of an embedded stack: what is on disk stays, what a newer version needs is added."""

import json

from deploy.local.keys import load_or_make
from shared.security.keys import CHANNELS_WITH_SECRETS


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
