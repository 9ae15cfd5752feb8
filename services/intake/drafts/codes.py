"""Codes with which a draft is opened elsewhere. One code is the draft's secret, and names it too.

Nothing that is stored leads back to a code: the name is a hash of it.
"""

import secrets
from hashlib import sha256
from uuid import UUID

from shared.security.codes import ALPHABET

LENGTH = 28
"""138 random bits: nobody tries them all, and no limit of tries is needed."""
_NAMING = b"lapor/draft-id/v1:"


class InvalidDraftCode(ValueError):
    """Not a code of ours, or mistyped."""


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def parse_code(text: str) -> str:
    """A code as somebody typed it, in any case, with spaces or dashes. Raises InvalidDraftCode."""
    code = "".join(one for one in text[:200] if one not in " -\t\n").upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise InvalidDraftCode("a code has 28 letters and digits")
    return code


def format_code(code: str) -> str:
    """As people read it: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def draft_id_of(code: str) -> UUID:
    """The draft that a code names; scripts of the pages compute the same."""
    return UUID(bytes=sha256(_NAMING + code.encode()).digest()[:16])
