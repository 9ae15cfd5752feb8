"""What each channel takes in and what becomes of it. Labels are channels and outcomes: never a person."""

from prometheus_client import Counter, Gauge

RECEIVED = Counter("lapor_channel_received_total", "Messages kept for a channel's worker.", ["channel"])
TURNED_AWAY = Counter(
    "lapor_channel_turned_away_total",
    "Deliveries not kept: unsigned, malformed, or while a server was away.",
    ["channel", "why"],
)
SETTLED = Counter(
    "lapor_channel_settled_total",
    "What became of messages: filed, spoken (a word to a report, or a question), refused. By HTTP: filed.",
    ["channel", "outcome"],
)
OLDEST_WAITING = Gauge(
    "lapor_channel_oldest_waiting_seconds",
    "How long the message last taken from the queue had waited.",
    ["channel"],
)
ATTACHMENTS = Counter("lapor_channel_attachments_total", "Files fetched for reports.", ["channel", "outcome"])
