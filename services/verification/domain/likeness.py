"""How much two reports seem to be about the same matter, and what speaks for and against it.

A proposal with reasons, never a decision. Reports that share a template but name other people or other towns
are often taken for one: so what they name differently weighs more than the words they share.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from services.verification.domain.mentions import LABELS, people_in, places_in
from services.verification.domain.sketch import regency_of, words_of
from shared.contracts import Place

LEAST = 0.25
"""What scores less is no candidate."""
_LONGEST = 300
"""Words that are compared phrase by phrase; a report is rarely longer."""
_PHRASE = 3
_ENOUGH = 0.25
"""What words must weigh together, for place and time to count in full."""


class Kind(StrEnum):
    """What a reason is about."""

    WORDS = "words"
    PHRASES = "phrases"
    REGION = "region"
    DISTANCE = "distance"
    TIME = "time"
    CATEGORY = "category"
    PEOPLE = "people"
    PLACES = "places"


@dataclass(frozen=True)
class Reason:
    """`weight` above zero speaks for a match, below against it. `phrases` are words of the other report."""

    kind: Kind
    weight: float
    text: str
    text_en: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """`score` from 0 to 1."""

    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Report:
    """What is compared of a report."""

    title: str
    text: str
    place: Place
    category: str | None
    at: datetime | None

    @cached_property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}"

    @cached_property
    def sequence(self) -> list[str]:
        return words_of(self.whole)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.sequence)


def compare(one: Report, other: Report) -> Likeness:
    """The likeness of two reports; symmetric but for the wording of its reasons.

    That two reports are from one place and day says little where their words differ, and counts accordingly.
    """
    text = [*_words(one, other), *_phrases(one, other)]
    said = min(1.0, sum(reason.weight for reason in text) / _ENOUGH)
    around = [
        reason if reason.weight < 0 else replace(reason, weight=round(reason.weight * said, 3))
        for part in (_region, _distance, _time, _category, _people, _places)
        for reason in part(one, other)
    ]
    reasons = (*text, *around)
    return Likeness(round(min(1.0, max(0.0, sum(reason.weight for reason in reasons))), 3), reasons)


def _words(one: Report, other: Report) -> Iterator[Reason]:
    common, every = len(one.words & other.words), len(one.words | other.words)
    shorter = min(len(one.words), len(other.words))
    if common:
        share = (common / every + common / shorter) / 2
        yield Reason(
            Kind.WORDS, round(0.6 * share, 3),
            f"{common} dari {every} kata sama", f"{common} of {every} words in common",
        )  # fmt: skip


def _phrases(one: Report, other: Report) -> Iterator[Reason]:
    a, b = one.sequence[:_LONGEST], other.sequence[:_LONGEST]
    blocks = [
        m for m in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks() if m.size >= _PHRASE
    ]
    if not blocks:
        return
    longest = sorted(blocks, key=lambda m: -m.size)[:3]
    shared = sum(m.size for m in blocks) / min(len(a), len(b))
    phrases = tuple(" ".join(b[m.b : m.b + min(m.size, 12)]) for m in longest)
    yield Reason(
        Kind.PHRASES, round(0.2 * shared, 3),
        f"{len(blocks)} rangkaian kata sama", f"{len(blocks)} phrases in common", phrases,
    )  # fmt: skip


def _region(one: Report, other: Report) -> Iterator[Reason]:
    a, b = one.place.region, other.place.region
    if not a or not b:
        return
    if a == b or (len(min(a, b, key=len)) > len("35.78") and a.startswith(b)) or b.startswith(f"{a}."):
        precise = a.count(".") >= 2 and b.count(".") >= 2
        yield Reason(Kind.REGION, 0.2 if precise else 0.12, "wilayah sama", "same region")
    elif regency_of(a) == regency_of(b):
        yield Reason(Kind.REGION, 0.06, "kabupaten atau kota sama", "same regency or city")
    elif not (regency_of(a).startswith(regency_of(b)) or regency_of(b).startswith(regency_of(a))):
        yield Reason(Kind.REGION, -0.4, "wilayah lain", "another region")


def _distance(one: Report, other: Report) -> Iterator[Reason]:
    metres = _metres(one.place, other.place)
    if metres is None:
        return
    weight = 0.25 if metres <= 200 else 0.12 if metres <= 1_000 else -0.15 if metres > 5_000 else 0.0
    told = f"{metres:,.0f} m".replace(",", ".") if metres < 10_000 else f"{metres / 1000:,.0f} km"
    yield Reason(Kind.DISTANCE, weight, f"jaraknya {told}", f"{told} apart")


def _metres(one: Place, other: Place) -> float | None:
    """Over the ground, on a sphere."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    north, east, north2, east2 = map(
        radians, (one.latitude or 0, one.longitude or 0, other.latitude or 0, other.longitude or 0)
    )
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(min(1.0, half)))


def _time(one: Report, other: Report) -> Iterator[Reason]:
    if one.at is None or other.at is None:
        return
    days = abs((one.at - other.at).days)
    weight = 0.1 if days <= 3 else 0.05 if days <= 14 else 0.0 if days <= 90 else -0.1
    yield Reason(Kind.TIME, weight, f"berselang {days} hari", f"{days} days apart")


def _category(one: Report, other: Report) -> Iterator[Reason]:
    if one.category and other.category and one.category.lower() == other.category.lower():
        yield Reason(Kind.CATEGORY, 0.05, "kategori sama", "same category")


def _people(one: Report, other: Report) -> Iterator[Reason]:
    a, b = people_in(one.whole), people_in(other.whole)
    if a and b:
        if a & b:
            yield Reason(Kind.PEOPLE, 0.1, "menyebut orang yang sama", "names the same people")
        else:
            yield Reason(Kind.PEOPLE, -0.3, "menyebut orang lain", "names other people")


def _places(one: Report, other: Report) -> Iterator[Reason]:
    a, b = places_in(one.whole), places_in(other.whole)
    for kind in sorted(a.keys() & b.keys()):
        label, label_en = LABELS[kind]
        if a[kind] & b[kind]:
            yield Reason(Kind.PLACES, 0.1, f"menyebut {label} yang sama", f"names the same {label_en}")
        else:
            yield Reason(Kind.PLACES, -0.3, f"menyebut {label} lain", f"names another {label_en}")
