"""Prometheus metrics of the verification service. No label is an id or a person."""

from prometheus_client import Counter, Gauge

UNKNOWN_CASES = Gauge(
    "lapor_unknown_cases", "Cases of which facts came an hour ago or earlier, and still no submission."
)
JUDGED = Counter(
    "lapor_suggestions_judged_total",
    "Suggestions held against what officers then decided: right (the first), listed (among three), wrong, "
    "abstained.",
    ["subject", "outcome"],
)
MODEL_VERSION = Gauge("lapor_suggestions_version", "The version of the model in use; 0 while there is none.")
