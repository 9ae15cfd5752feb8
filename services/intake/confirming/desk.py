"""Asks the reader of a contact once, and does what they say. Never tells whether a contact is known."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake.accounts.desk import Address
from services.intake.confirming import store
from services.intake.confirming.purpose import Purpose, limits
from services.intake.confirming.store import Confirmation
from services.intake.keyring import Keyring
from shared.contracts import AnswerRequested, Channel, ContactRegistered
from shared.db.database import Transaction
from shared.security.sealing import Contact
from shared.web.problems import too_many

PATH = "/k"
"""Short, for an SMS."""
_TOKEN_BYTES = 12


def reachable(contact: Contact) -> Contact | None:
    """With the one address that is to be confirmed alone, mail before telephone; None without either."""
    if contact.email:
        return replace(contact, phone=None, whatsapp=None, telegram=None)
    return replace(contact, whatsapp=None, telegram=None) if contact.phone else None


async def ask(
    tx: Transaction,
    keys: Keyring,
    purpose: Purpose,
    subject_id: UUID,
    contact: Contact,
    *,
    origin: str,
    about: str,
    leads_to: str,
    enough: bool = False,
) -> None:
    """Send the one question to a `reachable` contact. Raises a 429 problem when too many ask, of whomever.

    One that has been asked often enough, or has `enough` of this, is not asked: the subject lapses, and
    nobody is told, as that would tell of the contact.
    `about` is public and short (a report's number); `leads_to` is the page of it; `origin` that of all pages.
    """
    address, contact_hash = _address(contact), keys.reporter_token(contact)
    assert contact_hash is not None  # a reachable contact has an address
    asked = await store.asked_lately(tx, contact_hash, purpose.name, subject_id)
    if asked.lately >= limits().per_minute:
        raise too_many(60)
    if enough or asked.own >= limits().of_contact:
        if not asked.waiting:
            await purpose.lapsed(tx, [subject_id])
        return
    confirmation_id, token = uuid7(), secrets.token_urlsafe(_TOKEN_BYTES)
    waiting = Confirmation(
        confirmation_id=confirmation_id,
        purpose=purpose.name,
        subject_id=subject_id,
        about=about,
        leads_to=leads_to,
        language=contact.language,
        sealed=keys.sealer.seal(subject_id, contact),
    )
    await store.add(tx, waiting, contact_hash, _token_hash(keys, token), limits().valid)
    language = contact.language if contact.language in purpose.words else "id"
    text = purpose.words[language].format(
        about=about, link=f"{origin.rstrip('/')}{PATH}/{token}", days=limits().valid.days
    )
    tx.say(
        AnswerRequested(
            report_id=confirmation_id,
            occurred_at=tx.now,
            channel=address.channel,
            sealed=keys.sealer.seal_answer(confirmation_id, address.contact, text),
            text="",
            language=language,
        )
    )


async def find(tx: Transaction, keys: Keyring, token: str) -> Confirmation | None:
    """What a link asks, while it is good. Locks it for this transaction."""
    return await store.find(tx, _token_hash(keys, token))


async def confirm(tx: Transaction, purpose: Purpose, found: Confirmation) -> bool:
    """The reader said yes: from now on the contact is told. Said twice, it counts once; False where what it
    was for is gone meanwhile.
    """
    if found.sealed is None:
        return True
    if not await purpose.confirmed(tx, found.subject_id):
        return False
    await store.settle(tx, found.confirmation_id)
    tx.say(
        ContactRegistered(
            report_id=found.subject_id,
            occurred_at=tx.now,
            sealed=found.sealed,
            language=found.language,
        )
    )
    return True


async def refuse(tx: Transaction, purpose: Purpose, found: Confirmation) -> None:
    """The reader said no: the contact is forgotten now, also where it was confirmed by another link. Nothing
    happens where this link said yes.
    """
    if found.sealed is not None:
        await purpose.refused(tx, found.subject_id)
        await cancel(tx, purpose.name, [found.subject_id])


async def cancel(tx: Transaction, purpose: str, subject_ids: Sequence[UUID]) -> None:
    """Links for these subjects are over, and notify forgets to whom they were sent."""
    for confirmation_id in await store.cancel(tx, purpose, subject_ids):
        tx.say(ContactRegistered(report_id=confirmation_id, occurred_at=tx.now, withdrawn=True))


def _address(contact: Contact) -> Address:
    if contact.email:
        return Address(Channel.EMAIL, contact.email)
    return Address(Channel.SMS, contact.phone or "")


def _token_hash(keys: Keyring, token: str) -> str:
    return keys.digest(f"confirmation:{token}".encode())
