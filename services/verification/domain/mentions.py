"""Places and people that a report mentions: where two reports mention others, they are about others."""

import re
from collections import defaultdict
from collections.abc import Mapping

from shared.text.names import names_in

_KINDS = {
    "kota": "town",
    "kabupaten": "town", "kab": "town",
    "kecamatan": "district", "kec": "district",
    "desa": "village", "kelurahan": "village", "kel": "village", "dusun": "village", "kampung": "village",
    "jalan": "street", "jln": "street", "jl": "street", "gang": "street", "gg": "street",
    "perumahan": "estate", "perum": "estate", "komplek": "estate", "kompleks": "estate",
    "puskesmas": "clinic", "rsud": "clinic", "rs": "clinic",
    "sd": "school", "sdn": "school", "smp": "school", "smpn": "school", "sma": "school", "smk": "school",
    "pasar": "market", "terminal": "station", "stasiun": "station",
}  # fmt: skip
LABELS = {
    "town": ("kota atau kabupaten", "town"), "district": ("kecamatan", "district"),
    "village": ("desa atau kelurahan", "village"), "street": ("jalan", "street"),
    "estate": ("perumahan", "estate"), "clinic": ("fasilitas kesehatan", "clinic"),
    "school": ("sekolah", "school"), "market": ("pasar", "market"), "station": ("terminal", "station"),
}  # fmt: skip

_NAME = r"(?:[A-Z][\w'’-]+|\d{1,3}\b)"
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_MENTION = re.compile(
    rf"\b(?i:(?P<kind>{_KIND}))\b\.?\s+(?P<name>{_NAME}(?:\s(?!(?i:{_KIND})\b){_NAME}){{0,2}})"
)


def places_in(text: str) -> Mapping[str, frozenset[str]]:
    """The named places, by kind: ``{"street": {"mawar"}, "village": {"sukamaju"}}``."""
    found = defaultdict[str, set[str]](set)
    for match in _MENTION.finditer(text):
        kind = _KINDS[match["kind"].lower()]
        found[kind].add(match["name"].lower())
    return {kind: frozenset(names) for kind, names in found.items()}


def people_in(text: str) -> frozenset[str]:
    """The introduced names, each word of them."""
    return frozenset(word for name in names_in(text) for word in name.lower().split())
