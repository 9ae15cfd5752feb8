"""Short-lived links to one file, as `/e/{token}`: signed, and each written down when it is given and used.

The link names nobody and no report; whoever holds it may fetch that one file while it lives.
"""

import base64
import binascii
import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.evidence import EvidenceFile
from shared.db.database import Transaction
from shared.security.tokens import Officer

LIFE_SECONDS = 600
"""Of the machine's time: a compressed clock must not end a download."""
_ID_BYTES, _TIME_BYTES, _MAC_BYTES = 16, 5, 16
_UUID = pg.UUID(as_uuid=True)

_GIVE = sa.text(
    """
    INSERT INTO evidence_downloads (link_id, evidence_id, report_id, who, role, agency, part, asked_at)
    VALUES (:link_id, :evidence_id, :report_id, :who, :role, :agency, :part, :asked_at)
    """
)
_NOTE = sa.text(
    """
    INSERT INTO evidence_downloads (link_id, evidence_id, report_id, who, role, agency, part, asked_at)
    SELECT gen_random_uuid(), evidence_id, :report_id, :who, :role, :agency, 'list', :asked_at
    FROM unnest(CAST(:evidence_ids AS uuid[])) AS evidence_id
    """
).bindparams(sa.bindparam("evidence_ids", type_=pg.ARRAY(_UUID)))
_USE = sa.text(
    """
    UPDATE evidence_downloads d SET fetches = fetches + 1, fetched_at = coalesce(fetched_at, :at)
    FROM evidence e
    WHERE d.link_id = :link_id AND e.evidence_id = d.evidence_id AND e.state = 'cleared'
    RETURNING d.part, e.evidence_id, e.object_key, e.preview_key, e.clean_type, e.clean_size
    """
).columns(evidence_id=_UUID)
_DOWNLOADS = sa.text(
    """
    SELECT evidence_id, who, role, agency, part, asked_at, fetched_at, fetches FROM evidence_downloads
    WHERE report_id = :report_id ORDER BY asked_at DESC LIMIT 500
    """
).columns(evidence_id=_UUID)
"""Index evidence_downloads_by_report."""


class Part(StrEnum):
    """What of a file is wanted."""

    FILE = "file"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Given:
    """A link for its caller; `token` is good until `expires_at`."""

    token: str
    expires_at: datetime


class Links:
    """Signs and reads tokens with a key derived for this alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, link_id: UUID, expires: int) -> str:
        """43 to 50 characters that fit into an address."""
        content = link_id.bytes + expires.to_bytes(_TIME_BYTES, "big")
        return base64.urlsafe_b64encode(content + self._mac(content)).decode().rstrip("=")

    def read(self, token: str) -> UUID | None:
        """The link's id, while it lives; None for anything that is not ours or is over."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (binascii.Error, UnicodeEncodeError, ValueError):
            return None
        content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(content) != _ID_BYTES + _TIME_BYTES or not hmac.compare_digest(mac, self._mac(content)):
            return None
        alive = time.time() < int.from_bytes(content[_ID_BYTES:], "big")
        return UUID(bytes=content[:_ID_BYTES]) if alive else None

    def _mac(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, sha256).digest()[:_MAC_BYTES]


async def give(
    tx: Transaction, links: Links, report_id: UUID, file: EvidenceFile, part: Part, *, officer: Officer | None
) -> Given:
    """A new link, written down with whom it was given to; `officer` None is the reporter."""
    link_id, expires = uuid4(), int(time.time()) + LIFE_SECONDS
    await tx.execute(
        _GIVE,
        {
            "link_id": link_id, "evidence_id": file.evidence_id, "report_id": report_id,
            "who": officer.id if officer else "reporter", "role": officer.role.value if officer else None,
            "agency": officer.agency if officer else None, "part": part.value, "asked_at": tx.now,
        },
    )  # fmt: skip
    return Given(links.sign(link_id, expires), datetime.fromtimestamp(expires, UTC))


async def note_listed(
    tx: Transaction, report_id: UUID, files: Iterable[EvidenceFile], officer: Officer
) -> None:
    """Write down that an officer has read what is known of these files, without a link to any of them."""
    row = {"evidence_ids": [file.evidence_id for file in files], "report_id": report_id, "asked_at": tx.now}
    who = {"who": officer.id, "role": officer.role.value, "agency": officer.agency}
    await tx.execute(_NOTE, {**row, **who})


async def use(tx: Transaction, link_id: UUID) -> Any | None:
    """Where the bytes of a link lie; the use is written down."""
    return (await tx.execute(_USE, {"link_id": link_id, "at": tx.now})).first()


async def downloads(tx: Transaction, report_id: UUID) -> list[dict[str, Any]]:
    """Who was given links to a report's files, the latest first."""
    rows = await tx.execute(_DOWNLOADS, {"report_id": report_id})
    return [dict(row._mapping) for row in rows]
