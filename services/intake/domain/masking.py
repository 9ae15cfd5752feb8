"""Hides from the public what points to a person in free text: phone and identity numbers, e-mail addresses.

Names are not recognised. When in doubt it hides: a hidden amount can be asked for, a leaked number cannot be
taken back. Runs in linear time on any text.
"""

import re

_GAP = r"[ .\-()/\u00a0\u2010-\u2015]{0,2}"

_PATTERN = re.compile(
    rf"""
    (?P<keep>
        # Dates, and amounts in rupiah or in groups of three: read as numbers they would look like telephones.
        (?<!\d)(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)\d\d | (?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)
      | \bRp\.?\s?\d{{1,3}}(?:\.\d{{3}})*(?:,\d{{1,2}})?(?![\d.]*\d)
      | \bRp\.?\s?\d{{1,15}}(?!\d)
      | (?<![\d.+])(?!0|62\.8|8)\d{{1,3}}(?:\.\d{{3}})+(?:,\d{{1,2}})?(?!{_GAP}\d)
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
_SHOWN = 4
"""Leading characters of a number that stay: enough to tell a telephone from a NIK, and no more."""


def mask(text: str) -> str:
    """`text` with numbers of nine digits or more and e-mail addresses made unreadable."""
    return _PATTERN.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    if match["keep"] is not None:
        return match["keep"]
    if match["email"] is not None:
        return match["email"][0] + "***@***"
    shown, hidden = 0, []
    for character in match[0]:
        if not character.isdigit():
            hidden.append(character)
            continue
        hidden.append(character if shown < _SHOWN else "x")
        shown += 1
    return "".join(hidden)
