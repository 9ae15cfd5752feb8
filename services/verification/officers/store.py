"""Accounts, sessions and the record of what was done to them, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.accounts import Account
from shared.db.database import Transaction
from shared.security.tokens import Role

_ACCOUNT = (
    "officers.login, name, role, agency, password, totp, totp_step, failures, locked_until, disabled,"
    " (SELECT max(at) FROM officer_records r WHERE r.login = officers.login"
    " AND act IN ('added', 'changed', 'password-reset', 'bound')) AS since"
)
_FIND = sa.text(f"SELECT {_ACCOUNT} FROM officers WHERE login = :login")  # noqa: S608
_HOLD = sa.text(f"SELECT {_ACCOUNT} FROM officers WHERE login = :login FOR UPDATE")  # noqa: S608
_LIST = sa.text(
    f"SELECT {_ACCOUNT} FROM officers WHERE login > :after"  # noqa: S608
    " AND (CAST(:agency AS text) IS NULL OR agency = :agency OR agency LIKE :agency || '.%'"
    r" AND NOT (:agency ~ '^\d\d$' AND agency ~ ('^' || :agency || '\.' || :agency || '\d\d(\.|$)')))"
    " ORDER BY login LIMIT :rows"
)
_ADD = sa.text(
    "INSERT INTO officers (login, name, role, agency, password)"
    " VALUES (:login, :name, :role, :agency, :password) ON CONFLICT DO NOTHING RETURNING login"
)
_CHANGE = sa.text(
    "UPDATE officers SET name = :name, role = :role, agency = :agency, disabled = :disabled"
    " WHERE login = :login"
)
_PASSWORD = sa.text(
    "UPDATE officers SET password = :password, failures = 0, locked_until = NULL WHERE login = :login"
)
_FAILED = sa.text(
    "UPDATE officers SET failures = :failures, locked_until = :until WHERE login = :login"
).bindparams(sa.bindparam("until", type_=sa.DateTime(timezone=True)))
_SUCCEEDED = sa.text(
    "UPDATE officers SET failures = 0, locked_until = NULL, totp_step = :step WHERE login = :login"
)
_OFFER = sa.text("UPDATE officers SET totp_offered = :closed WHERE login = :login").bindparams(
    sa.bindparam("closed", type_=sa.LargeBinary())
)
_OFFERED = sa.text("SELECT totp_offered FROM officers WHERE login = :login")
_CONFIRM = sa.text(
    "UPDATE officers SET totp = totp_offered, totp_offered = NULL, totp_step = :step WHERE login = :login"
)
_NO_TOTP = sa.text("UPDATE officers SET totp = NULL, totp_offered = NULL, totp_step = 0 WHERE login = :login")
_BY_SUBJECT = sa.text(f"SELECT {_ACCOUNT} FROM officers WHERE subject = :subject")  # noqa: S608
_BIND = sa.text(
    f"UPDATE officers SET subject = :subject WHERE login = :login AND subject IS NULL RETURNING {_ACCOUNT}"  # noqa: S608
)
_RECORD = sa.text(
    "INSERT INTO officer_records (login, act, by, detail) VALUES (:login, :act, :by, :detail)"
).bindparams(sa.bindparam("detail", type_=pg.JSONB()))
_RECORDS = sa.text(
    "SELECT login, act, by, detail, at FROM officer_records WHERE login = :login ORDER BY id DESC LIMIT 200"
)
_BEGIN = sa.text(
    "INSERT INTO officer_sessions (session, login, expires_at) VALUES (:session, :login, now() + :lasting)"
).bindparams(
    sa.bindparam("session", type_=sa.LargeBinary()),
    sa.bindparam("lasting", type_=sa.Interval()),
)
_SESSION = sa.text(
    f"""
    SELECT {_ACCOUNT}, s.expires_at FROM officer_sessions s JOIN officers USING (login)
    WHERE session = :session AND expires_at > now() AND NOT disabled
    """  # noqa: S608
).bindparams(sa.bindparam("session", type_=sa.LargeBinary()))
_END = sa.text("DELETE FROM officer_sessions WHERE session = :session").bindparams(
    sa.bindparam("session", type_=sa.LargeBinary())
)
_END_ALL = sa.text("DELETE FROM officer_sessions WHERE login = :login")
_FORGET = sa.text("DELETE FROM officer_sessions WHERE expires_at < now()")


@dataclass(frozen=True)
class Session:
    """What a browser's session stands for, and until when."""

    account: Account
    expires_at: datetime


async def find(tx: Transaction, login: str) -> Account | None:
    """None for a login that is none's."""
    return _account((await tx.execute(_FIND, {"login": login})).first())


async def hold(tx: Transaction, login: str) -> Account | None:
    """As `find`, and nobody else changes it meanwhile."""
    return _account((await tx.execute(_HOLD, {"login": login})).first())


async def listed(tx: Transaction, agency: str | None, after: str, rows: int) -> list[Account]:
    """Accounts of an agency and below it, or all of them; in the order of their logins. A province's are not
    those of its regencies and cities (as `same_government` has it).
    """
    found = await tx.execute(_LIST, {"agency": agency, "after": after, "rows": rows})
    return [account for row in found if (account := _account(row)) is not None]


async def add(tx: Transaction, account: Account) -> bool:
    """False where the login is taken."""
    values = {
        "login": account.login,
        "name": account.name,
        "role": account.role.value,
        "agency": account.agency,
        "password": account.password,
    }
    return (await tx.execute(_ADD, values)).first() is not None


async def change(tx: Transaction, account: Account) -> None:
    """Name, role, agency and whether it may be used. Its sessions end, so that none keeps what was taken."""
    values = {
        "login": account.login,
        "name": account.name,
        "role": account.role.value,
        "agency": account.agency,
        "disabled": account.disabled,
    }
    await tx.execute(_CHANGE, values)
    await end_all(tx, account.login)


async def set_password(tx: Transaction, login: str, password: str) -> None:
    """A new hash; every session of the account ends."""
    await tx.execute(_PASSWORD, {"login": login, "password": password})
    await end_all(tx, login)


async def note_failure(tx: Transaction, login: str, failures: int, until: datetime | None) -> None:
    """`until`, in the machine's own time, is when the next try counts; None: at once."""
    await tx.execute(_FAILED, {"login": login, "failures": failures, "until": until})


async def note_success(tx: Transaction, login: str, step: int) -> None:
    """Failures count from nought; `step` is the code's, so that it counts once."""
    await tx.execute(_SUCCEEDED, {"login": login, "step": step})


async def offer_totp(tx: Transaction, login: str, closed: bytes) -> None:
    """A closed secret that holds once a code of it is confirmed."""
    await tx.execute(_OFFER, {"login": login, "closed": closed})


async def offered_totp(tx: Transaction, login: str) -> bytes | None:
    """The closed secret that waits to be confirmed, or None."""
    row = (await tx.execute(_OFFERED, {"login": login})).first()
    return row.totp_offered if row else None


async def confirm_totp(tx: Transaction, login: str, step: int) -> None:
    """From now on a code is asked for; `step` is the first one's, which has counted."""
    await tx.execute(_CONFIRM, {"login": login, "step": step})


async def drop_totp(tx: Transaction, login: str) -> None:
    """For whoever lost the second factor."""
    await tx.execute(_NO_TOTP, {"login": login})


async def by_subject(tx: Transaction, subject: str) -> Account | None:
    """By the identity provider's own id of a person."""
    return _account((await tx.execute(_BY_SUBJECT, {"subject": subject})).first())


async def bind_subject(tx: Transaction, login: str, subject: str) -> Account | None:
    """The account is this subject's from now on; None where there is none, or it is another's already."""
    return _account((await tx.execute(_BIND, {"login": login, "subject": subject})).first())


async def record(tx: Transaction, login: str, act: str, by: str, **detail: Any) -> None:
    """What was done to an account is added to, never changed."""
    await tx.execute(_RECORD, {"login": login, "act": act, "by": by, "detail": detail or None})


async def records(tx: Transaction, login: str) -> Sequence[Any]:
    """What was done to an account, the latest first."""
    return (await tx.execute(_RECORDS, {"login": login})).all()


async def begin(tx: Transaction, session: bytes, login: str, lasting: timedelta) -> None:
    """`session` is the fingerprint of what the browser holds, never that itself."""
    await tx.execute(_BEGIN, {"session": session, "login": login, "lasting": lasting})


async def session(tx: Transaction, session: bytes) -> Session | None:
    """Whose session it is, unless it has ended or the account may no longer be used."""
    row = (await tx.execute(_SESSION, {"session": session})).first()
    account = _account(row)
    return Session(account, row.expires_at) if row is not None and account is not None else None


async def end(tx: Transaction, session: bytes) -> None:
    """One that is over already stays over."""
    await tx.execute(_END, {"session": session})


async def end_all(tx: Transaction, login: str) -> None:
    """Every session of an account; tokens that are out still live for half an hour at most."""
    await tx.execute(_END_ALL, {"login": login})


async def forget_sessions(tx: Transaction) -> None:
    """Those that ended by themselves."""
    await tx.execute(_FORGET)


def _account(row: Any) -> Account | None:
    if row is None:
        return None
    return Account(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        agency=row.agency,
        password=row.password,
        totp=row.totp,
        totp_step=row.totp_step,
        failures=row.failures,
        locked_until=row.locked_until,
        disabled=row.disabled,
        since=row.since,
    )
