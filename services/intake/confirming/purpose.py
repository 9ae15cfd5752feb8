"""What a contact can be confirmed for, and the reviewed limits of asking. Pure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml

from shared.db.database import Transaction

_FILE = Path(__file__).parents[1] / "data/confirmations.yaml"


@dataclass(frozen=True)
class Purpose:
    """The functions may be called more than once for one subject, and in any order."""

    name: str
    words: Mapping[str, str]
    """By language, with places for `{about}`, `{link}` and `{days}`: one SMS of 160 characters at best."""
    question: tuple[str, str]
    """What the page asks, in Indonesian and in English."""
    done: tuple[str, str]
    """What it says to a yes."""
    confirmed: Callable[[Transaction, UUID], Awaitable[bool]]
    """Note that this subject's contact is its reader's own; False if the subject no longer stands."""
    lapsed: Callable[[Transaction, Sequence[UUID]], Awaitable[None]]
    """Forget what tells these subjects' contacts, where they were not confirmed otherwise."""
    refused: Callable[[Transaction, UUID], Awaitable[None]]
    """Forget this subject's contact, also one that was confirmed before: its reader wants to hear nothing."""


@dataclass(frozen=True)
class Limits:
    """How long a link is good, and how many leave."""

    valid: timedelta
    of_contact: int
    per_minute: int


@cache
def limits() -> Limits:
    """Read once a process."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Limits(timedelta(hours=raw["valid_hours"]), raw["most_for_a_contact"], raw["most_per_minute"])
