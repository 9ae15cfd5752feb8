"""The services that an application may choose from: reviewed data, each a category of ours."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parents[1] / "data/open311_services.yaml"


@dataclass(frozen=True)
class Service:
    """One entry of the service list; `service_code` is the report's category."""

    service_code: str
    service_name: str
    description: str
    keywords: str
    group: str
    metadata: bool = False
    """No service asks further questions."""
    type: str = "realtime"
    """A request has its id at once."""


@dataclass(frozen=True)
class Services:
    """Every service by its code, and the one jurisdiction there is."""

    jurisdiction: str
    by_code: dict[str, Service]

    def name_of(self, category: str | None) -> str:
        """What people call a category; one that is not in the list keeps its own name."""
        known = self.by_code.get(category or "")
        return known.service_name if known else (category or self.by_code["lainnya"].service_name)


@cache
def services() -> Services:
    """Read once a process. Raises ValueError where a code appears twice."""
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    listed = [Service(**row) for row in raw["services"]]
    by_code = {service.service_code: service for service in listed}
    if len(by_code) != len(listed):
        raise ValueError(f"{DATA.name}: a service_code appears twice")
    return Services(raw["jurisdiction"], by_code)
