"""Reports in PostgreSQL as they are read, and the reporter's words to them. New ones: `filing_store`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.moments import Kind, Moment
from services.intake.domain.progress import progress
from services.intake.domain.report import Filing, Report
from services.intake.domain.view import Tracked
from services.intake.domain.words import Saying
from services.intake.timeline import DEADLINES
from shared.contracts import Channel, Classification, Place, ReportAnswer
from shared.db.database import Transaction

_EVIDENCE = TypeAdapter(tuple[EvidenceFile, ...])
_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_LOCATE = sa.text("SELECT report_id, access_hash FROM reports WHERE tracking_id = :tracking_id").columns(
    report_id=_UUID
)
"""Unique index on tracking_id: as much work for an id that exists as for one that does not."""

_PAGE = """
    SELECT r.*, d.deadlines AS live,
      (SELECT jsonb_agg(to_jsonb(m)) FROM moments m WHERE m.report_id = r.report_id) AS moments,
      (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.uploaded_at) FROM evidence e WHERE e.report_id = r.report_id)
        AS evidence
    FROM reports r LEFT JOIN deadlines d ON d.report_id = r.report_id
"""
"""Everything about one report in one round trip (moments_by_report, evidence_once_per_report)."""
_PAGE_TYPES: dict[str, Any] = {
    "report_id": _UUID, **dict.fromkeys(("place", "answers", "live", "moments", "evidence"), pg.JSONB),
}  # fmt: skip
_TRACK = sa.text(f"{_PAGE} WHERE r.report_id = :report_id").columns(**_PAGE_TYPES)
_TRACK_MANY = (
    sa.text(f"{_PAGE} WHERE r.report_id = ANY(:report_ids)")
    .bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))
    .columns(**_PAGE_TYPES)
)
_TRACK_PUBLIC = sa.text(f"{_PAGE} WHERE r.tracking_id = :tracking_id AND NOT r.secret").columns(**_PAGE_TYPES)

_SAID = """
    SELECT 1 FROM words WHERE report_id = :report_id AND word = :word AND fingerprint = :fingerprint
      AND case_version >= :since
"""
_SAID_BEFORE = sa.text(f"{_SAID} LIMIT 1")
_CLAIM_WORD = sa.text(
    f"""
    INSERT INTO words (report_id, word, case_version, slot, fingerprint)
    SELECT :report_id, :word, :case_version, :slot, :fingerprint WHERE NOT EXISTS ({_SAID})
    ON CONFLICT DO NOTHING RETURNING word
    """
)


@dataclass(frozen=True)
class Located:
    """What decides whether a caller may see a report; `tracked` of a public one is there already."""

    report_id: UUID
    access_hash: str | None
    tracked: Tracked | None = None


async def locate(tx: Transaction, tracking_id: str) -> Located | None:
    """A secret report and an unknown id are the same work."""
    if page := (await tx.execute(_TRACK_PUBLIC, {"tracking_id": tracking_id})).first():
        return Located(page.report_id, page.access_hash, _tracked(page))
    row = (await tx.execute(_LOCATE, {"tracking_id": tracking_id})).first()
    return Located(row.report_id, row.access_hash) if row else None


async def track(tx: Transaction, report_id: UUID) -> Tracked:
    """Everything known of a report that exists."""
    return _tracked((await tx.execute(_TRACK, {"report_id": report_id})).one())


async def track_many(tx: Transaction, report_ids: Sequence[UUID]) -> list[Tracked]:
    """The same of several that exist, in the order given, in one round trip."""
    rows = {row.report_id: row for row in await tx.execute(_TRACK_MANY, {"report_ids": list(report_ids)})}
    return [_tracked(rows[report_id]) for report_id in report_ids]


def _tracked(row: Any) -> Tracked:
    return Tracked(
        report=_report(row),
        progress=progress(_moment(raw) for raw in row.moments or ()),
        deadlines=None if row.live is None else DEADLINES.validate_python(row.live),
        evidence=_EVIDENCE.validate_python(row.evidence or ()),
    )


async def claim_word(tx: Transaction, report_id: UUID, saying: Saying, version: int) -> bool:
    """Take the one place for this word at this version; False if it is taken, or if just this was said
    already (primary key of words).
    """
    row = {**_said(report_id, saying, version), "case_version": version, "slot": saying.slot}
    return (await tx.execute(_CLAIM_WORD, row)).first() is not None


async def said_before(tx: Transaction, report_id: UUID, saying: Saying, version: int) -> bool:
    """Whether just this was said to this version of the case, or to the one before it."""
    return (await tx.execute(_SAID_BEFORE, _said(report_id, saying, version))).first() is not None


def _said(report_id: UUID, saying: Saying, version: int) -> dict[str, Any]:
    # One version back: the answer to the first time may have been lost after the case had moved on.
    return {
        "report_id": report_id, "word": saying.word.value, "fingerprint": saying.fingerprint,
        "since": version - 1,
    }  # fmt: skip


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
        answers=tuple(ReportAnswer.model_validate(each) for each in row.answers or ()),
    )
    return Report(row.report_id, row.tracking_id, filing, row.filed_at, row.deadline, row.secret)


def _moment(raw: dict[str, Any]) -> Moment:
    return Moment(UUID(raw["event_id"]), Kind(raw["kind"]), datetime.fromisoformat(raw["at"]), raw["data"])
