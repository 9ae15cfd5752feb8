"""What is signed names its key, and is read with that one, also after the key was replaced."""

import json

import pytest

from shared.security.keys import (
    InvalidKey,
    decode,
    encode,
    generate_keys,
    load_signing_key,
    load_verifying_keys,
)
from shared.security.published import ALGORITHM, key_name, key_set, read_published
from shared.security.signed import NotSigned, UnknownKey, read_content, sign_content

OLD, NEW = generate_keys(), generate_keys()
TYPE, CONTENT = "lapor-test", {"says": "Lampu padam."}
OLD_PUBLIC, NEW_PUBLIC = (keys["LAPOR_RECEIPT_PUBLIC_KEY"] for keys in (OLD, NEW))


def signed(keys=OLD):
    return sign_content(keys["LAPOR_RECEIPT_PRIVATE_KEY"], TYPE, CONTENT)


def signed_with(header, keys=OLD):
    """By hand: as somebody else would, or as we did before keys had names."""
    parts = ({"alg": ALGORITHM, "typ": TYPE, **header}, CONTENT)
    text = ".".join(encode(json.dumps(part).encode()) for part in parts)
    signature = load_signing_key(keys["LAPOR_RECEIPT_PRIVATE_KEY"]).sign(text.encode())
    return f"{text}.{encode(signature)}"


def test_a_key_is_named_by_the_thumbprint_that_rfc_8037_gives_as_its_example():
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key_name(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_header_names_the_key_that_signed():
    assert json.loads(decode(signed().split(".")[0]))["kid"] == key_name(OLD_PUBLIC)


@pytest.mark.parametrize(
    "keys", [f"{OLD_PUBLIC},{NEW_PUBLIC}", f"{NEW_PUBLIC}, {OLD_PUBLIC}"], ids=["old first", "new first"]
)
def test_what_an_older_key_signed_is_read_with_both(keys):
    assert read_content(keys, TYPE, signed()) == CONTENT


def test_what_names_no_key_is_tried_with_each():
    assert read_content(f"{NEW_PUBLIC},{OLD_PUBLIC}", TYPE, signed_with({})) == CONTENT


def test_what_names_no_key_and_fits_none_is_not_ours():
    with pytest.raises(NotSigned, match="not signed by us"):
        read_content(NEW_PUBLIC, TYPE, signed_with({}))


def test_a_key_that_was_not_given_is_named():
    with pytest.raises(UnknownKey, match=f"not among those given: kid {key_name(OLD_PUBLIC)}$"):
        read_content(NEW_PUBLIC, TYPE, signed())


def test_the_name_of_a_known_key_does_not_help_another_signer():
    forged = signed_with({"kid": key_name(OLD_PUBLIC)}, NEW)
    with pytest.raises(NotSigned, match="not signed by us"):
        read_content(f"{OLD_PUBLIC},{NEW_PUBLIC}", TYPE, forged)


@pytest.mark.parametrize("kid", ["", "x" * 44, "\x1b[2J" + "x" * 39, 5, None, ["x" * 43]])
def test_what_is_no_name_of_a_key_is_refused_and_not_repeated(kid):
    with pytest.raises(NotSigned, match=r"^not signed by us, or altered$"):
        read_content(OLD_PUBLIC, TYPE, signed_with({"kid": kid}))


def test_a_published_set_reads_back_as_its_keys():
    published = key_set([NEW_PUBLIC, OLD_PUBLIC])
    assert [one["kid"] for one in published["keys"]] == [key_name(NEW_PUBLIC), key_name(OLD_PUBLIC)]
    assert "d" not in published["keys"][0]
    assert read_content(read_published(json.dumps(published)), TYPE, signed()) == CONTENT


def test_a_set_names_each_key_once():
    assert len(key_set(f"{OLD_PUBLIC},{NEW_PUBLIC},{OLD_PUBLIC}=")["keys"]) == 2


def test_keys_of_other_kinds_in_a_set_are_passed_over():
    others = [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "crv": "none"},
        {"kty": "EC", "crv": "P-256", "x": "?"},
        7,
    ]
    ours = key_set(OLD_PUBLIC)["keys"]
    assert len(read_published(json.dumps({"keys": [*others, *ours]}))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "[]",
        "5",
        "{}",
        '{"keys": []}',
        '{"keys": 5}',
        '{"x": "kurang"}',
        '{"x": null}',
        "bukan kunci",
    ],
)
def test_what_holds_no_key_is_refused(text):
    with pytest.raises(InvalidKey):
        read_published(text)


def test_keys_and_texts_of_keys_may_be_mixed():
    key = load_signing_key(NEW["LAPOR_RECEIPT_PRIVATE_KEY"]).public_key()
    loaded = load_verifying_keys(key, "", f"{OLD_PUBLIC},")
    assert [encode(one.public_bytes_raw()) for one in loaded] == [NEW_PUBLIC, OLD_PUBLIC]
