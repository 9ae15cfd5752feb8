"""Words as they may be stored and shown: no control characters, no space around them."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """Without control characters, and without space around it."""
    return _CONTROL.sub("", text).strip()
