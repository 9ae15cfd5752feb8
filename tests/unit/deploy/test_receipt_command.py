"""`lapor receipt verify`, as a reporter's lawyer would use it: a receipt, a key, and no network."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from shared.security.keys import generate_keys
from shared.security.published import key_name, key_set
from shared.security.receipts import sign_receipt

KEYS, NEWER = generate_keys(), generate_keys()
PUBLIC, NEW_PUBLIC = (keys["LAPOR_RECEIPT_PUBLIC_KEY"] for keys in (KEYS, NEWER))
TEXT = "Lampu jalan padam sejak pekan lalu."


def issued(place: str) -> str:
    return sign_receipt(
        KEYS["LAPOR_RECEIPT_PRIVATE_KEY"],
        tracking_id="K7M-Q3XW-9FA",
        filed_at=datetime(2026, 7, 6, 2, tzinfo=UTC),
        anonymous=True,
        description=TEXT,
        place=place,
        event_date=None,
        channel="web",
        deadline=datetime(2026, 7, 9, 17, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def receipt():
    return issued("Terminal lama")


def verify(*arguments, stdin=None):
    return CliRunner().invoke(app, ["receipt", "verify", *arguments], input=stdin)


def test_a_genuine_receipt_says_what_it_proves(receipt):
    result = verify(receipt, "--key", KEYS["LAPOR_RECEIPT_PUBLIC_KEY"])
    assert result.exit_code == 0
    assert "K7M-Q3XW-9FA" in result.output
    assert "06-07-2026 09.00 WIB" in result.output
    assert "Asli" in result.output


def test_a_region_is_told_by_its_name():
    assert "Kota Surabaya, Jawa Timur" in verify(issued("35.78"), "--key", PUBLIC).output


def test_an_altered_receipt_is_not_genuine(receipt):
    result = verify(receipt[:-4] + "AAAA", "--key", KEYS["LAPOR_RECEIPT_PUBLIC_KEY"])
    assert result.exit_code == 1


def test_another_key_does_not_vouch_for_it(receipt):
    assert verify(receipt, "--key", generate_keys()["LAPOR_RECEIPT_PUBLIC_KEY"]).exit_code == 1


def test_the_published_key_and_the_receipt_may_be_files(receipt, tmp_path):
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"kty": "OKP", "x": KEYS["LAPOR_RECEIPT_PUBLIC_KEY"]}))
    kept = tmp_path / "receipt.txt"
    kept.write_text(receipt + "\n")
    assert json.loads(verify(str(kept), "--key", str(key), "--json").output)["place"] == "Terminal lama"


@pytest.mark.parametrize(
    "public", [f"{NEW_PUBLIC},{PUBLIC}", key_set([NEW_PUBLIC, PUBLIC])], ids=["two keys", "a key set"]
)
def test_a_receipt_from_before_a_rotation_is_checked_with_the_key_that_it_names(receipt, tmp_path, public):
    keys = tmp_path / "keys.json"
    keys.write_text(public if isinstance(public, str) else json.dumps(public))
    result = verify(receipt, "--key", str(keys))
    assert (result.exit_code, "Asli" in result.output) == (0, True)


def test_with_the_new_key_alone_nobody_can_tell_and_the_key_that_is_missing_is_named(receipt):
    result = verify(receipt, "--key", NEW_PUBLIC)
    said = " ".join(result.output.split())
    assert result.exit_code == 1
    assert "signed with a key that is not among those given: kid" in said
    assert key_name(PUBLIC) in said
    assert "Not genuine" not in said


@pytest.mark.parametrize(("written", "code"), [(TEXT + "\n", 0), (TEXT.replace("padam", "menyala"), 1)])
def test_the_text_that_was_filed_is_told_from_another(receipt, tmp_path, written, code):
    text = tmp_path / "laporan.txt"
    text.write_text(written)
    key = KEYS["LAPOR_RECEIPT_PUBLIC_KEY"]
    assert verify("-", "--key", key, "--text", str(text), stdin=receipt).exit_code == code


def test_a_key_that_is_none_is_told_in_a_sentence(receipt):
    result = verify(receipt, "--key", "bukan kunci")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_file_that_is_missing_is_not_called_a_forgery(tmp_path):
    result = verify(str(tmp_path / "tanda-terima.txt"))
    assert (result.exit_code, "neither a receipt nor a file" in _told(result)) == (1, True)


def test_a_document_is_told_to_be_no_text_and_not_called_a_forgery(tmp_path):
    (tmp_path / "tanda-terima.pdf").write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3")
    result = verify(str(tmp_path / "tanda-terima.pdf"))
    assert (result.exit_code, "copy the signature out of it" in _told(result)) == (1, True)


def _told(result):
    """In one line, however narrow the screen was."""
    return " ".join((result.output + str(result.exception)).split())
