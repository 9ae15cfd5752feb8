"""Prometheus metrics of deliveries. Labels are channels, templates and states: never an id or a person."""

from prometheus_client import Counter, Gauge, Histogram

SENT_AFTER = Histogram(
    "lapor_notification_seconds",
    "From planning a delivery to the provider's acceptance.",
    ["channel"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
PROVIDER = Histogram(
    "lapor_notification_provider_seconds",
    "How long a provider took for one attempt.",
    ["channel", "outcome"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FINISHED = Counter(
    "lapor_notifications_total", "Attempts by what became of them.", ["channel", "template", "state"]
)
OPEN = Gauge("lapor_notifications_open", "Deliveries that are not final, by state.", ["state"])
