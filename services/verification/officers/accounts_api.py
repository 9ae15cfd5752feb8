"""Officers' accounts over HTTP: the national desk keeps all, a coordinator the liaisons of its own agency."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.verification.domain.accounts import (
    LONGEST_PASSWORD,
    Account,
    UnfitAccount,
    may_manage,
    must_be_strong,
    must_fit,
)
from services.verification.officers import passwords, store
from services.verification.officers.sessions_api import Login
from shared.db.database import Transaction
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.fields import PlainText
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/officers", tags=["officers"])

Manager = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.COORDINATOR))]
AgencyPath = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]


class AccountWanted(BaseModel):
    """Without `password` one is made and told once, in the answer."""

    model_config = ConfigDict(extra="forbid")
    login: Login
    name: PlainText = Field(min_length=2, max_length=120)
    role: Role
    agency: AgencyPath | None = None
    password: SecretStr | None = Field(None, max_length=LONGEST_PASSWORD)
    provider_only: bool = Field(False, description="Signs in through the provider alone.")


class AccountChange(BaseModel):
    """What is not named stays. The account's sessions end; a token lives on for half an hour at most."""

    model_config = ConfigDict(extra="forbid")
    name: PlainText | None = Field(None, min_length=2, max_length=120)
    role: Role | None = None
    agency: AgencyPath | None = None
    disabled: bool | None = None


class AccountLine(BaseModel):
    """An account, without what it signs in by."""

    login: str
    name: str
    role: Role
    agency: str | None
    disabled: bool
    locked_until: datetime | None
    second_factor: bool
    password: str | None = Field(None, description="Told once, when it was made here.")


class AccountPage(BaseModel):
    officers: list[AccountLine]
    next: str | None = Field(description="`after` of the next page; null on the last.")


@router.get("")
async def accounts(
    request: Request,
    officer: Manager,
    after: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AccountPage:
    """The accounts in one's scope, by login."""
    agency = None if officer.role is Role.NATIONAL_ADMIN else officer.agency
    async with request.app.state.database.reading() as tx:
        found = await store.listed(tx, agency, after, limit)
    return AccountPage(
        officers=[_line(account) for account in found], next=found[-1].login if len(found) == limit else None
    )


@router.post("", status_code=201)
async def add(request: Request, body: AccountWanted, officer: Manager) -> AccountLine:
    """A new account. Refused by field where the login is taken or the role lacks its agency."""
    _must_manage(officer, body.role, body.agency)
    given = body.password.get_secret_value() if body.password else None
    made = None if given or body.provider_only else secrets.token_urlsafe(15)
    try:
        must_fit(body.role, body.agency)
        if given is not None:
            must_be_strong(given, body.login)
    except UnfitAccount as unfit:
        raise invalid(unfit.field, unfit.message, unfit.message_en) from None
    kept = await passwords.hashed(password) if (password := given or made) else None
    account = Account(body.login, body.name, body.role, body.agency, kept)
    async with request.app.state.database.transaction() as tx:
        if not await store.add(tx, account):
            raise invalid("login", "sudah dipakai", "is taken")
        await store.record(tx, body.login, "added", officer.id, role=body.role.value, agency=body.agency)
    return _line(account, made)


@router.patch("/{login}")
async def change(request: Request, login: str, body: AccountChange, officer: Manager) -> AccountLine:
    """Name, role, agency, or whether it may be used."""
    async with request.app.state.database.transaction() as tx:
        account = await _managed(tx, officer, login)
        changed = replace(account, **body.model_dump(exclude_unset=True, exclude_none=True))
        _must_manage(officer, changed.role, changed.agency)
        try:
            must_fit(changed.role, changed.agency)
        except UnfitAccount as unfit:
            raise invalid(unfit.field, unfit.message, unfit.message_en) from None
        await store.change(tx, changed)
        detail = body.model_dump(mode="json", exclude_unset=True, exclude={"name"})
        await store.record(tx, login, "changed", officer.id, **detail)
    return _line(changed)


@router.post("/{login}/password-reset")
async def reset(request: Request, login: str, officer: Manager) -> AccountLine:
    """A new password, told once, and no second factor any more: for whoever lost both. Sessions end."""
    made = secrets.token_urlsafe(15)
    kept = await passwords.hashed(made)
    async with request.app.state.database.transaction() as tx:
        account = await _managed(tx, officer, login)
        await store.set_password(tx, login, kept)
        await store.drop_totp(tx, login)
        await store.record(tx, login, "password-reset", officer.id)
    return _line(replace(account, totp=None, locked_until=None), made)


class AccountRecord(BaseModel):
    """What was done to an account, and by whom."""

    act: str
    by: str
    at: datetime
    detail: dict[str, Any] | None


@router.get("/{login}/records")
async def records(
    request: Request,
    login: str,
    officer: Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.COORDINATOR, Role.AUDITOR))],
) -> list[AccountRecord]:
    """What was done to an account and by whom, the latest first. Records are only ever added."""
    async with request.app.state.database.reading() as tx:
        if officer.role is not Role.AUDITOR:
            await _managed(tx, officer, login)
        found = await store.records(tx, login)
    return [AccountRecord.model_validate(row, from_attributes=True) for row in found]


async def _managed(tx: Transaction, officer: Officer, login: str) -> Account:
    account = await store.hold(tx, login)
    if account is None or not may_manage(officer, account.role, account.agency):
        raise not_found()
    return account


def _must_manage(officer: Officer, role: Role, agency: str | None) -> None:
    if not may_manage(officer, role, agency):
        raise Problem(
            403,
            "outside-scope",
            "Koordinator hanya mengelola akun pejabat penghubung di instansinya sendiri.",
            "A coordinator keeps only the liaisons' accounts of its own agency.",
        )


def _line(account: Account, made: str | None = None) -> AccountLine:
    return AccountLine(
        login=account.login,
        name=account.name,
        role=account.role,
        agency=account.agency,
        disabled=account.disabled,
        locked_until=account.locked_until,
        second_factor=account.totp is not None,
        password=made,
    )
