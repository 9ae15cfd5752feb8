"""Deadlines and the facts about them as JSON: byte for byte what their models write, without making these.

For the recompute, which tells of millions; everybody else says models.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID


@lru_cache(maxsize=20_000)
def quoted(text: str) -> str:
    """A JSON string; remembered, since a recompute says few different ones."""
    return json.dumps(text, ensure_ascii=False)


def moment(at: datetime) -> str:
    """A moment in UTC."""
    return at.isoformat().replace("+00:00", "Z")


def begun(clock: str, leg_id: UUID | None, agency: str | None, number: int) -> str:
    """The first half of a `Deadline` and of a `MovedDeadline`: which run of which clock it is."""
    leg = "" if leg_id is None else f'"leg_id":"{leg_id}",'
    path = "" if agency is None else f'"agency":{quoted(agency)},'
    return f'{{"clock":"{clock}",{leg}{path}"round":{number},'


def laid(due_at: datetime, zone: str, *, provisional: bool) -> str:
    """The end of a `Deadline`: the same for every clock that lies alike."""
    return f'"due_at":"{moment(due_at)}","zone":"{zone}","provisional":{"true" if provisional else "false"}}}'


def deadline(begun: str, started_at: datetime, laid: str) -> str:
    """A `Deadline`, of what `begun` and `laid` wrote."""
    return f'{begun}"started_at":"{moment(started_at)}",{laid}'


def moved(begun: str, zone: str, before: datetime, after: datetime) -> str:
    """A `MovedDeadline`, of what `begun` wrote."""
    return f'{begun}"zone":"{zone}","before":"{moment(before)}","after":"{moment(after)}"}}'


def listed(parts: Iterable[str]) -> str:
    """A JSON list of what is written already."""
    return f"[{','.join(parts)}]"


def deadlines_changed(report_id: UUID, now: str, clocks_version: int, deadlines: str) -> bytes:
    """A `DeadlinesChanged`; `now` is a `moment`, `deadlines` are `listed`."""
    return (
        f'{{"report_id":"{report_id}","occurred_at":"{now}","clocks_version":{clocks_version},'
        f'"deadlines":{deadlines}}}'
    ).encode()


def deadlines_amended(report_id: UUID, now: str, why: str, parts: str) -> bytes:
    """A `DeadlinesAmended`; `why` is `because`, `parts` are `listed`."""
    return f'{{"report_id":"{report_id}","occurred_at":"{now}",{why},"moved":{parts}}}'.encode()


def because(amendment: str, cause: str, cause_en: str, legal_source: str) -> str:
    """Why deadlines moved, as `DeadlinesAmended` says it."""
    return (
        f'"amendment":{quoted(amendment)},"cause":{quoted(cause)},"cause_en":{quoted(cause_en)},'
        f'"legal_source":{quoted(legal_source)}'
    )
