"""The limits that clocks are set to, as dated policy: looked up, never written into code.

Bitemporal like the calendar: a limit takes effect on a day, and is known since a moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from shared.calendar.amendments import AmendmentConflict, ImpossibleAmendment
from shared.calendar.escalation import Ladder, Rung, WorkingHours
from shared.calendar.policy import Limit, NoLimit, PolicyAmendment
from shared.calendar.zones import UnknownRegion, Zone, zone_of
from shared.contracts.enums import Classification, ClockKind


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """The nation's limits of one day. ``warnings`` are percentages of the working time, ascending."""

    version: str
    warnings: tuple[int, ...]
    _limits: Mapping[tuple[ClockKind, Classification | None], Limit]

    def of(self, clock: ClockKind, classification: Classification | None = None) -> Limit:
        """The limit of a clock, the classification's own before the general one; raises `NoLimit`."""
        limit = self._limits.get((clock, classification)) or self._limits.get((clock, None))
        if limit is None:
            raise NoLimit.of(clock, classification)
        return limit


@dataclass(frozen=True)
class Limits:
    """All limits there are and were, the ladder and the working hours.

    ``version`` counts the amendments on top of the reviewed file: ``2026-11-21+3``.
    """

    reviewed: str
    warnings: tuple[int, ...]
    limits: tuple[Limit, ...]
    ladders: tuple[Ladder, ...] = ()
    hours: tuple[WorkingHours, ...] = ()
    amendments: tuple[PolicyAmendment, ...] = ()

    @property
    def version(self) -> str:
        return f"{self.reviewed}+{len(self.amendments)}" if self.amendments else self.reviewed

    def at(self, day: date) -> LimitsInForce:
        """What is in force on ``day``: of each clock and classification the latest that has taken effect."""
        in_force: dict[tuple[ClockKind, Classification | None], Limit] = {
            (limit.clock, limit.classification): limit
            for limit in sorted(self.limits, key=lambda one: one.effective_from)
            if limit.effective_from <= day and limit.agency is None
        }
        return LimitsInForce(self.version, self.warnings, in_force)

    def limit_for(
        self,
        clock: ClockKind,
        classification: Classification | None,
        *,
        agency: str | None,
        started_at: datetime | date,
        known_at: datetime | None = None,
    ) -> Limit:
        """The limit of a clock that started then, by what was known at ``known_at``; None: all that is known.

        The one in force on the day of the start, unless a later one says that it applies to running clocks;
        the classification's own before the general one; an agency's own only where it is stricter. A moment
        counts as its day in the agency's zone. Raises `NoLimit`.
        """
        day = _day_of(started_at, agency)
        found = self._latest(clock, classification, None, day, known_at)
        if found is None:
            raise NoLimit.of(clock, classification)
        for path in self._paths.get(clock, ()):
            if agency is not None and (agency == path or agency.startswith(f"{path}.")):
                own = self._latest(clock, classification, path, day, known_at)
                if own is not None and own.unit is found.unit and own.days < found.days:
                    found = own
        return found

    def _latest(
        self,
        clock: ClockKind,
        classification: Classification | None,
        agency: str | None,
        day: date,
        known_at: datetime | None,
    ) -> Limit | None:
        for kind in dict.fromkeys((classification, None)):
            for limit in self._dated.get((clock, kind, agency), ()):
                in_force = limit.effective_from <= day or limit.applies_to_running
                if in_force and limit.known(known_at):
                    return limit
        return None

    @cached_property
    def _dated(self) -> dict[tuple[ClockKind, Classification | None, str | None], list[Limit]]:
        """The limits of one rule, the latest to take effect first."""
        dated: dict[tuple[ClockKind, Classification | None, str | None], list[Limit]] = {}
        for limit in sorted(self.limits, key=lambda one: one.effective_from, reverse=True):
            dated.setdefault((limit.clock, limit.classification, limit.agency), []).append(limit)
        return dated

    @cached_property
    def _paths(self) -> dict[ClockKind, list[str]]:
        """The agencies that have limits of their own."""
        paths: dict[ClockKind, list[str]] = {}
        for clock, _, agency in self._dated:
            if agency is not None and agency not in paths.setdefault(clock, []):
                paths[clock].append(agency)
        return paths

    def amended(self, *amendments: PolicyAmendment) -> "Limits":
        """These limits with others on top.

        Raises `ImpossibleAmendment`, `UnknownRegion`, or `AmendmentConflict` naming both where two limits of
        one rule take effect on the same day.
        """
        for amendment in amendments:
            amendment.check()
        taken = {_rule(limit): self.reviewed for limit in self.limits}
        taken |= {_rule(one.as_limit): one.id for one in self.amendments}
        for amendment in amendments:
            limit = amendment.limit
            self._check_unit(limit)
            if (theirs := taken.get(_rule(limit))) is not None:
                why = f"has a limit of {limit.clock} already"
                raise AmendmentConflict(amendment.id, theirs, limit.effective_from, why)
            taken[_rule(limit)] = amendment.id
        return self.restored(*amendments)

    def _check_unit(self, limit: Limit) -> None:
        """An agency's limit can be compared with the nation's only if both count the same days."""
        if limit.agency is not None:
            nations = self.at(limit.effective_from).of(limit.clock, limit.classification)
            if nations.unit is not limit.unit:
                raise ImpossibleAmendment("unit", f"the nation counts {limit.clock} in {nations.unit}")

    def restored(self, *amendments: PolicyAmendment) -> "Limits":
        """These limits with amendments that were accepted before; they outrank what a newer file says."""
        told = {_rule(limit): limit for limit in (*self.limits, *(one.as_limit for one in amendments))}
        return replace(self, limits=tuple(told.values()), amendments=(*self.amendments, *amendments))

    def ladder(self, clock: ClockKind, day: date) -> tuple[Rung, ...]:
        """Who is reminded of an overdue clock, in order, by the policy of ``day``; () for most clocks."""
        in_force = [one for one in self.ladders if clock in one.clocks and one.effective_from <= day]
        return max(in_force, key=lambda one: one.effective_from).rungs if in_force else ()

    def working_hours(self, day: date) -> WorkingHours:
        """The hours in which staff are reminded, by the policy of ``day``; raises `NoLimit`."""
        in_force = [one for one in self.hours if one.effective_from <= day]
        if not in_force:
            raise NoLimit(f"no working hours in force on {day}")
        return max(in_force, key=lambda one: one.effective_from)


def _rule(limit: Limit) -> tuple[ClockKind, Classification | None, str | None, date]:
    return limit.clock, limit.classification, limit.agency, limit.effective_from


def _day_of(started_at: datetime | date, agency: str | None) -> date:
    if not isinstance(started_at, datetime):
        return started_at
    try:
        return (zone_of(agency) if agency else Zone.WIB).date_of(started_at)
    except UnknownRegion:
        return Zone.WIB.date_of(started_at)
