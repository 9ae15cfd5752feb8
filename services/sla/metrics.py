"""Prometheus metrics of the timers. Labels are clocks and marks: never an id."""

from prometheus_client import Counter, Gauge, Histogram

FIRED = Counter("lapor_sla_timers_fired_total", "Timers fired.", ["clock", "mark"])
LATENESS = Histogram(
    "lapor_sla_timer_lateness_seconds",
    "From a timer's due time to its firing, in the injected time.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 600, 3600, 86_400),
)
UNWATCHED = Gauge("lapor_sla_cases_without_timer", "Open cases that no live timer watches; should be zero.")
FLAGGED = Gauge("lapor_sla_cases_flagged", "Cases with facts that cannot have happened as they say.")
RECOMPUTED = Counter("lapor_sla_deadlines_moved_total", "Deadlines that an amendment moved.")
RECOMPUTE_LEFT = Gauge("lapor_sla_recompute_cases_left", "Cases found affected and still to be recomputed.")
