"""Cases a month as bars, computed here and drawn as SVG: no script, no style of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, FOOT = 720, 210, 34
"""In the drawing's own units; the page scales it."""
_GAP = 0.3


@dataclass(frozen=True)
class Bar:
    """One month, by its first day: all its cases, and those of them that are settled."""

    month: date
    cases: int
    settled: int
    x: float
    width: float
    height: float
    settled_height: float


@dataclass(frozen=True)
class Chart:
    """`top` is the number at the upper line."""

    bars: tuple[Bar, ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT


def monthly(months: Sequence[tuple[date, int | None, int | None]]) -> Chart:
    """A bar for each month; one that is withheld has no height."""
    top = _round_up(max((cases or 0 for _, cases, _ in months), default=0))
    room = WIDTH / max(len(months), 1)
    bars = tuple(
        Bar(
            month,
            cases or 0,
            settled or 0,
            x=round(index * room + room * _GAP / 2, 1),
            width=round(room * (1 - _GAP), 1),
            height=_scaled(cases, top),
            settled_height=_scaled(settled, top),
        )
        for index, (month, cases, settled) in enumerate(months)
    )
    return Chart(bars, top)


def _scaled(number: int | None, top: int) -> float:
    return round((HEIGHT - FOOT) * (number or 0) / top, 1) if top else 0.0


def _round_up(number: int) -> int:
    """To one or two digits and noughts, so that the line reads easily."""
    step = int(10 ** (len(str(number)) - 1))
    return -(-number // step) * step
