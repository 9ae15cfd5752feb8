"""Reports in PostgreSQL: as filed, what happened to them since, and the reporter's words and files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.moments import Kind, Moment
from services.intake.domain.progress import progress
from services.intake.domain.report import Filing, Report
from services.intake.domain.view import Tracked
from services.intake.domain.words import Saying
from shared.contracts import Channel, Classification, Deadline, DeadlinesChanged, EvidenceRef, Place
from shared.db.database import Transaction

_DEADLINES = TypeAdapter(tuple[Deadline, ...])
_EVIDENCE = TypeAdapter(tuple[EvidenceRef, ...])
_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_REPORT_TYPES: dict[str, Any] = {
    "report_id": _UUID,
    **dict.fromkeys(("tracking_id", "access_hash", "sealed_contact", "channel", "title", "text"), sa.Text()),
    **dict.fromkeys(("category", "classification", "agency_hint"), sa.Text()),
    "event_date": sa.Date(),
    "place": pg.JSONB(),
    **dict.fromkeys(("anonymous", "secret_as_filed", "secret"), sa.Boolean()),
    **dict.fromkeys(("filed_at", "deadline"), _TIME),
}
_FILE = f"""
    INSERT INTO reports ({", ".join(_REPORT_TYPES)})
    SELECT {", ".join(f":{name}" for name in _REPORT_TYPES)} {{source}} RETURNING report_id
"""
_TYPED = [sa.bindparam(name, type_=kind) for name, kind in _REPORT_TYPES.items()]
_INSERT = sa.text(_FILE.format(source="")).bindparams(*_TYPED)
_CLAIM = """
    WITH claimed AS (
      INSERT INTO idempotency_keys (key, fingerprint, response) VALUES (:key, :fingerprint, :response)
      ON CONFLICT (key) DO NOTHING RETURNING key
    )
"""
_CLAIM_AND_INSERT = sa.text(_CLAIM + _FILE.format(source="FROM claimed")).bindparams(*_TYPED)
"""Whoever comes second with a key waits for the first to commit, and then files nothing."""

_CLAIMED = sa.text("SELECT fingerprint, response FROM idempotency_keys WHERE key = :key")
_FORGET_KEYS = sa.text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '7 days'")

_LOCATE = sa.text(
    "SELECT report_id, access_hash, secret FROM reports WHERE tracking_id = :tracking_id"
).columns(report_id=_UUID)
"""Unique index on tracking_id: as much work for an id that exists as for one that does not."""

_TRACK = sa.text(
    """
    SELECT r.*, d.deadlines AS live,
      (SELECT jsonb_agg(to_jsonb(m)) FROM moments m WHERE m.report_id = r.report_id) AS moments,
      (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.uploaded_at) FROM evidence e WHERE e.report_id = r.report_id)
        AS evidence
    FROM reports r LEFT JOIN deadlines d ON d.report_id = r.report_id WHERE r.report_id = :report_id
    """
).columns(report_id=_UUID, place=pg.JSONB, live=pg.JSONB, moments=pg.JSONB, evidence=pg.JSONB)
"""Everything about one report in one round trip (moments_by_report, evidence_once_per_report)."""

_REMEMBER = sa.text(
    """
    WITH known AS (SELECT report_id FROM reports WHERE report_id = :report_id),
    written AS (
      INSERT INTO moments (event_id, report_id, kind, at, data)
      SELECT :event_id, report_id, :kind, :at, :data FROM known ON CONFLICT (event_id) DO NOTHING
    )
    SELECT count(*) FROM known
    """
).bindparams(
    sa.bindparam("report_id", type_=_UUID), sa.bindparam("event_id", type_=_UUID),
    sa.bindparam("kind", type_=sa.Text), sa.bindparam("at", type_=_TIME),
    sa.bindparam("data", type_=pg.JSONB),
)  # fmt: skip

_RENEW_DEADLINES = sa.text(
    """
    WITH known AS (SELECT report_id FROM reports WHERE report_id = :report_id),
    written AS (
      INSERT INTO deadlines (report_id, clocks_version, deadlines)
      SELECT report_id, :clocks_version, :deadlines FROM known
      ON CONFLICT (report_id) DO UPDATE
        SET clocks_version = excluded.clocks_version, deadlines = excluded.deadlines
        WHERE deadlines.clocks_version < excluded.clocks_version
    )
    SELECT count(*) FROM known
    """
).bindparams(
    sa.bindparam("report_id", type_=_UUID), sa.bindparam("clocks_version", type_=sa.Integer),
    sa.bindparam("deadlines", type_=pg.JSONB),
)  # fmt: skip

_HIDE = sa.text("UPDATE reports SET secret = true WHERE report_id = :report_id AND NOT secret")

_SAID_BEFORE = sa.text(
    """
    SELECT 1 FROM words WHERE report_id = :report_id AND word = :word AND fingerprint = :fingerprint
      AND case_version >= :since LIMIT 1
    """
)
_SAY = sa.text(
    """
    INSERT INTO words (report_id, word, case_version, slot, fingerprint)
    VALUES (:report_id, :word, :case_version, :slot, :fingerprint) ON CONFLICT DO NOTHING RETURNING word
    """
)


@dataclass(frozen=True)
class IdempotencyClaim:
    """A caller's key and request as keyed digests, and the sealed answer to give whoever repeats them."""

    key: str
    fingerprint: str
    response: str


@dataclass(frozen=True)
class Located:
    """What decides whether a caller may see a report."""

    report_id: UUID
    access_hash: str | None
    secret: bool


async def insert_report(
    tx: Transaction,
    report: Report,
    access_hash: str | None,
    sealed_contact: str | None,
    claim: IdempotencyClaim | None,
) -> bool:
    """Write a report down; False if the claim's key was used before."""
    filing = report.filing
    row = {
        "report_id": report.report_id,
        "tracking_id": report.tracking_id,
        "access_hash": access_hash,
        "sealed_contact": sealed_contact,
        "channel": filing.channel.value,
        "title": filing.title,
        "text": filing.text,
        "category": filing.category,
        "classification": filing.classification and filing.classification.value,
        "event_date": filing.event_date,
        "place": filing.place.model_dump(exclude_none=True),
        "agency_hint": filing.agency_hint,
        "anonymous": filing.anonymous,
        "secret_as_filed": filing.secret,
        "secret": report.secret,
        "filed_at": report.filed_at,
        "deadline": report.deadline,
    }
    if claim is None:
        result = await tx.execute(_INSERT, row)
    else:
        result = await tx.execute(_CLAIM_AND_INSERT, {**row, **vars(claim)})
    return result.first() is not None


async def claimed(tx: Transaction, key: str) -> tuple[str, str] | None:
    """Fingerprint and sealed answer of a key that was used before."""
    row = (await tx.execute(_CLAIMED, {"key": key})).first()
    return (row.fingerprint, row.response) if row else None


async def forget_idempotency_keys(tx: Transaction) -> None:
    """After a week nobody repeats a request (index idempotency_keys_by_age)."""
    await tx.execute(_FORGET_KEYS)


async def locate(tx: Transaction, tracking_id: str) -> Located | None:
    row = (await tx.execute(_LOCATE, {"tracking_id": tracking_id})).first()
    return Located(row.report_id, row.access_hash, row.secret) if row else None


async def track(tx: Transaction, report_id: UUID) -> Tracked:
    """Everything known of a report that exists."""
    row = (await tx.execute(_TRACK, {"report_id": report_id})).one()
    return Tracked(
        report=_report(row),
        progress=progress(_moment(raw) for raw in row.moments or ()),
        deadlines=None if row.live is None else _DEADLINES.validate_python(row.live),
        evidence=_EVIDENCE.validate_python(row.evidence or ()),
    )


async def remember(tx: Transaction, report_id: UUID, moment: Moment) -> bool:
    """Keep a moment, once; False if no such report was ever filed."""
    row = {
        "report_id": report_id, "event_id": moment.event_id, "kind": moment.kind.value, "at": moment.at,
        "data": dict(moment.data),
    }  # fmt: skip
    return bool((await tx.execute(_REMEMBER, row)).scalar_one())


async def renew_deadlines(tx: Transaction, fact: DeadlinesChanged) -> bool:
    """Keep the newest deadlines; False if no such report was ever filed."""
    row = {
        "report_id": fact.report_id,
        "clocks_version": fact.clocks_version,
        "deadlines": _DEADLINES.dump_python(fact.deadlines, mode="json"),
    }
    return bool((await tx.execute(_RENEW_DEADLINES, row)).scalar_one())


async def hide(tx: Transaction, report_id: UUID) -> None:
    """Make a report secret for good."""
    await tx.execute(_HIDE, {"report_id": report_id})


async def said_before(tx: Transaction, report_id: UUID, saying: Saying, since: int) -> bool:
    """Whether just this was said to the case at version `since` or later (primary key of words)."""
    row = {
        "report_id": report_id, "word": saying.word.value, "fingerprint": saying.fingerprint, "since": since,
    }  # fmt: skip
    return (await tx.execute(_SAID_BEFORE, row)).first() is not None


async def claim_word(tx: Transaction, report_id: UUID, saying: Saying, version: int) -> bool:
    """Take the one place for this word at this version; False if it is taken."""
    row = {
        "report_id": report_id, "word": saying.word.value, "case_version": version, "slot": saying.slot,
        "fingerprint": saying.fingerprint,
    }  # fmt: skip
    return (await tx.execute(_SAY, row)).first() is not None


def _report(row: Any) -> Report:
    filing = Filing(
        channel=Channel(row.channel),
        title=row.title,
        text=row.text,
        category=row.category,
        classification=Classification(row.classification) if row.classification else None,
        event_date=row.event_date,
        place=Place.model_validate(row.place),
        agency_hint=row.agency_hint,
        anonymous=row.anonymous,
        secret=row.secret_as_filed,
    )
    return Report(row.report_id, row.tracking_id, filing, row.filed_at, row.deadline, row.secret)


def _moment(raw: dict[str, Any]) -> Moment:
    return Moment(UUID(raw["event_id"]), Kind(raw["kind"]), datetime.fromisoformat(raw["at"]), raw["data"])
