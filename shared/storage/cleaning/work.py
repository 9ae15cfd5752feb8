"""What a cleaner is given and what it gives back."""

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

PREVIEW_PIXELS = 480
"""The longer side of a preview."""


@dataclass(frozen=True)
class Captured:
    """What a photo told of itself before it was cleaned: for officers only."""

    taken_at: str | None = None
    """As the camera wrote it: local time without a zone unless the camera named one."""
    latitude: float | None = None
    longitude: float | None = None

    def known(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Files:
    """Open files. `source` is the cleaner's own copy and may be changed; `clean` and `preview` are empty."""

    source: BinaryIO
    clean: BinaryIO
    preview: BinaryIO


@dataclass(frozen=True)
class Cleaned:
    """`in_place`: the clean file is the changed source, and `clean` stays empty."""

    content_type: str
    in_place: bool = False
    captured: Captured = Captured()
