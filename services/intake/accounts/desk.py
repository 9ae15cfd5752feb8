"""What a reporter does with an account. Never tells whether somebody else has one."""

import asyncio
import secrets
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake.accounts import store, wishes
from services.intake.accounts.sessions import InvalidSession, Session, Sessions
from services.intake.keyring import Keyring
from shared.contracts import AnswerRequested, Channel, ContactRegistered
from shared.db.database import Transaction
from shared.security.sealing import Contact
from shared.service import Service
from shared.web.problems import Problem, too_many

FORGOTTEN_AT_ONCE = 1_000
_TEXT = {
    "id": "LAPOR! Kode masuk Anda: {code}. Berlaku 5 menit. Jangan beri tahu siapa pun, termasuk petugas.",
    "en": "LAPOR! Your sign-in code: {code}. Valid for 5 minutes. Give it to nobody, not even to an officer.",
    "jv": "LAPOR! Kodhe mlebet panjenengan: {code}. Lumampah 5 menit. "
    "Sampun ngantos kaparingaken sinten-sinten, kalebet petugas.",
    "su": "LAPOR! Kode lebet Anjeun: {code}. Lumaku 5 menit. Ulah dibéjakeun ka saha waé, kalebet patugas.",
}


@dataclass(frozen=True, repr=False)
class Address:
    """The one contact of an account: a mail address or a telephone number, in its one written form."""

    channel: Channel
    value: str

    @property
    def contact(self) -> Contact:
        by_mail = self.channel is Channel.EMAIL
        return Contact(email=self.value) if by_mail else Contact(phone=self.value)


def address_hash(keys: Keyring, address: Address) -> str:
    """What finds an account: the same for one contact, and meaningless without the pepper."""
    return keys.digest(f"account:{address.channel}:{address.value.casefold()}".encode())


async def send_code(tx: Transaction, keys: Keyring, address: Address, language: str, most: int) -> None:
    """Send a fresh code to a contact, whether or not it has an account.

    One that has had its share hears nothing more, and whoever asks is not told: somebody else may be signing
    in with it. `most` is how many may leave in a minute altogether; more is a 429 problem.
    """
    contact_hash = address_hash(keys, address)
    asked = await store.asked_lately(tx, contact_hash)
    if asked.lately >= most:
        raise too_many(60)
    if asked.own >= store.MOST_CODES:
        return
    code, code_id = f"{secrets.randbelow(1_000_000):06}", uuid7()
    await store.add_code(tx, code_id, contact_hash, _code_hash(keys, contact_hash, code))
    tx.say(
        AnswerRequested(
            report_id=code_id,
            occurred_at=tx.now,
            channel=address.channel,
            sealed=keys.sealer.seal_answer(code_id, address.contact, _TEXT[language].format(code=code)),
            text="",
            language=language,
        )
    )


async def sign_in(tx: Transaction, keys: Keyring, address: Address, code: str) -> Session | None:
    """The session of whoever holds the contact's newest code; None otherwise. Opens an account if need be."""
    contact_hash = address_hash(keys, address)
    if not await store.try_code(tx, contact_hash, _code_hash(keys, contact_hash, code)):
        return None
    account_id = uuid7()
    sealed = keys.sealer.seal(account_id, address.contact)
    return await store.open_account(tx, account_id, contact_hash, sealed)


def read_session(sessions: Sessions, token: str | None) -> Session:
    """What a token says. Whether it still counts, the database tells. Raises a 401 problem."""
    try:
        return sessions.read(token or "")
    except InvalidSession:
        raise session_over() from None


def session_over() -> Problem:
    return Problem(
        401,
        "session-over",
        "Sesi sudah berakhir. Silakan masuk kembali dengan kode baru.",
        "The session is over. Please sign in again with a new code.",
        headers={"WWW-Authenticate": 'Bearer realm="lapor-account"'},
    )


async def own(tx: Transaction, session: Session, report_id: UUID) -> None:
    """Note that a report is an account's. Raises problems: 401 for a session that is over, 409."""
    if await store.link(tx, session, report_id):
        await wishes.let_hold(tx, session, report_id)
        return
    if not await store.stands(tx, session):
        raise session_over()
    raise Problem(
        409,
        "claimed-by-another",
        "Laporan ini sudah ada di akun lain.",
        "This report belongs to another account already.",
    )


async def forget_codes(service: Service) -> None:
    """Hourly: yesterday's codes go, and notify forgets to whom they were sent."""
    while True:
        while await forget_old_codes(service) == FORGOTTEN_AT_ONCE:
            await asyncio.sleep(1)
        await asyncio.sleep(3600)


async def forget_old_codes(service: Service) -> int:
    async with service.database.transaction() as tx:
        gone = await store.forget_codes(tx, FORGOTTEN_AT_ONCE)
        for code_id in gone:
            tx.say(ContactRegistered(report_id=code_id, occurred_at=tx.now, withdrawn=True))
        return len(gone)


def _code_hash(keys: Keyring, contact_hash: str, code: str) -> str:
    return keys.digest(f"code:{contact_hash}:{code}".encode())
