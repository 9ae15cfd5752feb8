"""The alphabet of SMS (GSM 03.38): what fits into it, how long it is, and how many parts it takes."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_FITS = _BASIC | _EXTENDED
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’`´", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("\u2010\u2011–—•", "-"),
        "…": "...",
        "\u00a0": " ",
        "\u200b": "",
    }
)

SINGLE_PART = 160
PART_OF_SEVERAL = 153
"""A part of a longer message carries a header that takes seven characters."""


def to_gsm(text: str) -> str:
    """The text in the SMS alphabet: plain quotes and dashes, no foreign accents, ``?`` for the rest."""
    if _FITS.issuperset(text):
        return text
    return "".join(_fit(character) for character in text.translate(_PLAIN))


def septets(text: str) -> int:
    """Length of a text that is in the alphabet; nine characters take two places."""
    return sum(2 if character in _EXTENDED else 1 for character in text)


def parts(text: str) -> int:
    """How many SMS the text is sent, and paid, as."""
    length = septets(text)
    return 1 if length <= SINGLE_PART else -(-length // PART_OF_SEVERAL)


def _fit(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return plain if plain and all(c in _BASIC or c in _EXTENDED for c in plain) else "?"
