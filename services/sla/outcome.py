"""What a case's facts add up to under one rulebook, and saying so where it has changed. Touches no row."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import md5
from typing import Any, Self
from uuid import UUID

from pydantic import TypeAdapter

from services.sla.domain.clocks import Clocks
from services.sla.domain.facts import Recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import Marks, Measured, deadlines, measure
from services.sla.rulebook import Rulebook
from services.sla.store import Said, flags_json
from shared.calendar import Unit
from shared.contracts import Deadline, DeadlinesChanged
from shared.db.database import Transaction
from shared.telemetry.logs import log


def compute(
    facts: Sequence[Recorded], rules: Rulebook, known_at: datetime | None = None
) -> tuple[Clocks, list[Measured]]:
    """The clocks of these facts, each on its region's calendar.

    `known_at`: as it stood then, by the facts, days and limits of that moment.
    """
    if known_at is not None:
        facts = [fact for fact in facts if fact.occurred_at <= known_at]
    clocks = fold(facts, rules.limits, known_at)
    return clocks, [measure(clock, rules.book, rules.limits, known_at) for clock in clocks.clocks]


def said_of(
    clocks: Clocks, measured: Sequence[Measured], rules: Rulebook, clocks_version: int
) -> tuple[Said, tuple[Deadline, ...]]:
    """What is put on record about a case, and the running clocks that the others are told of."""
    running = deadlines(measured)
    timers = timer_rows(measured)
    said = Said(
        clocks_version=clocks_version,
        told=told(running),
        watched=digest(b"".join(row["computed"].bytes for row in timers)),
        flags=flags_json(clocks.flags),
        open=clocks.open,
        next_due_at=next_due(running),
        seq=rules.seq,
        timers=timers,
    )
    return said, running


def say_what_changed(
    tx: Transaction, report_id: UUID, said: Said, facts: Sequence[Recorded], rules: Rulebook
) -> tuple[Said, list[Measured]]:
    """What a case's facts add up to now; tells the others where clocks that run have changed."""
    clocks, measured = compute(facts, rules)
    now_said, running = said_of(clocks, measured, rules, said.clocks_version)
    if now_said.told != (said.told or NOTHING):
        now_said = replace(now_said, clocks_version=said.clocks_version + 1)
        tx.say(
            DeadlinesChanged(
                report_id=report_id,
                occurred_at=tx.now,
                clocks_version=now_said.clocks_version,
                deadlines=running,
            )
        )
    if len(now_said.flags) > len(said.flags):
        log.warning("impossible_fact", report_id=str(report_id), reason=now_said.flags[-1]["reason"])
    return now_said, measured


def next_due(running: Sequence[Deadline]) -> datetime | None:
    """When a timer must look again; None where nothing runs."""
    return min((deadline.due_at for deadline in running if deadline.due_at), default=None)


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a clock lies, as its timer row says it; the same for every clock of one kind, start and limit."""

    due_at: datetime | None
    provisional: bool
    columns: Mapping[str, Any]
    text: str

    @classmethod
    def of(cls, due_at: datetime | None, provisional: bool, marks: Marks) -> Self:
        columns = {
            "deadline": due_at.isoformat() if due_at else None,
            "provisional": provisional,
            "marks": [mark for mark, _ in marks],
            "due": [at.isoformat() for _, at in marks],
        }
        return cls(due_at, provisional, columns, json.dumps(columns))


def fingerprint(run: Sequence[Any], laid: Laid) -> Any:
    """A digest that tells whether two timer rows are the same, as `hashlib` makes it.

    `run` is what tells a run of a clock from all others.
    """
    return md5(f"{tuple(map(str, run))}{laid.text}".encode(), usedforsecurity=False)


def timer_rows(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """A row for every clock that runs, or has stopped and still has its breach to say."""
    return [_timer_row(place, one) for place, one in enumerate(measured) if not one.stopped or one.pending]


def _timer_row(place: int, one: Measured) -> dict[str, Any]:
    clock = one.clock
    straight = not clock.pauses and clock.limit.unit is Unit.WORKING_DAYS and one.run is not None
    run = {
        "clock": clock.kind.value,
        "started_by": clock.started_by,
        "place": place,
        "started_at": clock.started_at,
        "round": clock.round,
        "leg_id": clock.leg_id,
        "agency": clock.agency,
        "zone": clock.zone.value,
        "region": clock.region,
        "days": clock.limit.days if straight else None,
        "running": not one.stopped,
    }
    laid = Laid.of(one.due_at, one.provisional, one.pending)
    return {**run, **laid.columns, "computed": UUID(bytes=fingerprint(list(run.values()), laid).digest())}


_DEADLINES = TypeAdapter(tuple[Deadline, ...])


def told(running: tuple[Deadline, ...]) -> UUID:
    """Tells whether the others have been told of these very deadlines."""
    return digest(_DEADLINES.dump_json(running, exclude_none=True))


def digest(text: bytes) -> UUID:
    """Sixteen bytes; nobody has a reason to forge them."""
    return UUID(bytes=md5(text, usedforsecurity=False).digest())


NOTHING = told(())
"""What has been told about a case of which nothing was."""
