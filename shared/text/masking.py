"""Hides from the public what points to a person in free text: names, numbers of persons, e-mail addresses.

When in doubt it hides: a hidden amount can be asked for, a leaked number cannot be taken back. Runs in linear
time on any text.
"""

import re

from shared.text.names import mask_names

_GAP = r"[ .\-()/\u00a0\u2010-\u2015]{0,2}"

_SPELLED = "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
_FEWEST_SPELLED = 6

_PATTERN = re.compile(
    rf"""
    (?P<keep>
        # Dates, and amounts in rupiah or in groups of three: read as numbers they would look like telephones.
        (?<!\d)(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)\d\d | (?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)
      | \bRp\.?\s?\d{{1,3}}(?:\.\d{{3}})*(?:,\d{{1,2}})?(?![\d.]*\d)
      | \bRp\.?\s?\d{{1,15}}(?!\d)
      | (?<![\d.+])(?!0|62\.8|8)\d{{1,3}}(?:\.\d{{3}})+(?:,\d{{1,2}})?(?!{_GAP}\d)
    )
  | (?P<account> (?<!\w)(?:no(?:mor)?\.?\s?)?
        (?:rek(?:ening)?|norek|nik|ktp|kk|npwp|bpjs|paspor|passport|sim|nip|nisn|va|virtual\s?account)\b
        (?:\s?(?:bca|bri|bni|mandiri|btn|bsi|bank|saya|nya))*\s?(?:no(?:mor)?\.?)?\s?[:=.]?\s?
    )(?P<digits> [A-Z]?\d(?:{_GAP}\d){{4,29}} )
  | (?P<spelled> \b(?:{_SPELLED})(?:[ ,.-]{{1,2}}(?:{_SPELLED}))+\b )
  | (?P<slipped>
        (?<!\w)(?:(?=[\d .-]{{1,16}}[oOlI])(?:\+?62|0)|[oO])[ .-]?8(?:{_GAP}[0-9oOlI]){{7,11}}(?!\w)
    )
  | (?P<email>
        (?<![\w.+-])[\w.+-]{{1,64}}
        (?:@|\s?[(\[]\s?(?:at|et)\s?[)\]]\s?)
        [\w-]{{1,63}}(?:(?:\.|\s?[(\[]\s?(?:dot|titik)\s?[)\]]\s?)[\w-]{{1,63}}){{1,4}}
    )
  | (?P<number> (?<!\w)\+?\(?\d(?:{_GAP}\d){{8,29}}(?!\d) )
  | (?P<run> \d{{9,}} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HIDDEN_NUMBER = "[nomor]"
_LONG = 9
_IDENTITY = 15
"""Digits of an NPWP; a NIK and a family card have sixteen, a telephone number at most fourteen."""
_SHOWN = 4
"""Leading characters of a number that stay: enough to tell a telephone from a NIK, and no more."""


def mask(text: str) -> str:
    """`text` with introduced names, personal numbers and e-mail addresses made unreadable.

    A number is personal if it has nine digits or more, or if it follows the word for an account or a card.
    """
    return mask_names(_PATTERN.sub(_hide, text))


def _hide(match: re.Match[str]) -> str:
    if match["keep"] is not None:
        return match["keep"]
    if match["email"] is not None:
        return match["email"][0] + "***@***"
    if match["spelled"] is not None:
        return match[0] if len(re.findall(r"\w+", match[0])) < _FEWEST_SPELLED else _HIDDEN_NUMBER
    if match["account"] is not None:
        return match["account"] + _crossed_out(match["digits"])
    if match["slipped"] is not None:
        return _HIDDEN_NUMBER
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
        for match in _PATTERN.finditer(text)
    )


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
