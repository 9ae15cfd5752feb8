"""The naive answer: walks day by day and asks of each whether it was known to be free."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import yaml

from shared.calendar import Amendment, Pause, Zone
from shared.calendar.days import DATA

JAKARTA = ZoneInfo("Asia/Jakarta")
ONE_DAY = timedelta(days=1)


class Told(NamedTuple):
    """At a moment somebody learnt that a day is free (or is not); ``estimated`` if the moon decides."""

    known_at: datetime
    free: bool
    estimated: bool


class Answer(NamedTuple):
    due: date | None
    provisional: bool
    skipped: list[date]


@cache
def _packaged() -> Any:
    return yaml.safe_load((DATA / "indonesia.yaml").read_text(encoding="utf-8"))


class Oracle:
    """Reads the packaged file itself, and takes amendments as they are."""

    def __init__(self, amendments: Sequence[Amendment]) -> None:
        raw = _packaged()
        decided = {
            act["id"]: datetime.combine(act["decided"], datetime.min.time(), JAKARTA)
            for act in raw["decrees"]
        }
        self.told: dict[tuple[str, date], list[Told]] = defaultdict(list)
        self.complete = [
            (decided[act["id"]], act["known_through"]) for act in raw["decrees"] if "known_through" in act
        ]
        for day in raw["days"]:
            told = self.told["indonesia", day["date"]]
            told.append(Told(decided[day["decree"]], True, day.get("estimated", False)))
            if "withdrawn" in day:
                told.append(Told(decided[day["withdrawn"]], False, False))
        for one in amendments:
            for removed in one.removed:
                self.told[one.scope, removed].append(Told(one.known_at, False, False))
            for added in one.added:
                self.told[one.scope, added.date].append(Told(one.known_at, True, added.estimated))
            if one.known_through:
                self.complete.append((one.known_at, one.known_through))
        for told in self.told.values():
            told.sort(key=lambda one: one.known_at)

    def known(self, day: date, region: str | None, at: datetime | None) -> Iterator[Told]:
        """The last word on a day in each scope of the region, where it is that the day is free."""
        scopes = ["indonesia"]
        if region is not None:
            scopes += [region[:2], region] if len(region) > 2 else [region]
        for scope in scopes:
            words = [told for told in self.told.get((scope, day), ()) if at is None or told.known_at <= at]
            if words and words[-1].free:
                yield words[-1]

    def works(self, day: date, region: str | None, at: datetime | None) -> bool:
        return day.weekday() < 5 and not any(self.known(day, region, at))

    def answer(
        self,
        start: datetime,
        days: int,
        pauses: Sequence[Pause],
        zone: Zone,
        region: str | None,
        at: datetime | None,
    ) -> Answer:
        """Where ``days`` working days end that no pause touches; None if a pause never ends."""
        tz = ZoneInfo(zone.key)
        spans = [(p.begin.astimezone(tz).date(), p.end and p.end.astimezone(tz).date()) for p in pauses]
        first = day = start.astimezone(tz).date()
        skipped = []
        while days:
            day += ONE_DAY
            if any(end is None and begin <= day for begin, end in spans):
                return Answer(None, False, [])
            works = self.works(day, region, at)
            if not works:
                skipped.append(day)
            days -= works and not any(end is not None and begin <= day <= end for begin, end in spans)
        return Answer(day, self._provisional(first, day, region, at), skipped)

    def _provisional(self, first: date, due: date, region: str | None, at: datetime | None) -> bool:
        through = [through for known_at, through in self.complete if at is None or known_at <= at]
        if not through or due > max(through):
            return True
        day = first
        while day <= due + ONE_DAY:  # a feast on the day after may come a day early
            # The widest scope names the day.
            if any(told.estimated for told in list(self.known(day, region, at))[:1]):
                return True
            day += ONE_DAY
        return False
