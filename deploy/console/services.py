"""What the services say of themselves: readiness, metrics, and what their own APIs tell the officer who asks.

The officer's token is passed on, so that each service decides itself what is answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from shared.messaging.topology import SERVICES

SECONDS = 5.0


@dataclass(frozen=True)
class Sample:
    """One value of a gauge, with its labels."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Health:
    """One service, or one process of it, as it sees itself."""

    name: str
    ready: bool
    failing: tuple[str, ...]
    """Checks that do not pass; empty also when nothing answers at all."""
    answers: bool
    outbox: int | None
    """Facts committed and not yet confirmed by the broker; None where no relay runs."""


class Services:
    """Asks the services. What does not answer is None, never an error: the page shows the rest."""

    def __init__(self, address: Callable[[str], str], processes: Sequence[str] = SERVICES) -> None:
        """`processes`: all that have health and metrics to tell."""
        self._address, self.processes = address, processes
        self._http = httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def health(self, name: str, gauges: Mapping[str, list[Sample]]) -> Health:
        """`gauges` are this service's, asked for before."""
        answer = await self._get(name, "/health/ready")
        checks: dict[str, str] = (_json(answer) or {}).get("checks", {})
        outbox = gauges.get("lapor_outbox_depth")
        return Health(
            name,
            ready=answer is not None and answer.is_success,
            failing=tuple(f"{check}: {told}" for check, told in checks.items() if told != "ok"),
            answers=answer is not None,
            outbox=int(outbox[0].value) if outbox else None,
        )

    async def gauges(self, name: str) -> dict[str, list[Sample]]:
        """A service's gauges, and histograms' buckets, by name; empty while it does not answer."""
        answer = await self._get(name, "/metrics")
        if answer is None or not answer.is_success:
            return {}
        return {
            family.name: [Sample(sample.labels, sample.value) for sample in family.samples]
            for family in text_string_to_metric_families(answer.text)
            if family.type in {"gauge", "histogram"}
        }

    async def ask(self, name: str, path: str, token: str) -> Any:
        """The JSON of a service's own API as the holder of `token` may see it; None if it is not told."""
        answer = await self._get(name, path, {"Authorization": f"Bearer {token}"})
        return _json(answer) if answer is not None and answer.is_success else None

    async def _get(
        self, name: str, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response | None:
        try:
            return await self._http.get(f"{self._address(name)}{path}", headers=dict(headers or {}))
        except httpx.HTTPError:
            return None


def _json(answer: httpx.Response | None) -> Any:
    if answer is None or "json" not in answer.headers.get("content-type", ""):
        return None
    return answer.json()
