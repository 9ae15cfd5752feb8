"""Kinds of text that people send, as pydantic types; what no database and no screen can hold is refused."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def plain(value: str) -> str:
    """Refuses what no keyboard types: NUL and other control characters; line ends and tabs are welcome."""
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in value):
        raise ValueError("memuat karakter kendali yang tidak diterima|contains control characters")
    return value


PlainText = Annotated[str, AfterValidator(plain)]
