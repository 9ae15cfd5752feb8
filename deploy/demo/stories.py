"""What people write, from `stories.yaml`, as it is filed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Story:
    """One report."""

    title: str
    text: str
    category: str
    region: str
    description: str = ""
    secret: bool = False
    anonymous: bool = False
    photo: bool = False

    def body(self) -> dict[str, Any]:
        """For `POST /v1/reports`."""
        return {
            "title": self.title,
            "text": self.text,
            "category": self.category,
            "place": {"region": self.region, "description": self.description or None},
            "secret": self.secret,
            "anonymous": self.anonymous,
        }


@cache
def stories() -> dict[str, list[Story]]:
    """By where they stand: `earlier`, `later`, `waiting`."""
    found = yaml.safe_load((Path(__file__).parent / "stories.yaml").read_text(encoding="utf-8"))
    return {name: [Story(**one) for one in group] for name, group in found.items()}
