"""What a check found, and what it needs: no opinion of its own."""

from dataclasses import dataclass
from typing import Any, Protocol


class Samples(Protocol):
    """Brings a new leg to the agency, by whatever way."""

    async def file(self, code: str) -> Any: ...


class CannotCheck(Exception):
    """LAPOR itself, not the agency, did not do its part; the text says which."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried. `wrong` is empty where all is well; `remedy` says what to change."""

    tried: str
    wrong: str = ""
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.wrong
