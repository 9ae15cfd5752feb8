"""Signatures that others can check, pauses that grow, and addresses that are never called."""

import base64
import hmac
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.webhooks import signing
from services.routing.webhooks.policy import LONGEST_HOLD, LONGEST_PAUSE, Policy
from shared.security.vault import Unopenable, Vault
from shared.web.addresses import ForbiddenAddress, checked_url, may_be_called

POLICY = Policy()
CHANCE = st.floats(0, 1, exclude_max=True)


def test_a_signature_is_what_standard_webhooks_says():
    key, body = b"k" * 32, b'{"a":1}'
    headers = signing.headers([key], "d1", 1_700_000_000, body)
    expected = hmac.new(key, b"d1.1700000000." + body, sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_two_secrets_sign_side_by_side():
    both = signing.headers([b"new", b"old"], "d1", 1, b"x")["webhook-signature"].split(" ")
    alone = [signing.headers([key], "d1", 1, b"x")["webhook-signature"] for key in (b"new", b"old")]
    assert both == alone


def test_a_secret_is_shown_so_that_it_can_be_read_back():
    secret = signing.new_secret()
    assert base64.b64decode(signing.shown(secret).removeprefix("whsec_")) == secret


@given(attempts=st.integers(1, 10_000), chance=CHANCE)
def test_a_pause_has_a_floor_and_a_cap(attempts, chance):
    assert 2.5 <= POLICY.pause(attempts, chance) < LONGEST_PAUSE + 1


@given(attempts=st.integers(1, 200), chance=CHANCE)
def test_a_later_pause_is_never_shorter_for_the_same_chance(attempts, chance):
    assert POLICY.pause(attempts, chance) <= POLICY.pause(attempts + 1, chance)


def test_a_delivery_is_tried_for_about_a_day():
    age, attempts = 0.0, 0
    while not POLICY.abandons(age, pause := POLICY.pause(attempts + 1, 0.5)):
        age, attempts = age + pause, attempts + 1
    assert (22 * 3600 < age <= 24 * 3600, 25 < attempts < 60) == (True, True)


@pytest.mark.parametrize(("failures", "held"), [(0, 0.0), (2, 0.0), (3, 3.75), (50, 0.75 * LONGEST_HOLD)])
def test_a_hook_is_held_only_after_several_failures(failures, held):
    assert POLICY.hold(failures, 0.5) == held


@pytest.mark.parametrize(
    ("failures", "seconds", "suspended"), [(19, 9_999, False), (20, 899, False), (20, 900, True)]
)
def test_a_hook_is_suspended_after_many_failures_over_some_time(failures, seconds, suspended):
    assert POLICY.suspends(failures, seconds) is suspended


def test_a_closed_secret_opens_only_for_its_row_and_key():
    row, vault = uuid4(), Vault(bytes(32), "one")
    closed = vault.close(b"secret", row)
    assert vault.open(closed, row) == b"secret"
    for other, about in ((vault, uuid4()), (Vault(bytes(32), "two"), row), (Vault(b"1" * 32, "one"), row)):
        with pytest.raises(Unopenable):
            other.open(closed, about)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.0.0.8",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd12::1", "fec0::1", "ff02::1", "64:ff9b::a00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:1::1", "2001:db8::1", "100::1", "3fff::1",
    ],
)  # fmt: skip
def test_an_address_near_us_is_never_called(address):
    assert may_be_called(address) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "103.28.12.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_on_the_open_internet_may_be_called(address):
    assert may_be_called(address) is True


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_in_development_this_machine_may_be_called_and_no_other(address):
    assert may_be_called(address, loopback=True) is True
    assert may_be_called("10.0.0.1", loopback=True) is False


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example", "ftp://a.example", "https://", "https:///x", "//a.example", "a.example", "",
        "https://user@a.example", "https://user:pass@a.example", "https://a.example#x", "https://a.example:0",
        "https://a.example:99999", "https://a b.example", "https://a.example/\r\nX: y", "https://[::1",
        "javascript:x", "https://é.example", "https://a.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_address_of_the_wrong_form_is_refused(url):
    with pytest.raises(ForbiddenAddress):
        checked_url(url)


def test_https_on_any_port_is_accepted():
    assert checked_url("https://dishub.surabaya.example:8443/lapor?x=1")
