"""What an SMS says: its parts put together, a text sent twice kept once, and the keyword it begins with.

`KEYWORD<space>text` as in «KAB. NGANJUK jalan rusak» or «Lapor jabar saya ingin …» (DOMAIN: channels).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.intake.domain.report import title_of
from services.intake.domain.text import LONGEST, printable

SHORTEST = 10
"""Characters below which a message says nothing that anybody could act on."""
MEMORY = timedelta(days=1)
"""How long a telephone's reference number means the same message; it has only 256 or 65,536 of them."""


@dataclass(frozen=True)
class Series:
    """One long message in parts. `settled`: filed (then `report_id` says as what) or refused."""

    series_id: UUID
    total: int
    parts: Mapping[int, str] = field(default_factory=dict)
    last_at: datetime | None = None
    settled: bool = False
    report_id: UUID | None = None

    @property
    def complete(self) -> bool:
        return len(self.parts) >= self.total


class Placing(StrEnum):
    """What a part that has just arrived is to the last message with its reference number."""

    JOINS = "joins"
    REPEATED = "repeated"
    LATE = "late"
    """It was given up for lost, and the message became a report without it."""
    REVIVES = "revives"
    """The same, but the message became no report: with this part it may be one, or the command it was."""
    BEGINS = "begins"
    """It belongs to another message."""


def place(series: Series | None, number: int, total: int, text: str, at: datetime) -> Placing:
    """Where a part belongs, given the latest message of the same sender and reference number."""
    if series is None or series.total != total:
        return Placing.BEGINS
    if series.last_at is not None and at - series.last_at > MEMORY:
        return Placing.BEGINS
    known = series.parts.get(number)
    if known is not None:
        return Placing.REPEATED if known == text else Placing.BEGINS
    if not series.settled:
        return Placing.JOINS
    return Placing.LATE if series.report_id else Placing.REVIVES


def clean(text: str) -> str:
    """`printable`, within what one report holds."""
    return printable(text)[:LONGEST]


def assemble(parts: Mapping[int, str], total: int) -> str:
    """The whole message; a part that never came is marked where it is missing."""
    pieces = [parts.get(number, f" [bagian {number} hilang] ") for number in range(1, total + 1)]
    return clean("".join(pieces)).strip()


@dataclass(frozen=True)
class SmsReport:
    """A message as a report: the sender's words in full, a title made from them, and their keyword."""

    title: str
    text: str
    agency_hint: str | None


def read(message: str) -> SmsReport | None:
    """The report a message makes, or None where it is too short to be one."""
    text = without_repetition(clean(message).strip())
    hint, rest = split_keyword(text)
    rest = without_repetition(rest)
    if len(rest) < SHORTEST:
        return None
    return SmsReport(title_of(rest), text, hint)


def without_repetition(text: str) -> str:
    """A text that says exactly the same twice, once."""
    middle = len(text) // 2
    first, second = text[:middle].strip(), text[middle:].strip()
    return first if first and first == second and len(first) >= SHORTEST else text


_PREFIXES = {
    "kab": "KAB.", "kabupaten": "KAB.", "kota": "KOTA", "pemkot": "KOTA", "pemkab": "KAB.",
    "prov": "PROV.", "provinsi": "PROV.", "propinsi": "PROV.", "pemprov": "PROV.",
}  # fmt: skip
_PROVINCES = {
    "aceh", "sumut", "sumbar", "riau", "kepri", "jambi", "bengkulu", "sumsel", "babel", "lampung", "banten",
    "jakarta", "dki", "jabar", "jateng", "diy", "yogyakarta", "jatim", "bali", "ntb", "ntt", "kalbar",
    "kalteng", "kalsel", "kaltim", "kaltara", "sulut", "gorontalo", "sulteng", "sulbar", "sulsel", "sultra",
    "malut", "maluku", "papua",
}  # fmt: skip
_FOLLOWERS = {"barat", "timur", "utara", "selatan", "tengah", "tenggara", "raya", "besar", "daya"}
_LONGEST_NAME = 4
_WORD = re.compile(r"\S+")


def split_keyword(text: str) -> tuple[str | None, str]:
    """The keyword a message begins with, in one written form, and the words after it.

    A name ends where capital letters end; in a message that is all capitals or has none, it is one word, and
    a point of the compass after it.
    """
    words = [(m.group(), m.end()) for m in _WORD.finditer(text[:200])]
    start = 1 if words and _bare(words[0][0]) == "lapor" else 0
    if len(words) <= start:
        return None, text
    first = _bare(words[start][0])
    prefix = _PREFIXES.get(first)
    if prefix is not None:
        names = _name(words[start + 1 :], text)
        if not names:
            return None, text
        return " ".join([prefix, *(_plain(name) for name, _ in names)]), text[names[-1][1] :].strip()
    if start and (first in _PROVINCES or _shouted(words[start][0], text)):
        return _plain(words[start][0]), text[words[start][1] :].strip()
    return None, text


def _name(words: list[tuple[str, int]], text: str) -> list[tuple[str, int]]:
    names = words[:1]
    for word in words[1:_LONGEST_NAME]:
        closed = names[-1][0][-1] in ",.:;"
        if closed or not (_shouted(word[0], text) or _bare(word[0]) in _FOLLOWERS):
            break
        names.append(word)
    return names


def _shouted(word: str, text: str) -> bool:
    """Written in capitals in a message that is otherwise not."""
    letters = [c for c in word if c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters) and any(c.islower() for c in text)


def _bare(word: str) -> str:
    return word.strip(".,:;#/-").lower()


def _plain(word: str) -> str:
    return word.strip(".,:;#/-").upper()
