"""Uploads that are under way, in PostgreSQL: so that any process can go on, and what is left can be swept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.evidence import ForLeg
from shared.db.database import Transaction
from shared.storage.upload import SentPart

LIFE = timedelta(hours=24)
"""From the last sign of life, in the machine's time."""

_PARTS = TypeAdapter(list[SentPart])
_UUID = pg.UUID(as_uuid=True)
_COLUMNS = """upload_id, report_id, object_key, s3_upload_id, claimed_type, content_type, length, received,
  parts, tail_key, expires_at, evidence_id, leg_id, agency"""
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("upload_id", "report_id", "evidence_id", "leg_id"), _UUID), "parts": pg.JSONB,
}  # fmt: skip

_NOTE_PARTS = sa.text(
    """
    INSERT INTO evidence_uploads (upload_id, report_id, object_key, s3_upload_id, resumable, expires_at)
    VALUES (:upload_id, :report_id, :object_key, :s3_upload_id, false, now() + CAST(:life AS interval))
    """
)
_CREATE = (
    sa.text(
        f"""
    INSERT INTO evidence_uploads
      (upload_id, report_id, object_key, claimed_type, length, leg_id, agency, resumable, expires_at)
    VALUES (:upload_id, :report_id, :object_key, :claimed_type, :length, :leg_id, :agency, true,
      now() + CAST(:life AS interval))
    RETURNING {_COLUMNS}
    """  # noqa: S608 - names of our own columns
    )
    .bindparams(sa.bindparam("leg_id", type_=_UUID))
    .columns(**_TYPES)
)
_FIND = sa.text(
    f"""
    SELECT {_COLUMNS} FROM evidence_uploads
    WHERE upload_id = :upload_id AND report_id = :report_id AND resumable AND expires_at > now()
    """  # noqa: S608
).columns(**_TYPES)
_TAKE = sa.text(
    f"""
    UPDATE evidence_uploads SET holder = :holder, expires_at = now() + CAST(:life AS interval)
    WHERE upload_id = :upload_id AND received = :received AND evidence_id IS NULL RETURNING {_COLUMNS}
    """  # noqa: S608
).columns(**_TYPES)
_BEGUN = sa.text(
    """
    UPDATE evidence_uploads SET s3_upload_id = :s3_upload_id, content_type = :content_type
    WHERE upload_id = :upload_id AND holder = :holder RETURNING upload_id
    """
)
_PROGRESS = sa.text(
    """
    UPDATE evidence_uploads SET received = :received, parts = :parts, tail_key = :tail_key,
      expires_at = now() + CAST(:life AS interval)
    WHERE upload_id = :upload_id AND holder = :holder RETURNING upload_id
    """
).bindparams(sa.bindparam("parts", type_=pg.JSONB))
_FINISH = sa.text(
    """
    UPDATE evidence_uploads SET received = length, evidence_id = :evidence_id
    WHERE upload_id = :upload_id AND evidence_id IS NULL RETURNING upload_id
    """
)
_FORGET = sa.text("DELETE FROM evidence_uploads WHERE upload_id = :upload_id")
_FORGET_HELD = sa.text(
    "DELETE FROM evidence_uploads WHERE upload_id = :upload_id AND holder = :holder RETURNING upload_id"
)
_FORGET_PLAIN = sa.text("DELETE FROM evidence_uploads WHERE object_key = :object_key AND NOT resumable")
_EXPIRED = sa.text(
    f"SELECT {_COLUMNS} FROM evidence_uploads WHERE expires_at < now() ORDER BY expires_at LIMIT :most"  # noqa: S608
).columns(**_TYPES)
"""Index evidence_uploads_by_expiry."""


@dataclass(frozen=True)
class UploadRow:
    """One upload. `received` counts what is safe: whole parts, and the tail that lies in quarantine."""

    upload_id: UUID
    report_id: UUID
    object_key: str
    s3_upload_id: str | None
    claimed_type: str | None
    content_type: str | None
    length: int
    received: int
    parts: list[SentPart]
    tail_key: str | None
    expires_at: datetime
    evidence_id: UUID | None
    leg_id: UUID | None = None
    agency: str | None = None

    @property
    def leg(self) -> ForLeg | None:
        return ForLeg(self.leg_id, self.agency) if self.leg_id and self.agency else None


async def note_parts(tx: Transaction, upload_id: UUID, report_id: UUID, key: str, s3_upload_id: str) -> None:
    """A plain upload that comes in parts, so that its parts can be found again if this process dies."""
    await tx.execute(
        _NOTE_PARTS,
        {
            "upload_id": upload_id, "report_id": report_id, "object_key": key, "s3_upload_id": s3_upload_id,
            "life": LIFE,
        },
    )  # fmt: skip


async def create(
    tx: Transaction,
    upload_id: UUID,
    report_id: UUID,
    key: str,
    leg: ForLeg | None,
    *,
    claimed_type: str,
    length: int,
) -> UploadRow:
    row = {
        "upload_id": upload_id, "report_id": report_id, "object_key": key, "claimed_type": claimed_type,
        "length": length, "life": LIFE, "leg_id": leg.leg_id if leg else None,
        "agency": leg.agency if leg else None,
    }  # fmt: skip
    return _row((await tx.execute(_CREATE, row)).one())


async def find(tx: Transaction, upload_id: UUID, report_id: UUID) -> UploadRow | None:
    """An upload of this report that has not expired."""
    row = (await tx.execute(_FIND, {"upload_id": upload_id, "report_id": report_id})).first()
    return _row(row) if row else None


async def take(tx: Transaction, upload_id: UUID, received: int, holder: UUID) -> UploadRow | None:
    """Go on from `received`: whoever held the upload before can write no more. None: it stands elsewhere."""
    row = (
        await tx.execute(
            _TAKE, {"upload_id": upload_id, "received": received, "holder": holder, "life": LIFE}
        )
    ).first()
    return _row(row) if row else None


async def begun(
    tx: Transaction, upload_id: UUID, holder: UUID, s3_upload_id: str | None, content_type: str
) -> bool:
    """Parts were announced to the store. False: another request goes on with this upload."""
    row = {
        "upload_id": upload_id, "holder": holder, "s3_upload_id": s3_upload_id, "content_type": content_type,
    }  # fmt: skip
    return (await tx.execute(_BEGUN, row)).first() is not None


async def progress(
    tx: Transaction,
    upload_id: UUID,
    holder: UUID,
    *,
    received: int,
    parts: Sequence[SentPart],
    tail_key: str | None,
) -> bool:
    """This much is safe. False: another request goes on with this upload."""
    row = {
        "upload_id": upload_id, "holder": holder, "received": received, "tail_key": tail_key, "life": LIFE,
        "parts": _PARTS.dump_python(list(parts), mode="json"),
    }  # fmt: skip
    return (await tx.execute(_PROGRESS, row)).first() is not None


async def finish(tx: Transaction, upload_id: UUID, evidence_id: UUID) -> bool:
    """The file is whole and written down. False: it was before."""
    return (
        await tx.execute(_FINISH, {"upload_id": upload_id, "evidence_id": evidence_id})
    ).first() is not None


async def forget(tx: Transaction, upload_id: UUID) -> None:
    await tx.execute(_FORGET, {"upload_id": upload_id})


async def forget_held(tx: Transaction, upload_id: UUID, holder: UUID) -> bool:
    """False: another request goes on with this upload."""
    return (await tx.execute(_FORGET_HELD, {"upload_id": upload_id, "holder": holder})).first() is not None


async def forget_plain(tx: Transaction, key: str) -> None:
    """A plain upload that came in parts has become an object, or was taken back."""
    await tx.execute(_FORGET_PLAIN, {"object_key": key})


async def expired(tx: Transaction, most: int) -> list[UploadRow]:
    """Uploads nobody goes on with, the oldest first."""
    return [_row(row) for row in await tx.execute(_EXPIRED, {"most": most})]


def _row(row: Any) -> UploadRow:
    return UploadRow(**{**row._mapping, "parts": _PARTS.validate_python(row.parts)})
