"""One case that is filed, verified, sent and answered, a fact at a time, and what it counts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.sla.domain.cells import ALL, Cell, Contributions, difference
from services.sla.domain.facts import HEARD, Recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import Measured, measure
from services.sla.domain.performance import Tally, tally
from shared.calendar import Book, load_limits
from shared.contracts import Classification

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)
LEG, OTHER = UUID(int=1), UUID(int=2)
DISHUB, KEMENSOS = "35.3578.dishub", "kl.kemensos"
BOOK, LIMITS = Book.packaged(), load_limits()

HEARD_NAMES = [heard.type for heard in HEARD]


def fact(kind: str, days: float, leg: UUID | None = None, **more: Any) -> Recorded:
    """A fact so many days after the Monday of filing; two that are the same have the same id."""
    number = HEARD_NAMES.index(kind) * 10**9 + round(days * 1440) * 10 + (leg.int if leg else 0)
    if leg is not None:
        more = {"agency": DISHUB, "zone": "WIB", "classification": Classification.NON_SUPERVISION, **more}
    return Recorded(UUID(int=number + 1), kind, MONDAY + timedelta(days=days), leg_id=leg, **more)


FILED = fact("report.submitted", 0, channel="sms", region="35.78.01.1001", category="jalan rusak pak Budi")
VERIFIED = fact(
    "case.verified",
    1,
    category="infrastruktur",
    region="35.78",
    classification=Classification.NON_SUPERVISION,
)
SENT = fact("disposition.created", 1, LEG)
ANSWERED = fact("disposition.responded", 3, LEG)
COMPLETED = fact("disposition.completed", 8, LEG)
CLOSED = fact("case.closed", 9)


def measured(facts: list[Recorded]) -> list[Measured]:
    return [measure(clock, BOOK, LIMITS) for clock in fold(facts, LIMITS).clocks]


def counted(*facts: Recorded) -> Tally:
    found = tally(facts, measured(list(facts)))
    assert found is not None
    return found


def contributions(case: Tally | None) -> Contributions:
    """Everything that a case adds to the sums."""
    return difference(None, case)


def figures(case: Tally, agency: str = ALL) -> dict[str, int]:
    """What the case counts for an agency (or all) in the cell that looks at nothing else."""
    cell = Cell(case.month, agency)
    found: dict[str, int] = {}
    for (where, slot), number in contributions(case).items():
        if where == cell:
            found[slot.name if slot.days < 0 else f"{slot.name}={slot.days}"] = number
    return found
