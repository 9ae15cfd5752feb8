"""Signing in and out over HTTP, and an officer's own account."""

from datetime import datetime
from typing import Annotated, Self

import segno
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.verification.domain.accounts import LONGEST_PASSWORD, Account, UnfitAccount, must_be_strong
from services.verification.officers import passwords, store
from services.verification.officers.signing_in import Door, SignedIn
from shared.db.database import Transaction
from shared.security.officers import CurrentOfficer
from shared.security.tokens import Role
from shared.web.problems import Problem, invalid, not_found, too_many

router = APIRouter(prefix="/v1/officers", tags=["officers"])


def door(request: Request) -> Door:
    """Raises a 503 problem where this service was given no keys to sign in with."""
    found: Door | None = request.app.state.door
    if found is None:
        raise Problem(
            503,
            "sign-in-not-configured",
            "Layanan ini belum diberi kunci untuk menerima petugas.",
            "This service was given no keys to sign officers in with "
            "(LAPOR_TOKEN_PRIVATE_KEY, LAPOR_OFFICER_KEY).",
        )
    return found


CurrentDoor = Annotated[Door, Depends(door)]
Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@+-]{1,99}$", description="Lower case.")]


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: str = Field(max_length=100)
    password: SecretStr = Field(max_length=LONGEST_PASSWORD)
    code: str | None = Field(None, pattern=r"^\d{6}$", description="Of the authenticator application.")


class OwnAccount(BaseModel):
    """Whom a token names."""

    login: str
    name: str
    role: Role
    agency: str | None


class Welcome(BaseModel):
    """`token` goes into `Authorization: Bearer …` of every call until it expires."""

    token: str
    expires_at: datetime
    officer: OwnAccount

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        account = OwnAccount.model_validate(signed_in.account, from_attributes=True)
        return cls(token=signed_in.token, expires_at=signed_in.token_until, officer=account)


class OwnProof(BaseModel):
    """That it is the account's holder who asks, and not whoever found a browser open."""

    model_config = ConfigDict(extra="forbid")
    current: SecretStr = Field(max_length=LONGEST_PASSWORD, description="The present password.")
    code: str | None = Field(None, pattern=r"^\d{6}$", description="Of the present second factor, if any.")


class NewPassword(OwnProof):
    password: SecretStr = Field(max_length=LONGEST_PASSWORD)


class Enrolment(BaseModel):
    """Shown once; it counts from when a code of it was given."""

    secret: str
    uri: str
    qr_svg: str


class Code(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^\d{6}$")


@router.post("/sessions", status_code=201)
async def sign_in(request: Request, body: Credentials, door: CurrentDoor) -> Welcome:
    """A token for an officer. An account with a second factor needs `code`, too (401 `code-needed`)."""
    signed_in = await door.with_password(
        body.login.strip().casefold(),
        body.password.get_secret_value(),
        body.code,
        request.scope.get("source"),
    )
    return Welcome.of(signed_in)


@router.get("/me")
async def me(request: Request, officer: CurrentOfficer) -> OwnAccount:
    """Whoever the token names, if the account is here."""
    async with request.app.state.database.reading() as tx:
        account = await store.find(tx, officer.id)
    if account is None:
        raise not_found()
    return OwnAccount.model_validate(account, from_attributes=True)


@router.put("/me/password", status_code=204)
async def change_password(
    request: Request, body: NewPassword, officer: CurrentOfficer, door: CurrentDoor
) -> None:
    """A new password; every session of the account ends. Wrong proofs count as at sign-in."""
    try:
        must_be_strong(body.password.get_secret_value(), officer.id)
    except UnfitAccount as unfit:
        raise invalid(unfit.field, unfit.message, unfit.message_en) from None
    new = await passwords.hashed(body.password.get_secret_value())

    async def change(tx: Transaction, _: Account) -> None:
        await store.set_password(tx, officer.id, new)
        await store.record(tx, officer.id, "password-changed", officer.id)

    current = body.current.get_secret_value()
    await door.proven(officer.id, current, body.code, request.scope.get("source"), change)


@router.post("/me/second-factor", status_code=201)
async def offer_second_factor(
    request: Request, body: OwnProof, officer: CurrentOfficer, door: CurrentDoor
) -> Enrolment:
    """A secret for an authenticator application. Nothing changes until a code of it is confirmed."""
    secret = passwords.new_secret()

    async def offer(tx: Transaction, _: Account) -> None:
        await store.offer_totp(tx, officer.id, door.keys.close(officer.id, secret))

    current = body.current.get_secret_value()
    await door.proven(officer.id, current, body.code, request.scope.get("source"), offer)
    uri = passwords.enrolment_uri(secret, officer.id)
    return Enrolment(secret=secret, uri=uri, qr_svg=segno.make(uri).svg_inline(scale=4))


@router.put("/me/second-factor", status_code=204)
async def confirm_second_factor(
    request: Request, body: Code, officer: CurrentOfficer, door: CurrentDoor
) -> None:
    """From now on a code is asked for at sign-in. Only whoever was offered the secret can make its code."""
    if not door.confirming.hit(officer.id):
        raise too_many(door.confirming.retry_after(officer.id))
    async with request.app.state.database.transaction() as tx:
        closed = await store.offered_totp(tx, officer.id)
        if closed is None:
            raise not_found()
        step = passwords.step_of(door.keys.open(officer.id, closed), body.code, 0)
        if step is None:
            raise invalid(
                "code", "tidak cocok; periksa jam ponsel Anda", "not right; check your phone's clock"
            )
        await store.confirm_totp(tx, officer.id, step)
        await store.record(tx, officer.id, "second-factor-on", officer.id)
