"""What is wrong with one rule by itself, told by field: such a rule is neither held nor stored."""

from collections.abc import Iterator
from typing import NamedTuple

from services.routing.domain.agencies import Agencies
from services.routing.domain.index import Rule, slug
from services.routing.domain.places import REGION, RELATIVE
from services.routing.domain.words import words_of


class Wrong(NamedTuple):
    """A field of a rule, and what is wrong with it."""

    field: str
    message: str
    message_en: str


def faults(rule: Rule, agencies: Agencies) -> Iterator[Wrong]:
    """Everything that is wrong with a rule; nothing if it can be used."""
    if not rule.candidates:
        yield Wrong("candidates", "tidak menyebut instansi", "names no agency")
    for code in rule.candidates:
        yield from _candidate(code, agencies)
    if rule.region is not None and not REGION.fullmatch(rule.region):
        yield Wrong(
            "region",
            f"menyebut {rule.region!r}, bukan kode wilayah",
            f"names {rule.region!r}, which is no region code",
        )
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield Wrong("valid_to", "berakhir sebelum mulai berlaku", "ends before it begins")
    for keyword in rule.keywords:
        if not words_of(keyword):
            yield Wrong(
                "keywords",
                f"kata kunci {keyword!r} tidak berisi kata",
                f"has the keyword {keyword!r}, which holds no word",
            )
    for category in rule.categories:
        if not slug(category):
            yield Wrong(
                "categories",
                f"kategori {category!r} tidak berisi kata",
                f"has the category {category!r}, which holds no word",
            )


def _candidate(code: str, agencies: Agencies) -> Iterator[Wrong]:
    if code.startswith("@"):
        if not RELATIVE.fullmatch(code):
            yield Wrong(
                "candidates",
                f"{code!r} tidak dikenal; yang ada: @local, @local.unit, @province, @province.unit",
                f"names {code!r}, which is neither @local nor @province, nor a unit of those",
            )
    elif agencies.get(code) is None:
        yield Wrong(
            "candidates", f"menyebut instansi tak dikenal {code!r}", f"names the unknown agency {code!r}"
        )
