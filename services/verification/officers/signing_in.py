"""Signing in: a password and, where there is one, a code; or a subject that the provider has proven.

Whatever is wrong, the answer is the same and takes as long: nobody learns which logins there are.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from services.verification.domain.accounts import Account, lock_after, locked
from services.verification.officers import passwords, store
from services.verification.officers.keys import Keys
from services.verification.officers.strangers import Strangers
from shared.db.database import Database, Transaction
from shared.security.limits import RateLimiter
from shared.security.tokens import issue
from shared.web.problems import Problem, too_many

TOKEN_LIFETIME = timedelta(minutes=30)
"""How long a signature is believed: so long may somebody act on whose account was closed."""
SESSION_LIFETIME = timedelta(hours=12)
"""A working day; then the password is asked for again."""
T = TypeVar("T")
CONFIRMING = "10/hour"
"""Codes tried at one account's new second factor: six digits are guessed in some hundred thousand."""


@dataclass(frozen=True, repr=False)
class SignedIn:
    """What the caller takes away. `session` renews the token until it ends."""

    account: Account
    token: str
    token_until: datetime
    session: str
    session_until: datetime


class Door:
    """Lets officers in. `rate` limits one source's tries, `everybody` one process's callers together."""

    def __init__(
        self, database: Database, keys: Keys, rate: str = "60/minute", everybody: str = "300/minute"
    ) -> None:
        self._database, self.keys = database, keys
        self._by_source, self._all = RateLimiter(rate), RateLimiter(everybody)
        self._strangers = Strangers()
        self.confirming = RateLimiter(CONFIRMING)

    async def with_password(
        self, login: str, password: str, code: str | None, source: str | None = None
    ) -> SignedIn:
        """Raises Problem: 401 wrong, 401 a code is needed, 429 too often."""
        return await self.proven(
            login, password, code, source, lambda tx, account: self._begin(tx, account, "password")
        )

    async def proven(
        self,
        login: str,
        password: str,
        code: str | None,
        source: str | None,
        then: Callable[[Transaction, Account], Awaitable[T]],
    ) -> T:
        """What `then` returns, once password and code have proven whose account it is. Wrong ones count as
        at sign-in, wherever they were typed; raises what `with_password` does.
        """
        if source is not None and not self._by_source.hit(source):
            raise too_many(self._by_source.retry_after(source))
        if not self._all.hit("all"):
            raise too_many(self._all.retry_after("all"))
        async with self._database.reading() as tx:
            account = await store.find(tx, login)
        now = datetime.now(UTC)
        if wait := locked(account, now) if account is not None else self._strangers.locked(login, now):
            raise too_many(wait)
        right = await passwords.matches(password, account.password if account else None)
        if account is None:
            self._strangers.note_failure(login, now)
            raise wrong()
        async with self._database.transaction() as tx:
            account = await store.hold(tx, login)
            refused = await self._decide(tx, account, right, code) if account else wrong()
            if refused is None and account is not None:
                return await then(tx, account)
        raise refused or wrong()

    async def _decide(
        self, tx: Transaction, account: Account, right: bool, code: str | None
    ) -> Problem | None:
        now = datetime.now(UTC)
        # Asked again now that nobody else counts: of many tries at one instant no more than the free ones do.
        if wait := locked(account, now):
            return too_many(wait)
        step = account.totp_step
        if right and not account.disabled and account.totp is not None:
            if code is None:
                return code_needed()
            secret = self.keys.open(account.login, account.totp)
            found = passwords.step_of(secret, code, account.totp_step)
            right, step = found is not None, found or step
        if not right or account.disabled:
            failures = account.failures + 1
            until = lock_after(failures, now)
            await store.note_failure(tx, account.login, failures, until)
            if until is not None:
                await store.record(tx, account.login, "locked", account.login, failures=failures)
            return wrong()
        await store.note_success(tx, account.login, step)
        return None

    async def with_subject(self, subject: str, login: str | None) -> SignedIn:
        """`login`: what the provider vouches for; an account not yet bound to a subject is bound to this one.

        Raises Problem: 403 where there is no such account here.
        """
        async with self._database.transaction() as tx:
            account = await store.by_subject(tx, subject)
            if account is None and login is not None:
                account = await store.bind_subject(tx, login, subject)
                if account is not None:
                    await store.record(tx, account.login, "bound", account.login)
                    account = await store.find(tx, account.login)
            if account is None or account.disabled:
                raise no_account()
            return await self._begin(tx, account, "provider")

    async def renewed(self, session: str) -> SignedIn | None:
        """A fresh token for a session that still lasts; None: sign in again."""
        async with self._database.reading() as tx:
            found = await store.session(tx, fingerprint(session))
        if found is None:
            return None
        return self._signed(found.account, session, found.expires_at)

    async def leave(self, session: str) -> None:
        async with self._database.transaction() as tx:
            await store.end(tx, fingerprint(session))

    async def _begin(self, tx: Transaction, account: Account, how: str) -> SignedIn:
        session = secrets.token_urlsafe(32)
        await store.begin(tx, fingerprint(session), account.login, SESSION_LIFETIME)
        await store.record(tx, account.login, "signed-in", account.login, how=how)
        return self._signed(account, session, datetime.now(UTC) + SESSION_LIFETIME)

    def _signed(self, account: Account, session: str, until: datetime) -> SignedIn:
        lasting = min(TOKEN_LIFETIME, until - datetime.now(UTC))
        token = issue(self.keys.token_key, account.officer, lasting)
        return SignedIn(account, token, datetime.now(UTC) + lasting, session, until)


def fingerprint(session: str) -> bytes:
    """What is kept of a session: whoever reads the table cannot take it over."""
    return sha256(session.encode()).digest()


def wrong() -> Problem:
    """One answer for a wrong password, a wrong code and an unknown login."""
    return Problem(
        401,
        "sign-in-failed",
        "Nama pengguna, kata sandi, atau kode tidak cocok.",
        "The login, the password or the code is not right.",
    )


def code_needed() -> Problem:
    """Only said once the password was right."""
    return Problem(
        401,
        "code-needed",
        "Masukkan kode dari aplikasi autentikator.",
        "Enter the code of your authenticator application.",
    )


def no_account() -> Problem:
    """The provider proves who somebody is; role and agency come from an account here alone."""
    return Problem(
        403,
        "no-account",
        "Anda dikenal oleh penyedia identitas, tetapi belum punya akun petugas di sini.",
        "The identity provider knows you, but there is no officer's account for you here.",
    )
