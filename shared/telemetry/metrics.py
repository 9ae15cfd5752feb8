"""Prometheus metrics of the kernel. Labels are queues, facts and routes: never an id, never a person."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

SAID = Counter("lapor_facts_said_total", "Facts the relay has had confirmed by the broker.", ["type"])
UNROUTED = Counter("lapor_facts_unrouted_total", "Facts that no queue was bound for.", ["type"])
RELAY_LAG = Histogram(
    "lapor_relay_lag_seconds",
    "From commit to confirmation.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
HANDLED = Counter(
    "lapor_messages_handled_total", "Messages acted on, skipped or parked.", ["queue", "type", "outcome"]
)
BATCH = Histogram(
    "lapor_consumer_batch_size", "Messages per transaction.", ["queue"], buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
HTTP = Histogram(
    "lapor_http_seconds",
    "Time to answer, by route template.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


@cache
def outbox_depth() -> Gauge:
    """Made by the relay that leads: a process that does not know the outbox must not say that it is empty."""
    return Gauge("lapor_outbox_depth", "Facts committed and not yet confirmed by the broker.")
