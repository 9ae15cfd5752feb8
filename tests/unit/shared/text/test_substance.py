"""A completion says what was done, or is sent back."""

import pytest

from shared.text.substance import gaps, is_formula, is_physical

DONE = "Lampu di depan SDN 3 Jalan Mawar diganti pada 6 Juli oleh regu teknis; menyala kembali."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sudah ditindaklanjuti.",
        "Terima kasih atas laporan Anda. Sudah kami tindak lanjuti sesuai ketentuan yang berlaku.",
        "Laporan telah diterima dan akan segera dikoordinasikan dengan dinas terkait.",
        "Thank you, your report has been followed up and closed.",
        "OK selesai 🙏🙏🙏🙏",
    ],
)
def test_a_formula_is_no_answer(text):
    assert is_formula(text)


@pytest.mark.parametrize("text", [DONE, "Air mengalir lagi sejak pipa bocor di RT 3 disambung kemarin."])
def test_what_was_done_is_an_answer(text):
    assert not is_formula(text)


@pytest.mark.parametrize(
    ("category", "physical"),
    [
        ("Infrastruktur", True),
        ("Layanan air minum", True),
        ("BPJS kesehatan", False),
        ("Perjalanan dinas", False),
        (None, False),
    ],
)
def test_some_work_leaves_something_to_be_seen(category, physical):
    assert is_physical(category) is physical


@pytest.mark.parametrize(
    ("text", "category", "evidence", "reason", "missing"),
    [
        (DONE, "Infrastruktur", ["photo"], None, []),
        (DONE, "Infrastruktur", [], "Kamera petugas rusak, foto menyusul.", []),
        (DONE, "Infrastruktur", [], "tidak ada", ["evidence"]),
        (DONE, "Kepolisian", [], None, []),
        ("Sudah selesai.", "Infrastruktur", [], None, ["text", "evidence"]),
    ],
)
def test_each_gap_names_its_field(text, category, evidence, reason, missing):
    assert [gap.field for gap in gaps(text, category, evidence, reason)] == missing
