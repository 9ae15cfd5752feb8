"""Addresses that answers come back to: each for one report, and none can be guessed."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.keys import generate_keys
from shared.security.replies import NotOurs, ReplyAddresses

REPLIES = ReplyAddresses(generate_keys()["LAPOR_REPLY_KEY"], "lapor.example")
REPORT = UUID("0198f0c2-3a54-7d1e-9c5b-2f6a7b8c9d0e")


@given(st.uuids())
def test_an_address_is_read_back_as_its_report_in_any_case(report):
    address = REPLIES.address(report)
    assert REPLIES.report_of(address) == REPLIES.report_of(address.upper()) == report


def test_an_address_fits_what_mail_servers_take():
    local, _, domain = REPLIES.address(REPORT).partition("@")
    assert len(local) <= 64
    assert domain == "lapor.example"


def test_an_address_tells_nothing_of_its_report():
    assert REPORT.hex[:8] not in REPLIES.address(REPORT)
    assert REPLIES.address(REPORT)[:20] != REPLIES.address(uuid4())[:20]


@given(st.integers(0, 50), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_another_character_is_none_of_ours(place, character):
    local, _, domain = REPLIES.address(REPORT).partition("@")
    at = len("balas+") + place
    changed = f"{local[:at]}{character}{local[at + 1 :]}@{domain}"
    if changed == REPLIES.address(REPORT):
        return
    with pytest.raises(NotOurs):
        REPLIES.report_of(changed)


@pytest.mark.parametrize(
    "address", ["balas+@lapor.example", "balas+é@lapor.example", "balas+" + "a" * 400 + "@lapor.example"]
)
def test_no_token_at_all_is_none_of_ours(address):
    with pytest.raises(NotOurs):
        REPLIES.report_of(address)


@pytest.mark.parametrize("address", ["lapor@lapor.example", "balas@lapor.example", "x", ""])
def test_another_address_speaks_for_no_report(address):
    assert REPLIES.report_of(address) is None


def test_another_domain_or_key_reads_nothing():
    other = ReplyAddresses(generate_keys()["LAPOR_REPLY_KEY"], "lapor.example")
    with pytest.raises(NotOurs):
        other.report_of(REPLIES.address(REPORT))
    assert REPLIES.report_of(REPLIES.address(REPORT).replace("lapor.example", "x.example")) is None
