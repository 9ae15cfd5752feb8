"""What `lapor status` says of the clocks: one line, and a word where something hangs."""

from typing import Any

import pytest

from deploy.cli.status import told

WELL = {
    "open_cases": 12,
    "live_timers": 30,
    "cases_without_timer": 0,
    "flagged_cases": 1,
    "overdue_seconds": 0.2,
}


def test_counts_are_told_in_one_line() -> None:
    line = "open cases 12, live timers 30, cases without a timer 0, cases with impossible facts 1"
    assert told(WELL) == f"Clocks: {line}."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({**WELL, "cases_without_timer": 3}, "[red]cases without a timer 3[/red]"),
        ({**WELL, "overdue_seconds": 61.4}, "[red]timers 61 s behind[/red]"),
        (None, "sla does not answer"),
    ],
)
def test_what_hangs_is_told(found: dict[str, Any] | None, words: str) -> None:
    assert words in told(found)
