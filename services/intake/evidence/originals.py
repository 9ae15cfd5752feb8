"""Sealed originals: where one lies, told only together with writing down who opens it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_RECORD = sa.text(
    """
    WITH wanted AS (
      SELECT evidence_id, report_id, original_key, content_type, sha256 FROM evidence
      WHERE evidence_id = :evidence_id AND state = 'cleared' AND original_key IS NOT NULL
    ), recorded AS (
      INSERT INTO evidence_downloads (link_id, evidence_id, report_id, who, role, part, asked_at, fetched_at,
        fetches)
      SELECT :link_id, evidence_id, report_id, :who, 'key_holder', 'original', :at, :at, 1 FROM wanted
    )
    SELECT evidence_id, original_key, content_type, sha256 FROM wanted
    """
).columns(evidence_id=_UUID)


@dataclass(frozen=True)
class Original:
    """A file as received: its object, and what its bytes must add up to."""

    evidence_id: UUID
    original_key: str
    content_type: str
    sha256: str


async def record_opening(tx: Transaction, evidence_id: UUID, who: str) -> Original | None:
    """None where no sealed original is kept: files from before sealing, refused ones, unknown ids."""
    row = {"evidence_id": evidence_id, "link_id": uuid4(), "who": who, "at": tx.now}
    found = (await tx.execute(_RECORD, row)).first()
    return Original(**found._mapping) if found else None
