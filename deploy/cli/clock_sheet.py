"""What there is to show of one clock, taken from an officer's answer or from the tracking page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from deploy.cli.moments import day_of
from deploy.cli.months import Sheet

BASES = {"law": "undang-undang", "guideline": "pedoman", "assumption": "ketentuan sistem"}
NO_PAUSES = (
    "Jeda yang sudah lewat tidak tampak pada halaman publik: hari jeda ikut bernomor di sini.",
    "Pauses that are over are not shown to the public: their days are numbered here like any other.",
)


@dataclass(frozen=True)
class ClockSheet:
    """What there is to show of one clock; moments as they came, in ISO 8601."""

    title: str
    title_en: str
    agency: str | None
    zone: str
    state: str
    started_at: str
    due_at: str | None
    provisional: bool
    limit: str | None
    sentences: tuple[str, ...]
    free: Sequence[dict[str, Any]]
    sheet: Sheet

    @property
    def stopped(self) -> bool:
        return self.state in {"in_time", "late"}


def from_clock(clock: dict[str, Any], free: Sequence[dict[str, Any]], now: str) -> ClockSheet:
    """From an officer's answer: with pauses and reasons."""
    zone, limit, deadline = clock["zone"], clock["limit"], clock["deadline"]
    every_day = limit["unit"] == "calendar_days"
    source = f": {limit['source']} ({BASES.get(limit['basis'], limit['basis'])})" if limit["source"] else ""
    sheet = Sheet(
        start=day_of(clock["started_at"], zone),
        due=date.fromisoformat(deadline["due_date"]) if deadline else None,
        today=day_of(now, zone),
        stopped=day_of(clock["stopped_at"], zone) if clock["stopped_at"] else None,
        paused=frozenset(
            day
            for pause in clock["pauses"]
            for day in _days(day_of(pause["begin"], zone), day_of(pause["end"] or now, zone))
        ),
        every_day=every_day,
    )
    return _with_free(
        ClockSheet(
            title=clock["label"],
            title_en=clock["label_en"],
            agency=clock["agency"],
            zone=zone,
            state=clock["state"],
            started_at=clock["started_at"],
            due_at=deadline["due_at"] if deadline else None,
            provisional=bool(deadline and deadline["provisional"]),
            limit=f"{limit['days']} hari {'kalender' if every_day else 'kerja'}{source}",
            sentences=(clock["sentence"], clock["sentence_en"]),
            free=(),
            sheet=sheet,
        ),
        free,
    )


def from_public(deadline: dict[str, Any], calendar: dict[str, Any]) -> ClockSheet:
    """From the tracking page, laid on the public calendar; it tells of no pause that is over."""
    zone, due_at = deadline["zone"], deadline["due_at"]
    state = "paused" if deadline["paused"] else "overdue" if deadline["overdue"] else "running"
    sheet = Sheet(
        start=day_of(deadline["started_at"], zone),
        due=day_of(due_at, zone) if due_at else None,
        today=day_of(calendar["now"], zone),
    )
    return _with_free(
        ClockSheet(
            title=deadline["label"],
            title_en=deadline["label_en"],
            agency=deadline["agency_name"] or deadline["agency"],
            zone=zone,
            state=state,
            started_at=deadline["started_at"],
            due_at=due_at,
            provisional=deadline["provisional"],
            limit=None,
            sentences=NO_PAUSES,
            free=(),
            sheet=sheet,
        ),
        calendar["days"],
    )


def _with_free(clock: ClockSheet, days: Sequence[dict[str, Any]]) -> ClockSheet:
    """With those free days that lie in the clock's span."""
    sheet = clock.sheet
    first, last = sheet.start.isoformat(), sheet.end.isoformat()
    free = [day for day in days if day["kind"] != "weekend" and first < day["date"] <= last]
    names = {date.fromisoformat(day["date"]): day["name"] for day in free}
    return replace(clock, free=free, sheet=replace(sheet, free=names))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
