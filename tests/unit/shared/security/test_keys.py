"""Keys survive the environment, and a broken one is named without being shown."""

import pytest

from shared.security.keys import (
    InvalidKey,
    derive_key,
    encode,
    generate_keys,
    load_channel_secrets,
    load_pepper,
    load_seal_private_keys,
    load_seal_public_key,
    load_signing_key,
    load_verifying_key,
)


@pytest.mark.parametrize("kind", ["TOKEN", "RECEIPT", "LINK"])
def test_a_public_signing_key_belongs_to_its_private_one(kind: str) -> None:
    keys = generate_keys()
    signature = load_signing_key(keys[f"LAPOR_{kind}_PRIVATE_KEY"]).sign(b"text")
    load_verifying_key(keys[f"LAPOR_{kind}_PUBLIC_KEY"]).verify(signature, b"text")


def test_the_public_seal_key_belongs_to_the_private_one() -> None:
    keys = generate_keys()
    [private] = load_seal_private_keys(keys["LAPOR_SEAL_PRIVATE_KEY"])
    public = load_seal_public_key(keys["LAPOR_SEAL_PUBLIC_KEY"])
    assert private.public_key().public_bytes_raw() == public.public_bytes_raw()


def test_no_two_keys_of_a_set_are_the_same() -> None:
    keys = generate_keys()
    assert len(set(keys.values())) == len(keys)


def test_two_sets_share_no_key() -> None:
    assert not set(generate_keys().values()) & set(generate_keys().values())


def test_several_private_seal_keys_are_joined_by_commas() -> None:
    first, second = (generate_keys()["LAPOR_SEAL_PRIVATE_KEY"] for _ in range(2))
    assert len(load_seal_private_keys(f"{first}, {second}")) == 2


def test_padding_is_accepted() -> None:
    assert load_pepper(encode(bytes(32)) + "=") == bytes(32)


@pytest.mark.parametrize("text", ["", "short", "not base64url!", "ä" * 43, "A" * 44])
def test_a_broken_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidKey):
        load_signing_key(text)


def test_a_broken_key_is_not_repeated_in_the_error() -> None:
    with pytest.raises(InvalidKey) as caught:
        load_pepper("SECRET-VALUE")
    assert "SECRET" not in str(caught.value)


def test_a_missing_private_seal_key_is_refused() -> None:
    with pytest.raises(InvalidKey):
        load_seal_private_keys(" , ")


def test_channel_secrets_are_bytes_by_channel() -> None:
    assert load_channel_secrets('{"sms": "rahasia"}') == {"sms": b"rahasia"}


@pytest.mark.parametrize("text", ["", "[]", '{"sms": 5}', '{"sms": ""}', "sms=rahasia"])
def test_broken_channel_secrets_are_refused(text: str) -> None:
    with pytest.raises(InvalidKey):
        load_channel_secrets(text)


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key(bytes(32), "one") != derive_key(bytes(32), "two")
