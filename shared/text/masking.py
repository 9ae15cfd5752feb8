"""Hides from the public what points to a person in free text: names, numbers of persons, e-mail addresses.

When in doubt it hides: a hidden amount can be asked for, a leaked number cannot be taken back. Runs in linear
time on any text.
"""

import re

from shared.text.names import mask_names
from shared.text.plain import plain

_GAP = r"[ .\-()/\u2010-\u2015]{0,2}"
_WIDE_GAP = r"[\s.,\-()/_*|:\u2010-\u2015]{0,5}"
"""Between digits that begin like a mobile number (081…, +62 81…): those are told from amounts anyhow."""

_SPELLED = "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan"
_FEWEST_SPELLED = 6

_AT = r"(?:\s?@\s?|\s?[(\[{]\s?(?:at|et|a|@)\s?[)\]}]\s?|\s(?:at|et)\s(?=[\w-]{1,63}\s(?:dot|titik)\s))"
_DOT = r"(?:\.|,(?=com?\b|id\b)|\s?[(\[{]\s?(?:dot|titik|\.)\s?[)\]}]\s?|\s(?:dot|titik)\s)"

_PATTERN = re.compile(
    rf"""
    (?P<keep>
        # Dates, and amounts in rupiah or in groups of three: read as numbers they would look like telephones.
        (?<!\d)(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)\d\d | (?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)
      | (?<![\d.])(?:19|20)\d\d(?:[-/, ]{{1,2}}(?:19|20)\d\d){{2,}}(?!{_GAP}\d)
      | (?<![\d.])[012]?\d[.:][0-5]\d(?:\s?[-\u2013,]\s?[012]?\d[.:][0-5]\d)+(?!{_GAP}\d)
      | \bRp\.?\s?\d{{1,3}}(?:\.\d{{3}})*(?:,\d{{1,2}})?(?![\d.]*\d)
      | \bRp\.?\s?\d{{1,15}}(?!\d)
      | (?<![\d.+])(?!0|62\.8|8)\d{{1,3}}(?:\.\d{{3}})+(?:,\d{{1,2}})?(?!{_GAP}\d)
    )
  | (?P<account> (?<!\w)(?:no(?:mor)?\.?\s?)?
        (?:rek(?:ening)?|norek|nik|ktp|kk|npwp|bpjs|paspor|passport|sim|nip|nisn|va|virtual\s?account)\b
        (?:\s?(?:bca|bri|bni|mandiri|btn|bsi|bank|saya|nya))*\s?(?:no(?:mor)?\.?)?\s?[:=.]?\s?
    )(?P<digits> [A-Z]?[ ]?\d(?:{_GAP}[ ]?\d){{4,29}} )
  | (?P<call> (?<!\w)(?:telp|tlp|telepon|telpon|hp|wa|whatsapp)\b\.?(?:\s(?:saya|rumah|kantor))?\s?[:=.]?\s?)
        (?!\d{{1,3}}(?:\.\d{{3}})+\b) (?P<line> \+?\(?\d(?:{_WIDE_GAP}\d){{5,29}} )
  | (?P<plate> \b(?:nopol|no\.?\spol|nomor\spolisi|plat(?:\snomor)?|mobil|motor|kendaraan)\b\s?:?\s?)
        (?P<vehicle> [A-Z]{{1,2}}[ -]?\d{{1,4}}[ -]?[A-Z]{{1,3}}\b )
  | (?P<spelled>
        \b(?:\d{{1,4}}[ ,.-]{{1,2}})?(?:{_SPELLED})(?:[ ,.-]{{0,2}}(?:{_SPELLED}|\d{{1,8}}(?!\d)))+\b
    )
  | (?P<slipped>
        (?<!\w)(?:(?=[\d .-]{{1,16}}[oOlI])(?:\+?62|0)|[oO])[ .-]?8(?:{_GAP}[0-9oOlI]){{7,11}}(?!\w)
    )
  | (?P<email>
        (?<![\w.+-])[\w.+-]{{1,64}}
        (?: {_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}} | @(?:gmail|yahoo|ymail|hotmail|outlook)\b )
    )
  | (?P<number> (?<!\w)\+?\(?\d(?:{_GAP}\d){{8,29}}(?!\d) )
  | (?P<mobile>
        (?<![\w.])(?:\+?62{_WIDE_GAP}0?|0){_WIDE_GAP}8{_WIDE_GAP}[1-35-9](?:{_WIDE_GAP}\d){{6,10}}(?!\d)
    )
  | (?P<run> \d{{9,}} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INTRODUCED = {"account": "digits", "call": "line", "plate": "vehicle"}
"""The word before a number stays."""
_HIDDEN_NUMBER = "[nomor]"
_LONG = 9
_IDENTITY = 15
"""Digits of an NPWP; a NIK and a family card have sixteen, a telephone number at most fourteen."""
_SHOWN = 4
"""Leading characters of a number that stay: enough to tell a telephone from a NIK, and no more."""


def mask(text: str) -> str:
    """`text` with introduced names, personal numbers and e-mail addresses made unreadable.

    A number is personal if it has nine digits or more, or if it follows the word for an account, a card, a
    telephone or a vehicle.
    """
    return mask_names(_PATTERN.sub(_hide, plain(text)))


def _hide(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "keep":
            return match[0]
        case "spelled":
            return _HIDDEN_NUMBER if _is_spelled_number(match[0]) else match[0]
        case "email":
            return match["email"][0] + "***@***"
        case "slipped":
            return _HIDDEN_NUMBER
    for introduction, number in _INTRODUCED.items():
        if match[introduction] is not None:
            return match[introduction] + _crossed_out(match[number])
    return _crossed_out(match[0])


def _crossed_out(number: str) -> str:
    """The beginning of a long number stays; of a short one nothing."""
    long = _digits(number) >= _LONG
    shown, hidden = 0 if long else _SHOWN, []
    for character in number:
        if not character.isdigit():
            hidden.append(character)
            continue
        hidden.append(character if shown < _SHOWN else "x")
        shown += 1
    return "".join(hidden)


def has_identity_number(text: str) -> bool:
    """Whether a number of a person's card or account stands in `text`: named as one, or as long as a NIK.

    A telephone number is none: reporters leave theirs so that they can be called.
    """
    return any(
        match["account"] is not None or (match["keep"] is None and _digits(match[0]) >= _IDENTITY)
        for match in _PATTERN.finditer(plain(text))
    )


def _is_spelled_number(text: str) -> bool:
    """Whether it is one as long as a telephone's: "nol delapan satu …", "08 satu dua …"."""
    said = len(re.findall(_SPELLED, text, re.IGNORECASE))
    return said >= _FEWEST_SPELLED or said + _digits(text) > _LONG


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
