"""The whole system at one moment: queues, services, clocks, notifications. Disturbs no work queue."""

import asyncio
import math
import time
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import aio_pika

from deploy.cli.letters import SUFFIX, peek_age
from deploy.cli.status import LATE_SECONDS
from deploy.cli.target import Broker
from deploy.console.services import Health, Sample, Services
from deploy.provision.management import VHOST, Management, ManagementError
from shared.messaging.topology import SERVICES

KEPT_SECONDS = 3.0
"""However many look at the console, the system is asked once in this time."""
RETRY = "lapor.retry."
OLDEST_IN_CHANNEL = "lapor_channel_oldest_waiting_seconds"
CHANNEL_QUEUES = "intake.inbound."
OTHERS = "others"
RECOMPUTES = 3
NEARLY_ALL = 0.99


@dataclass(frozen=True)
class QueueRow:
    """One queue as the management API tells it, a few seconds late."""

    name: str
    waiting: int
    in_hand: int
    consumers: int
    rate_in: float
    """Messages a second that came in."""
    rate_out: float
    """Messages a second that were acknowledged."""
    waited_seconds: float | None
    """How long the message last taken had waited, where its consumer tells; None elsewhere."""
    dead: int | None
    """Parked beside it; None where nothing can be."""
    oldest_dead_seconds: float | None

    @property
    def stalled(self) -> bool:
        """Something waits, and nobody reads it; a rung of the ladder is read by the broker itself."""
        return self.waiting > 0 and self.consumers == 0 and not self.name.startswith(RETRY)


@dataclass(frozen=True)
class Lane:
    """What one lane of a channel has due, and for how long."""

    lane: str
    channel: str
    oldest_seconds: float


@dataclass(frozen=True)
class Lateness:
    """Timers fired since sla started, and within how many seconds of their due time nearly all of them were.

    `seconds` is None beyond the longest that is told apart.
    """

    fired: int
    seconds: float | None


@dataclass(frozen=True)
class Overview:
    """None means that whoever knows does not answer."""

    groups: list[tuple[str, list[QueueRow]]] | None
    services: list[Health]
    clocks: dict[str, Any] | None
    lateness: Lateness | None
    recomputes: list[dict[str, Any]] | None
    """The newest amendments' recomputes, the newest first."""
    unknown_cases: int | None
    lanes: list[Lane]
    open_deliveries: dict[str, int]
    providers: list[dict[str, Any]] | None

    @property
    def dead(self) -> int:
        return sum(row.dead or 0 for _, rows in self.groups or () for row in rows)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for _, rows in self.groups or () for row in rows)

    @property
    def timers_late(self) -> bool:
        return bool(self.clocks) and self.clocks["overdue_seconds"] >= LATE_SECONDS  # type: ignore[index]


class Watch:
    """Takes the overview, and shows the same one to everybody who asks within a few seconds."""

    def __init__(self, broker: Broker, services: Services) -> None:
        self._broker, self._services = broker, services
        self._lock = asyncio.Lock()
        self._taken: tuple[float, Overview] | None = None

    async def look(self, token: str) -> Overview:
        """`token` is of an officer who may see all of it."""
        async with self._lock:
            if self._taken is None or time.monotonic() - self._taken[0] > KEPT_SECONDS:
                self._taken = (time.monotonic(), await self._take(token))
            return self._taken[1]

    async def _take(self, token: str) -> Overview:
        names = self._services.processes
        gauges = dict(zip(names, await asyncio.gather(*map(self._services.gauges, names)), strict=True))
        waited = [one for found in gauges.values() for one in found.get(OLDEST_IN_CHANNEL, [])]
        groups, clocks, recomputes, unknown, providers, *health = await asyncio.gather(
            self._groups(waited),
            self._services.ask("sla", "/v1/statistics/timers", token),
            self._services.ask("sla", f"/v1/recomputes?limit={RECOMPUTES}", token),
            self._services.ask("verification", "/v1/cases/unknown", token),
            self._services.ask("notify", "/v1/notifications/providers", token),
            *(self._services.health(name, gauges[name]) for name in names),
        )
        notify = gauges["notify"]
        waiting = notify.get("lapor_notification_oldest_due_seconds", [])
        return Overview(
            groups=groups,
            services=health,
            clocks=clocks,
            lateness=lateness_of(gauges["sla"].get("lapor_sla_timer_lateness_seconds", [])),
            recomputes=recomputes["recomputes"] if recomputes else None,
            unknown_cases=len(unknown["cases"]) if unknown else None,
            lanes=sorted(_lanes(waiting), key=lambda lane: (-lane.oldest_seconds, lane.lane, lane.channel)),
            open_deliveries={
                one.labels["state"]: int(one.value) for one in notify.get("lapor_notifications_open", [])
            },
            providers=providers["providers"] if providers else None,
        )

    async def _groups(self, waited: list[Sample]) -> list[tuple[str, list[QueueRow]]] | None:
        try:
            async with Management(self._broker.management_url) as management:
                listed = await management.get("queues", VHOST)
            ages = await self._dead_ages(listed)
        except (ManagementError, aio_pika.exceptions.AMQPError, OSError):
            return None
        rows = rows_of(listed, ages, {one.labels["channel"]: one.value for one in waited})
        return [(name, list(found)) for name, found in groupby(rows, key=lambda row: group_of(row.name))]

    async def _dead_ages(self, listed: list[dict[str, Any]]) -> dict[str, float | None]:
        dead = [q["name"] for q in listed if q["name"].endswith(SUFFIX) and q.get("messages")]
        if not dead:
            return {}
        async with await aio_pika.connect(self._broker.amqp_url) as connection:
            return {name: await peek_age(connection, name) for name in dead}


def rows_of(
    listed: list[dict[str, Any]], ages: dict[str, float | None], waited: dict[str, float]
) -> list[QueueRow]:
    """Every queue but the dead-letter queues, which are a number beside theirs; services' own come first."""
    by_name = {entry["name"]: entry for entry in listed}
    rows = [
        QueueRow(
            name=name,
            waiting=int(entry.get("messages_ready", 0)),
            in_hand=int(entry.get("messages_unacknowledged", 0)),
            consumers=int(entry.get("consumers", 0)),
            rate_in=_rate(entry, "publish_details"),
            rate_out=_rate(entry, "ack_details"),
            waited_seconds=waited.get(name.removeprefix(CHANNEL_QUEUES)),
            dead=int(by_name[name + SUFFIX].get("messages", 0)) if name + SUFFIX in by_name else None,
            oldest_dead_seconds=ages.get(name + SUFFIX),
        )
        for name, entry in by_name.items()
        if not name.endswith(SUFFIX)
    ]
    order = [*SERVICES, OTHERS]
    return sorted(rows, key=lambda row: (order.index(group_of(row.name)), row.name))


def group_of(queue: str) -> str:
    """The service whose queue it is; the ladder and agencies' own queues are the others."""
    first = queue.split(".", 1)[0]
    return first if first in SERVICES else OTHERS


def lateness_of(samples: list[Sample]) -> Lateness | None:
    """From a histogram: the first bucket up to which ninety-nine of a hundred lie. None before any fired."""
    buckets = sorted((float(one.labels["le"]), int(one.value)) for one in samples if "le" in one.labels)
    if not buckets or not (fired := buckets[-1][1]):
        return None
    seconds = next(edge for edge, count in buckets if count >= NEARLY_ALL * fired)
    return Lateness(fired, seconds if math.isfinite(seconds) else None)


def _lanes(samples: list[Sample]) -> list[Lane]:
    return [Lane(one.labels["lane"], one.labels["channel"], one.value) for one in samples]


def _rate(entry: dict[str, Any], name: str) -> float:
    return float(entry.get("message_stats", {}).get(name, {}).get("rate", 0.0))
