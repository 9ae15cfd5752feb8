"""Kinds of text that people send, as pydantic types; what no database and no screen can hold is refused."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def plain(value: str) -> str:
    """Refuses NUL, other control characters and halves of characters; line ends and tabs are welcome."""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in value):
        raise ValueError("memuat karakter kendali yang tidak diterima|contains control characters")
    return value


PlainText = Annotated[str, AfterValidator(plain)]
