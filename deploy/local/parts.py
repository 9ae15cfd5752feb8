"""The processes that the services of an embedded stack run as, and which roles each of them has."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.messaging.topology import SERVICES

BEHIND_THE_DOOR = 5
"""Niceness. Whoever files is answered first; what follows from it waits in queues, where it is safe. On a
machine that does nothing else it can be 19; elsewhere officers would wait for whatever else is done.
"""
WHOLE = "api,worker,relay"


@dataclass(frozen=True)
class Part:
    """One process of a service."""

    name: str
    service: str
    roles: str = WHOLE
    first: bool = False
    """It does not yield the processor to any other."""


PARTS = (
    # Whoever files never waits for a queue that is being worked off in the same process.
    Part("intake", "intake", "api", first=True),
    Part("intake-worker", "intake", "worker,relay"),
    *(Part(name, name) for name in SERVICES if name != "intake"),
)
PART_NAMES = tuple(part.name for part in PARTS)


def parts_of(services: Collection[str]) -> list[Part]:
    """Every process of these services; a service's first one answers HTTP calls."""
    return [part for part in PARTS if part.service in services]
