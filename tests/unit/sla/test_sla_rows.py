"""Rows on their way to PostgreSQL: whatever somebody typed, they stay readable JSON."""

import json

import pytest

from services.sla.store import _text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jalan\x00 rusak", "jalan rusak"),
        ("\x00\x00", ""),
        ("\\u0000", "\\u0000"),
        ("\\\x00", "\\"),
        ("\\\\u0000 \\\\\x00", "\\\\u0000 \\\\"),
    ],
)
def test_a_nul_is_left_out_and_its_spelling_is_kept(typed: str, kept: str) -> None:
    assert json.loads(_text([{"category": typed}])) == [{"category": kept}]
