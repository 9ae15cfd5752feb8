"""`lapor receipt verify` on the signed list of a report's files."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from shared.security.keys import generate_keys
from shared.security.receipts import sign_manifest

KEYS = generate_keys()
PHOTO, CLEAN = b"foto asli", b"foto bersih"


@pytest.fixture(scope="module")
def manifest():
    return sign_manifest(
        KEYS["LAPOR_RECEIPT_PRIVATE_KEY"],
        tracking_id="K7M-Q3XW-9FA",
        issued_at=datetime(2026, 7, 6, 2, tzinfo=UTC),
        files=[
            {
                "evidence_id": "01980000-0000-7000-8000-000000000001",
                "received_at": "2026-07-06T02:00:00+00:00",
                "content_type": "image/jpeg",
                "size": len(PHOTO),
                "sha256": sha256(PHOTO).hexdigest(),
                "state": "cleared",
                "shown": {"sha256": sha256(CLEAN).hexdigest()},
            }
        ],
    )


def verify(*arguments):
    return CliRunner().invoke(
        app, ["receipt", "verify", *arguments, "--key", KEYS["LAPOR_RECEIPT_PUBLIC_KEY"]]
    )


@pytest.mark.parametrize(
    ("content", "exit_code", "told"),
    [
        (PHOTO, 0, "berkas asli yang diterima"),
        (CLEAN, 0, "salinan bersih"),
        (b"foto lain", 1, "tidak ada dalam daftar"),
    ],
)
def test_a_file_is_found_in_the_list_or_not(manifest, tmp_path, content, exit_code, told):
    (tmp_path / "foto").write_bytes(content)
    result = verify(manifest, "--file", str(tmp_path / "foto"))
    assert (result.exit_code, told in " ".join(result.output.split())) == (exit_code, True)


def test_a_list_that_was_changed_is_not_genuine(manifest, tmp_path):
    (tmp_path / "foto").write_bytes(PHOTO)
    assert verify(manifest[:-6] + "AAAAAA", "--file", str(tmp_path / "foto")).exit_code == 1


def test_a_list_is_no_receipt_of_the_report(manifest):
    assert "Bukti laporan" in verify(manifest).output
