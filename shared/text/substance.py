"""Whether an agency's completion says what was done: more than a formula, and for visible work with evidence.

People's complaint is a case closed though nothing happened ("sudah ditindaklanjuti"); a formula is no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FEWEST_WORDS = 3
"""Different words besides formulas: what, where, when, by whom."""
FEWEST_OF_A_REASON = 10
"""Characters."""
_WORD = re.compile(r"[^\W_]+")
_FILE = Path(__file__).parent / "data/substance.yaml"


@dataclass(frozen=True)
class Gap:
    """What is missing, by the field where it belongs."""

    field: str
    text: str
    text_en: str


@cache
def _lists() -> dict[str, frozenset[str]]:
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in raw.items()}


def is_formula(text: str) -> bool:
    """Whether a text says nothing of its own."""
    own = {word for word in _WORD.findall(text.lower()) if len(word) > 1} - _lists()["formulas"]
    return len(own) < FEWEST_WORDS


def is_physical(category: str | None) -> bool:
    """Whether work of this category leaves something to be seen."""
    name = " ".join(_WORD.findall((category or "").lower()))
    # From the beginning of a word: "perjalanan" is no road ("jalan").
    return any(" " + part.replace("-", " ") in " " + name for part in _lists()["physical"])


def gaps(
    text: str, category: str | None, evidence: Sequence[object], without_evidence: str | None
) -> list[Gap]:
    """What a completion still needs. `without_evidence`: why the agency shows none."""
    found = []
    if is_formula(text):
        found.append(
            Gap(
                "text",
                "sebutkan apa yang dikerjakan, di mana, kapan, dan oleh siapa; kalimat baku saja tidak cukup",
                "say what was done, where, when and by whom; a formula is not enough",
            )
        )
    reason = (without_evidence or "").strip()
    if is_physical(category) and not evidence and len(reason) < FEWEST_OF_A_REASON:
        found.append(
            Gap(
                "evidence",
                "pekerjaan ini perlu bukti (foto atau dokumen), atau alasan mengapa tidak ada",
                "this work needs evidence (a photo or a document), or a reason why there is none",
            )
        )
    return found
