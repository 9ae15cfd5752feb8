"""Hides names of people in free text where the words around them give them away: "Pak …", "atas nama …".

Names are not looked up in any list: an introduction makes them recognisable, an office ("Pak Lurah") or a
place ("Jalan H. Agus Salim") is not one. What follows an office that has a region ("Lurah …") is a name, but
for a region's. When in doubt it hides. Runs in linear time on any text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

import yaml

from shared.regions import Level, atlas
from shared.regions.search import plain_name
from shared.text.plain import plain

HIDDEN = "[nama]"
_SHORTEST_AGAIN = 3
"""Letters of a word of a name that is known again: "Al" and "Bu" are too many other words."""

_WORDS = {
    group: words.split()
    for group, words in yaml.safe_load((Path(__file__).parent / "data/not_names.yaml").read_text()).items()
}
_AREAS = frozenset(_WORDS["areas"])
"""What follows these is the name of a place or a body: "Ibu Kota Nusantara"."""
_FUNCTION_WORDS = frozenset(_WORDS["words"])
_NOT_AN_OFFICIAL = frozenset(_WORDS["after_offices"] + _WORDS["places"])
_NOT_A_NAME = _FUNCTION_WORDS.union(_WORDS["offices"])

_WORD = r"[^\W\d_][^\W\d_'’\-]{1,30}"
_CAPITAL = r"[A-Z][^\W\d_'’\-]{0,30}(?:['’\-][^\W\d_]{1,30})?"
_INITIAL = r"[A-Z]\."
_BETWEEN = r"(?:bin|binti|van|al|el|de)"
_TITLE = r"(?:(?:(?:[Dd]r|[Dd]rs|[Dd]ra|[Ii]r|[Hh]|[Hh]j|[Pp]rof|KH|R|RA|Tgk|Ust)\.\s?|[Dd]r[ ]){0,3})"
_MARK = r"[\"'*_“”]?"
"""Around a name to set it off."""
_FULL = rf"{_TITLE}(?:{_CAPITAL}|{_INITIAL})(?:[ ](?:{_BETWEEN}[ ])?(?:{_INITIAL}|{_CAPITAL})){{0,4}}"

_STRONG = (
    r"nama\s(?:saya|sy|aku|lengkap|pelapor|terlapor|ibu|bapak|ayah|anak|suami|istri|korban|pasien)(?:\s(?:saya|sy|kami))?(?:\s(?:adalah|ialah))?\s?[:=]?"
    r"|nama\s?[:=]|namanya|pelapor\s?:|c\.?p\.?\s?:|yang\sbernama|bernama|atas\snama|a\.?\s?/?n\b\.?|berinisial|inisial|perkenalkan,?(?:\s(?:nama\s)?saya)?"
)
_ADDRESS = (
    r"bapak|bpk\.?|pak|ibu|bu|sdr\.?|sdri\.?|saudara|saudari|tuan|tn\.|nyonya|ny\.|nona|nn\.|mas|mbak|mba|kak|kakak|bang|kang"
    r"|ustaz|ustad|ustadz|ustazah|kiai|kyai|haji|hajjah"
)

_CLOSING = (
    r"(?:terima\s?kasih|hormat\s(?:saya|kami)|salam(?:\shormat)?|wassalam\w{0,12}|ttd|tertanda)[ .,!]{0,4}"
)
"""Above the name that ends a letter."""
_SELF = (
    rf"(?i:saya|sy),?[ ](?={_CAPITAL}(?:[ ]{_CAPITAL}){{1,3}}"
    r"(?:,|[ ](?:warga|tinggal|umur|usia|alamat|dari|selaku)\b))"
)
"""Whoever says who they are goes on with where they live, or a comma."""
_BEFORE_CAPITALS = (
    # Not all of them with a capital: so begin titles, "Anak Saya Sakit", "Dokter Jarang Datang". And a small
    # "dr" without a dot is "dari".
    r"(?:(?:[Ii]stri|[Ss]uami|[Aa]nak|[Ii]bu|[Bb]apak|[Aa]yah|[Aa]dik|[Kk]akak|[Tt]etangga)[ ]saya"
    r"|dokter|suster|bidan|mantri|Dr|(?i:ttd)[,:]?|(?i:ketua|pak|bu)[ ](?i:rt|rw)"
    r"|(?i:bripda|briptu|brigpol|bripka|aipda|aiptu|ipda|iptu|akp|kompol|akbp)"
    r"|(?i:serda|sertu|serka|serma|letda|lettu|letkol))[ ]"
)

_OFFICE = (
    r"lurah|camat|kades|kadus|sekdes|bupati|wali\s?kota|gubernur|kapolsek|kapolres|danramil|kepsek|rektor"
    r"|(?:kepala|sekretaris)\s(?:desa|dusun|sekolah|kampung|kelurahan|kecamatan)"
)

_PLACE = rf"\b(?i:{'|'.join(_WORDS['places'])})\b\.?\s{_FULL}"

_PATTERN = re.compile(
    rf"""
    (?P<place> {_PLACE} )
  | \b(?P<lead> (?i:{_CLOSING})\n\s{{0,4}}(?={_FULL}[ .]{{0,3}}(?:\n|\Z)) | {_SELF}
          | {_BEFORE_CAPITALS} )
        (?! (?i:{_ADDRESS})[ ] ) (?P<led> {_FULL} )
  | \b(?P<strong> (?i:{_STRONG}) )(?P<gap>\s{{0,3}}{_MARK}) (?! (?i:{_ADDRESS})[ ] )
        (?P<named> {_FULL} | {_WORD}(?:[ ]{_WORD})? )
  | \b(?P<address> (?i:{_ADDRESS}) )(?P<space>[ \t]{{1,3}}{_MARK}|(?<=\.))
        (?P<addressed> (?:{_WORD}[ ]){{0,2}}{_FULL} | {_WORD} )
  | \b(?P<office> (?i:{_OFFICE}) )[ ] (?! (?i:{_ADDRESS})[ ] ) (?P<official> {_FULL} )
  | (?<![\w.])(?P<titled> (?:[Dd]rs?|Dra|Ir|Hj?|KH|Prof)\.\s?{_FULL} )
    """,
    re.VERBOSE,
)


_EACH_WORD = re.compile(rf"{_PLACE}|(?<![\w\[])[^\W\d_]+(?:['’][^\W\d_]+)*")
"""A place may be called like somebody."""
_IN_A_ROW = re.compile(r"\[nama\](?: \[nama\])+")


def mask_names(text: str) -> str:
    """`text` with every introduced name replaced by ``[nama]``, also where it stands again by itself."""
    written = plain(text)
    hidden = _PATTERN.sub(_hide, written)
    known = _forms(_introductions(written))
    if not known:
        return hidden
    again = _EACH_WORD.sub(lambda found: HIDDEN if found[0] in known else found[0], hidden)
    return _IN_A_ROW.sub(HIDDEN, again)


def names_somebody(text: str) -> bool:
    """Whether `text` introduces a person by name."""
    return any(_hide(match) != match[0] for match in _PATTERN.finditer(plain(text)))


def names_in(text: str) -> list[str]:
    """The introduced names, as they are written; what `mask_names` hides."""
    return [name for name, _ in _introductions(plain(text))]


def _introductions(written: str) -> Iterator[tuple[str, bool]]:
    """Each introduced name, and whether the words around it leave no doubt: "bang ojek" names nobody."""
    for match in _PATTERN.finditer(written):
        if match["place"]:
            continue
        if match["titled"]:
            yield match["titled"], True
            continue
        if match["official"]:
            if name := match["official"][len(_place_before(match["office"], match["official"])) :].strip():
                yield name, True
            continue
        name = _introduced(match)
        kept, hidden = _parted(match, name)
        words = name.split()[len(kept.split()) :]
        if hidden:
            yield words[0] if hidden != HIDDEN else " ".join(words), match["addressed"] is None


def _forms(introductions: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """How parts of these names may be written where they stand by themselves."""
    forms: set[str] = set()
    for name, certain in introductions:
        first, *more = [word for word in name.split() if not word.endswith(".")] or [""]
        # Behind a word in capitals or in small letters anything may follow: only that word is sure.
        sure = [first, *takewhile(_capitalised, more)] if _capitalised(first) else [first]
        for word in sure:
            if len(word) >= _SHORTEST_AGAIN and _may_be_a_name(word.lower()):
                # "untung" is no Pak Untung, and one "bang ojek" hides no other.
                forms |= {word.upper(), word.capitalize()}
                if certain or not word.islower():
                    forms.add(word)
    return frozenset(forms)


def _capitalised(word: str) -> bool:
    return word[:1].isupper() and not word.isupper()


def _may_be_a_name(word: str) -> bool:
    words = (_NOT_A_NAME, _NOT_AN_OFFICIAL, _AREAS, _regions(Level.REGENCY))
    return not any(word in known for known in words)


def _hide(match: re.Match[str]) -> str:
    if match["place"]:
        return match[0]
    if match["titled"]:
        return HIDDEN
    if match["official"]:
        place = _place_before(match["office"], match["official"])
        return match[0] if place == match["official"] else f"{match['office']} {place}{HIDDEN}"
    name = _introduced(match)
    kept, hidden = _parted(match, name)
    return match[0][: -len(name)] + kept + hidden


def _introduced(match: re.Match[str]) -> str:
    return match["led"] or match["named"] or match["addressed"]


def _parted(match: re.Match[str], name: str) -> tuple[str, str]:
    first = name.split(maxsplit=1)[0]
    acronym = len(first) > 1 and first.isupper() and not name.isupper()
    if match["led"] and (acronym or first.lower() in _NOT_A_NAME | _NOT_AN_OFFICIAL):
        return name, ""
    return _split(name, strong=bool(match["strong"]))


def _split(name: str, *, strong: bool) -> tuple[str, str]:
    """What of a matched run of words stays, and what replaces the rest: offices before a name are kept."""
    words = name.split()
    lower = [word.lower().strip(".") for word in words]
    if lower[0] in _NOT_A_NAME:
        offices = next((n for n, word in enumerate(lower) if word not in _NOT_A_NAME), len(words))
        if offices == len(words) or lower[0] in _FUNCTION_WORDS or lower[offices - 1] in _AREAS:
            return name, ""
        return " ".join(words[:offices]) + " ", HIDDEN
    if strong and len(words) == 2 and words[1].islower() and lower[1] in _NOT_A_NAME:
        return "", f"{HIDDEN} {words[1]}"
    return "", HIDDEN


def _place_before(office: str, name: str) -> str:
    """What of the words behind an office is no name: its region, an acronym, more of the office."""
    words = name.split(" ")
    first = words[0].lower().strip(".")
    acronym = len(first) > 1 and words[0].isupper() and not office.isupper()
    if (
        acronym
        or first in _NOT_A_NAME
        or first in _NOT_AN_OFFICIAL
        or plain_name(name) in _regions(Level.VILLAGE)
    ):
        return name
    for count in range(len(words) - 1, 0, -1):
        if plain_name(" ".join(words[:count])) in _regions(Level.REGENCY):
            rest = " ".join(words[count:])
            return name if plain_name(rest) in _regions(Level.VILLAGE) else name[: -len(rest)]
    return ""


@cache
def _regions(lowest: Level) -> frozenset[str]:
    """What regions down to a level are called. Villages are and districts may be called like people."""
    known = atlas()
    return frozenset(plain_name(known.name_at(n)) for n in range(len(known)) if known.level_at(n) <= lowest)
