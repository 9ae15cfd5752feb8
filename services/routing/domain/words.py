"""Words of Indonesian text as rules compare them: small letters, no accents, no «-nya», no doubling.

The same is done to a rule's keywords and to the report, so what matters is only that both come out alike.
"""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_MARKS = re.compile(r"[\u0300-\u036f]")
_STEM = 3
"""Letters that must remain: «tolnya» is «tol», and «hanya» stays."""


def words_of(text: str) -> list[str]:
    """The words in their order. «Jalan2» and «jalan-jalan» are «jalan», «lampunya» is «lampu»."""
    text = text.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    found: list[str] = []
    last = ""
    for raw in _WORD.findall(text):
        word = raw
        if word.endswith("2") and len(word) > _STEM and word[:-1].isalpha():
            word = word[:-1]
        if word.endswith("nya") and len(word) - 3 >= _STEM:
            word = word[:-3]
        if word != last:
            found.append(word)
            last = word
    return found
