"""Who is looking at a case: a claim keeps it for one officer, until it is decided, released or runs out."""

from dataclasses import dataclass
from datetime import datetime


class Claimed(Exception):
    """Another officer has the case until then; who, is nobody's business."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"claimed until {until}")
        self.until = until


@dataclass(frozen=True)
class Claim:
    """A claim, in force or run out."""

    officer: str
    until: datetime


def must_be_free(claim: Claim | None, officer: str, now: datetime) -> None:
    """Raises `Claimed` while another officer has the case. A claim ends at its very moment."""
    if claim is not None and claim.officer != officer and now < claim.until:
        raise Claimed(claim.until)
