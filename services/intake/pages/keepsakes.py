"""What a browser keeps, sealed, to take back what it began here: by the name of each thing, id and code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request, Response

from services.intake.desk import Desk
from services.intake.pages import access

MOST_KEPT = 20
_YEAR = 365 * 24 * 3600
Kept = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Keepsakes:
    """A cookie for one kind of thing."""

    cookie: str

    def read(self, request: Request, desk: Desk) -> Kept:
        """What is in it; nothing, if it is not ours."""
        try:
            raw = json.loads(access.kept_sealed(request, desk, self.cookie))
        except ValueError:
            return {}
        return {name: (one, code) for name, (one, code) in raw.items()}

    def write(self, response: Response, desk: Desk, kept: Mapping[str, tuple[str, str]]) -> None:
        """Keep these for a year, and of many the newest."""
        newest = dict(list(kept.items())[-MOST_KEPT:])
        access.keep_sealed(response, desk, self.cookie, json.dumps(newest), path="/", max_age=_YEAR)


SUPPORTS = Keepsakes("lapor_dukungan")
"""By tracking id."""
FOLLOWS = Keepsakes("lapor_ikutan")
"""What this browser follows by web push: by tracking id, or by the area."""
