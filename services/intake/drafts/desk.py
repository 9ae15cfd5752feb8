"""Saves, reads and submits drafts for their holders. To everybody else a draft does not exist."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.intake.drafts import store
from services.intake.drafts.sealing import LEAST_SECRET, LONGEST_SECRET, DraftKey, NotTheHolder
from services.intake.drafts.store import FORGOTTEN_AT_ONCE, Stored
from shared.db.database import Transaction
from shared.service import Service
from shared.web.problems import Problem, invalid, not_found


@dataclass(frozen=True)
class Draft:
    """What its holder reads. `answer` is there once it was filed, and then `content` is empty."""

    content: dict[str, Any]
    version: int
    expires_at: datetime
    answer: dict[str, Any] | None = None


def draft_key(draft_id: UUID, secret: str | None) -> DraftKey:
    """The key that a secret makes. Raises a 422 problem for one that is too short to be one."""
    if secret is None or not LEAST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isascii():
        raise invalid(
            "LAPOR-Draft-Secret",
            f"wajib diisi: {LEAST_SECRET} sampai {LONGEST_SECRET} karakter acak",
            f"is required: {LEAST_SECRET} to {LONGEST_SECRET} random characters",
        )
    return DraftKey(draft_id, secret)


def filing_key(draft_id: UUID, secret: str) -> str:
    """The Idempotency-Key of a draft's submission: nobody without the secret can use it up."""
    return f"draft:{draft_id}:{sha256(draft_id.bytes + secret.encode()).hexdigest()}"


async def read(tx: Transaction, draft_id: UUID, key: DraftKey) -> Draft:
    """Raises a 404 problem for a draft that is not there, has expired, or is somebody else's."""
    return _opened(await _found(tx, draft_id), key)


async def save(
    tx: Transaction, draft_id: UUID, key: DraftKey, content: dict[str, Any], version: int
) -> tuple[int, datetime]:
    """Keep what was typed; `version` is the one the typing started from, 0 for a new draft.

    Returns the new version and when the draft expires. Raises problems: 404; 409 if another tab has saved
    meanwhile, or the draft was filed. Said twice, it is saved once.
    """
    text = json.dumps(content, separators=(",", ":")).encode()
    if version == 0 and await store.add(tx, draft_id, key.seal(text)):
        return 1, tx.now + store.LIFETIME
    stored = await _found(tx, draft_id, lock=True)
    before = _opened(stored, key)
    if before.answer is not None:
        raise Problem(
            409, "draft-filed", "Draf ini sudah dikirim sebagai laporan.", "This draft was filed already."
        )
    if before.content == content:
        return stored.version, stored.expires_at
    if stored.version != version:
        raise Problem(
            409,
            "draft-changed",
            f"Draf ini sudah diubah di tempat lain (versi {stored.version}). Muat ulang sebelum menyimpan.",
            f"This draft was changed elsewhere (version {stored.version}). Reload it before saving.",
        )
    await store.replace(tx, draft_id, key.seal(text))
    return stored.version + 1, tx.now + store.LIFETIME


async def note_filed(tx: Transaction, draft_id: UUID, key: DraftKey, answer: str) -> None:
    """Put the answer to the filing in the draft's place, for whoever submits it again."""
    stored = await store.find(tx, draft_id, lock=True)
    if stored is not None and not stored.filed:
        await store.replace(tx, draft_id, key.seal(answer.encode(), filed=True), filed=True)


async def delete(tx: Transaction, draft_id: UUID, key: DraftKey) -> None:
    """Raises a 404 problem."""
    _opened(await _found(tx, draft_id, lock=True), key)
    await store.delete(tx, draft_id)


async def forget_drafts(service: Service) -> None:
    """Hourly: drafts that nobody touched for a week."""
    while True:
        while True:
            async with service.database.transaction() as tx:
                if await store.forget_expired(tx) < FORGOTTEN_AT_ONCE:
                    break
            await asyncio.sleep(1)
        await asyncio.sleep(3600)


async def _found(tx: Transaction, draft_id: UUID, *, lock: bool = False) -> Stored:
    stored = await store.find(tx, draft_id, lock=lock)
    if stored is None:
        raise not_found()
    return stored


def _opened(stored: Stored, key: DraftKey) -> Draft:
    try:
        content: dict[str, Any] = json.loads(key.open(stored.sealed, filed=stored.filed))
    except NotTheHolder:
        raise not_found() from None
    if stored.filed:
        return Draft({}, stored.version, stored.expires_at, content)
    return Draft(content, stored.version, stored.expires_at)
