"""Amendments as rows: how the calendar or a limit was changed, by whom and by which act. Append-only."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from shared.calendar import Amendment, Basis, Day, DayKind, Limit, PolicyAmendment, Unit
from shared.contracts import Classification, ClockKind
from shared.db.database import Transaction

_NEXT = sa.text("SELECT nextval(pg_get_serial_sequence('amendments', 'seq'))")
_INSERT = sa.text(
    """
    INSERT INTO amendments (seq, id, subject, known_at, author, source, decided, body)
    OVERRIDING SYSTEM VALUE
    VALUES (:seq, :id, :subject, :known_at, :author, :source, :decided, CAST(:body AS jsonb))
    RETURNING recorded_at
    """
)
_ALL = sa.text(
    """
    SELECT seq, id, subject, known_at, author, source, decided, body, recorded_at
    FROM amendments WHERE seq <= :seq ORDER BY seq
    """
)


NEWEST = 2**63 - 1


class Subject(StrEnum):
    """What an amendment changes."""

    CALENDAR = "calendar"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Row:
    """One amendment on record, in the order of `seq`; `recorded_at` is the machine's own time."""

    seq: int
    recorded_at: datetime
    decided: date
    amendment: Amendment | PolicyAmendment


def subject_of(amendment: Amendment | PolicyAmendment) -> Subject:
    """What an amendment is about."""
    return Subject.CALENDAR if isinstance(amendment, Amendment) else Subject.POLICY


async def next_seq(tx: Transaction) -> int:
    """The number of the next amendment. The rulebook must be held alone."""
    return int((await tx.execute(_NEXT)).scalar_one())


async def insert(
    tx: Transaction, seq: int, amendment: Amendment | PolicyAmendment, decided: date
) -> datetime:
    """Put an amendment on record; returns the machine's time of it."""
    values = {
        "seq": seq,
        "id": amendment.id,
        "subject": subject_of(amendment),
        "known_at": amendment.known_at,
        "author": amendment.author,
        "source": amendment.source,
        "decided": decided,
        "body": json.dumps(_body(amendment), default=str),
    }
    recorded_at: datetime = (await tx.execute(_INSERT, values)).scalar_one()
    return recorded_at


async def through(tx: Transaction, seq: int = NEWEST) -> list[Row]:
    """Every amendment up to and including `seq`, oldest first."""
    return [_row(row) for row in await tx.execute(_ALL, {"seq": seq})]


def calendars(rows: Sequence[Row]) -> list[Amendment]:
    """Those about free days, in their order."""
    return [row.amendment for row in rows if isinstance(row.amendment, Amendment)]


def policies(rows: Sequence[Row]) -> list[PolicyAmendment]:
    """Those about limits, in their order."""
    return [row.amendment for row in rows if isinstance(row.amendment, PolicyAmendment)]


def _body(amendment: Amendment | PolicyAmendment) -> dict[str, Any]:
    if isinstance(amendment, PolicyAmendment):
        return {"limit": _limit_json(amendment.limit), "applies_to_running": amendment.applies_to_running}
    return {
        "scope": amendment.scope,
        "added": [_day_json(day) for day in amendment.added],
        "removed": amendment.removed,
        "known_through": amendment.known_through,
    }


def _day_json(day: Day) -> dict[str, Any]:
    """Without an act: the amendment itself is what stands behind its days."""
    return {name: getattr(day, name) for name in ("date", "kind", "name", "name_en", "estimated")}


def _limit_json(limit: Limit) -> dict[str, Any]:
    """Without when it is known and whom it binds: the amendment says so."""
    told = asdict(limit)
    return {name: value for name, value in told.items() if name not in {"known_at", "applies_to_running"}}


def _row(row: Any) -> Row:
    body = json.loads(row.body) if isinstance(row.body, str) else row.body
    common = {"id": row.id, "known_at": row.known_at, "author": row.author, "source": row.source}
    amendment: Amendment | PolicyAmendment
    if row.subject == Subject.POLICY:
        limit = _limit(body["limit"])
        amendment = PolicyAmendment(**common, limit=limit, applies_to_running=body["applies_to_running"])
    else:
        amendment = Amendment(
            **common,
            scope=body["scope"],
            decided=row.decided,
            added=tuple(_day(day) for day in body["added"]),
            removed=tuple(date.fromisoformat(day) for day in body["removed"]),
            known_through=_date(body["known_through"]),
        )
    return Row(row.seq, row.recorded_at, row.decided, amendment)


def _day(raw: dict[str, Any]) -> Day:
    return Day(**{**raw, "date": date.fromisoformat(raw["date"]), "kind": DayKind(raw["kind"])})


def _date(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw else None


def _limit(raw: dict[str, Any]) -> Limit:
    return Limit(
        **{
            **raw,
            "clock": ClockKind(raw["clock"]),
            "classification": Classification(raw["classification"]) if raw["classification"] else None,
            "unit": Unit(raw["unit"]),
            "basis": Basis(raw["basis"]),
            "effective_from": date.fromisoformat(raw["effective_from"]),
        }
    )
