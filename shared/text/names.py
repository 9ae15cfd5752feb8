"""Hides names of people in free text where the words around them give them away: "Pak …", "atas nama …".

Names are not looked up in any list: an introduction makes them recognisable, an office ("Pak Lurah") or a
place ("Jalan H. Agus Salim") is not one. When in doubt it hides. Runs in linear time on any text.
"""

import re
from pathlib import Path

import yaml

HIDDEN = "[nama]"

_WORDS = {
    group: words.split()
    for group, words in yaml.safe_load((Path(__file__).parent / "data/not_names.yaml").read_text()).items()
}
_AREAS = frozenset(_WORDS["areas"])
"""What follows these is the name of a place or a body: "Ibu Kota Nusantara"."""
_FUNCTION_WORDS = frozenset(_WORDS["words"])
_NOT_A_NAME = _FUNCTION_WORDS.union(_WORDS["offices"])

_WORD = r"[^\W\d_][^\W\d_'’\-]{1,30}"
_CAPITAL = r"[A-Z][^\W\d_'’\-]{0,30}(?:['’\-][^\W\d_]{1,30})?"
_INITIAL = r"[A-Z]\."
_BETWEEN = r"(?:bin|binti|van|al|el|de)"
_TITLE = r"(?:(?:[Dd]r|[Dd]rs|[Dd]ra|[Ii]r|[Hh]|[Hh]j|[Pp]rof|KH|R|RA|Tgk|Ust)\.\s?){0,3}"
_FULL = rf"{_TITLE}(?:{_CAPITAL}|{_INITIAL})(?:[ ](?:{_BETWEEN}[ ])?(?:{_INITIAL}|{_CAPITAL})){{0,4}}"

_STRONG = (
    r"nama\s(?:saya|lengkap|pelapor|terlapor|ibu|bapak|ayah|anak|suami|istri|korban|pasien)(?:\s(?:adalah|ialah))?\s?[:=]?"
    r"|nama\s?[:=]|yang\sbernama|bernama|atas\snama|a\.?\s?/?n\b\.?|berinisial|inisial|perkenalkan,?(?:\s(?:nama\s)?saya)?"
)
_ADDRESS = (
    r"bapak|bpk\.?|pak|ibu|bu|sdr\.?|sdri\.?|saudara|saudari|tuan|tn\.|nyonya|ny\.|nona|nn\.|mas|mbak|mba|kak|kakak|bang"
    r"|ustaz|ustad|ustadz|ustazah|kiai|kyai|haji|hajjah"
)

_PATTERN = re.compile(
    rf"""
    (?P<place> \b(?i:{"|".join(_WORDS["places"])})\b\.?\s{_FULL} )
  | \b(?P<strong> (?i:{_STRONG}) )(?P<gap>[ ]{{0,2}}) (?P<named> {_FULL} | {_WORD}(?:[ ]{_WORD})? )
  | \b(?P<address> (?i:{_ADDRESS}) )(?P<space>[ ]) (?P<addressed> (?:{_WORD}[ ]){{0,2}}{_FULL} | {_WORD} )
  | (?<![\w.])(?P<titled> (?:[Dd]rs?|Dra|Ir|Hj?|KH|Prof)\.\s?{_FULL} )
    """,
    re.VERBOSE,
)


def mask_names(text: str) -> str:
    """`text` with every introduced name replaced by ``[nama]``."""
    return _PATTERN.sub(_hide, text)


def names_somebody(text: str) -> bool:
    """Whether `text` introduces a person by name."""
    return any(_hide(match) != match[0] for match in _PATTERN.finditer(text))


def _hide(match: re.Match[str]) -> str:
    if match["place"]:
        return match[0]
    if match["titled"]:
        return HIDDEN
    if match["strong"]:
        before, name = match["strong"] + match["gap"], match["named"]
    else:
        before, name = match["address"] + match["space"], match["addressed"]
    kept, hidden = _split(name, strong=bool(match["strong"]))
    return before + kept + hidden


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
