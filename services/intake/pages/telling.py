"""What a page tells whoever typed: in both languages, shown in the reader's, next to its field."""

from fastapi import Request

from shared.web.pages.language import language_of

Both = tuple[str, str]
"""Indonesian and English."""

STALE = (
    "Formulir ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "This form was open for too long. Please send it once more.",
)


def in_words(request: Request, told: Both) -> str:
    """In the reader's language."""
    return told[language_of(request) == "en"]


def errors_of(request: Request, **wrong: Both | None) -> dict[str, str]:
    """By field, those that are wrong."""
    return {name: in_words(request, told) for name, told in wrong.items() if told}
