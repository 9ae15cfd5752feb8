"""An officer's account: what its role needs, how wrong passwords slow the next try, what a password must be.

Times are real, never compressed: a lock of a minute is a minute for whoever guesses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.governments import same_government
from shared.security.tokens import AGENCY_ROLES, Officer, Role

PASSWORD_LENGTH = 12
"""The least. Length and a list of common ones, no mixture of signs (NIST SP 800-63B, 5.1.1.2)."""
LONGEST_PASSWORD = 200
FREE_TRIES = 5
"""Wrong in a row before an account makes its next caller wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

_COMMON = ("password", "kata sandi", "katasandi", "lapor", "sp4n", "qwerty", "indonesia", "123456", "rahasia")


class UnfitAccount(ValueError):
    """`field` is wrong, in two languages."""

    def __init__(self, field: str, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.field, self.message, self.message_en = field, message, message_en


@dataclass(frozen=True)
class Account:
    """As it is kept; `password` is a hash. One without a password signs in through the provider alone."""

    login: str
    name: str
    role: Role
    agency: str | None = None
    password: str | None = None
    totp: bytes | None = None
    """The closed secret of the second factor, once it has been confirmed."""
    totp_step: int = 0
    """The last step whose code was used: no code counts twice."""
    failures: int = 0
    locked_until: datetime | None = None
    disabled: bool = False
    since: datetime | None = None
    """When somebody else last made it, changed it, or reset its password."""

    @property
    def officer(self) -> Officer:
        since = int(self.since.timestamp()) if self.since else None
        return Officer(self.login, self.role, self.agency, since)


def must_fit(role: Role, agency: str | None) -> None:
    """Raises UnfitAccount where a role that acts for an agency has none."""
    if role in AGENCY_ROLES and not agency:
        raise UnfitAccount(
            "agency", "peran ini memerlukan instansi", "an officer in this role needs an agency"
        )


def must_be_strong(password: str, login: str) -> None:
    """Raises UnfitAccount for a password that is short, common, or the login over again."""
    plain = password.casefold()
    if len(password) < PASSWORD_LENGTH:
        raise UnfitAccount(
            "password",
            f"sedikitnya {PASSWORD_LENGTH} karakter; beberapa kata biasa lebih mudah diingat",
            f"at least {PASSWORD_LENGTH} characters; a few plain words are easier to remember",
        )
    rest = plain.replace(login.casefold(), "")
    for common in _COMMON:
        rest = rest.replace(common, "")
    if len(rest) < PASSWORD_LENGTH // 2 or len(set(plain)) < PASSWORD_LENGTH // 2:
        raise UnfitAccount("password", "terlalu mudah ditebak", "too easy to guess")


def locked(account: Account, now: datetime) -> float:
    """Seconds until the account may be tried again; 0: now."""
    if account.locked_until is None or account.locked_until <= now:
        return 0.0
    return (account.locked_until - now).total_seconds()


def lock_after(failures: int, now: datetime) -> datetime | None:
    """Until when an account is closed after so many wrong tries in a row: twice as long each time."""
    if failures < FREE_TRIES:
        return None
    doubled: int = 2 ** min(failures - FREE_TRIES, 10)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)


def may_manage(officer: Officer, role: Role, agency: str | None) -> bool:
    """Whether an officer may make or change an account: the national desk any, a coordinator its liaisons."""
    if officer.role is Role.NATIONAL_ADMIN:
        return True
    if officer.role is not Role.COORDINATOR or role is not Role.LIAISON or agency is None:
        return False
    return same_government(str(officer.agency), agency)
