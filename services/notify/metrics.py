"""Prometheus metrics of deliveries. Labels are channels, templates and states: never an id or a person."""

import time
from collections import deque

from prometheus_client import Counter, Gauge, Histogram

_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)

SENT_AFTER = Histogram(
    "lapor_notification_seconds",
    "From planning a delivery to the provider's acceptance; without what was to wait for an office or the "
    "end of quiet hours.",
    ["lane", "channel"],
    buckets=_LONG,
)
RECEIVED_AFTER = Histogram(
    "lapor_notification_receipt_seconds",
    "From the provider's acceptance to the receipt that the message was there.",
    ["lane", "channel"],
    buckets=(*_LONG, 86_400),
)
PROMISE = Gauge(
    "lapor_notification_promise_kept",
    "Part of the transactional messages of the last five minutes that were handed over in time; promised are "
    "0.9 within 10 s and 0.99 within 60 s.",
    ["within"],
)
WAITING = Gauge(
    "lapor_notification_oldest_due_seconds",
    "For how long the message has been due that was due first, or 0.",
    ["lane", "channel"],
)
WEIGHT = Gauge("lapor_notification_provider_weight", "A provider's part, 0 to 100.", ["channel", "provider"])
RECEIPTS = Counter(
    "lapor_notification_receipts_total", "Receipts by what they led to.", ["provider", "outcome"]
)
PROVIDER = Histogram(
    "lapor_notification_provider_seconds",
    "How long a provider took for one attempt.",
    ["channel", "provider", "outcome"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FINISHED = Counter(
    "lapor_notifications_total", "Attempts by what became of them.", ["channel", "template", "state"]
)
_PROMISES = {"10": 10.0, "60": 60.0}
_MEMORY_SECONDS = 300.0
_recent: deque[tuple[float, float]] = deque()

OPEN = Gauge("lapor_notifications_open", "Deliveries that are not final, by state.", ["state"])


def sent(lane: str, channel: str, seconds: float) -> None:
    """A message was accepted so many seconds after it was planned."""
    SENT_AFTER.labels(lane, channel).observe(seconds)
    if lane == "transactional":
        _recent.append((time.monotonic(), seconds))


def weigh_promise() -> None:
    """Say how the promise was kept lately. Nothing to send is a promise kept."""
    begin = time.monotonic() - _MEMORY_SECONDS
    while _recent and _recent[0][0] < begin:
        _recent.popleft()
    for name, seconds in _PROMISES.items():
        kept = sum(1 for _, took in _recent if took <= seconds)
        PROMISE.labels(name).set(kept / len(_recent) if _recent else 1.0)
