"""Accounts over HTTP. Whether a contact has one is told to nobody but whoever holds its code."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.intake import store as reports
from services.intake.accounts import desk as accounts
from services.intake.accounts import store
from services.intake.accounts.desk import Address, read_session, session_over
from services.intake.accounts.sessions import Session
from services.intake.api.access import CurrentDesk, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels.values import email_address, phone_number
from services.intake.desk import Desk
from services.intake.domain.preferences import Language
from services.intake.domain.view import Tracked, deadlines_of
from shared.calendar import Zone
from shared.contracts import CaseStatus, Channel, ClockKind
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id
from shared.text.masking import mask
from shared.web.problems import Problem

router = APIRouter(
    prefix="/v1/accounts",
    tags=["accounts"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 413, 422, 429, 503),
)
MOST_LISTED = 100
_STRIPPED = StringConstraints(strip_whitespace=True, max_length=254)
_bearer = HTTPBearer(auto_error=False, scheme_name="account", description="A session of an account.")


async def session_of(
    desk: CurrentDesk, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Session:
    """Who is signed in, by the token alone; each call looks at the account itself."""
    return read_session(desk.sessions, credentials.credentials if credentials else None)


async def optional_session_of(
    desk: CurrentDesk, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Session | None:
    """The same for calls that need nobody to be signed in; a session that is over is refused all the same."""
    return read_session(desk.sessions, credentials.credentials) if credentials else None


CurrentSession = Annotated[Session, Depends(session_of)]
OptionalSession = Annotated[Session | None, Depends(optional_session_of)]


class AddressInput(BaseModel):
    """A mail address or a telephone number, one of the two."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(email_address)] | None = (
        None
    )
    phone: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(phone_number)] | None = (
        None
    )

    @model_validator(mode="after")
    def _one(self) -> "AddressInput":
        if (self.email is None) == (self.phone is None):
            raise ValueError("isi salah satu: email atau phone|give one of email and phone")
        return self

    def address(self) -> Address:
        if self.email is not None:
            return Address(Channel.EMAIL, self.email)
        return Address(Channel.SMS, self.phone or "")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class CodeRequest(AddressInput):
    language: Language = Language.INDONESIAN


class SignInInput(AddressInput):
    code: str = Field(pattern=r"^[0-9]{6}$")


class ClaimInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tracking_id: str = Field(max_length=40)
    access_code: str = Field(min_length=8, max_length=60)


class CodeSent(BaseModel):
    """The same answer for every contact."""

    valid_seconds: int = store.CODE_SECONDS


class SignedIn(BaseModel):
    token: str
    expires_at: datetime


class NextDeadline(BaseModel):
    """What comes due first, for whom it may be."""

    model_config = ConfigDict(extra="ignore")
    clock: ClockKind
    label: str
    label_en: str
    agency: str | None
    agency_name: str | None
    due_at: datetime
    zone: Zone
    overdue: bool
    provisional: bool


class OwnReport(BaseModel):
    """One report of an account, masked: to read it all, its access code is needed."""

    tracking_id: str
    status: CaseStatus
    status_label: str
    status_label_en: str
    title: str | None = Field(description="Null for a secret report.")
    filed_at: datetime
    secret: bool
    next_deadline: NextDeadline | None = Field(description="Null where nothing runs, or all of it waits.")


@router.post("/codes", status_code=202, summary="Have a one-time code sent")
async def request_code(request: Request, desk: CurrentDesk, body: CodeRequest) -> CodeSent:
    """Six digits by mail or SMS, for five minutes and five tries. One contact is sent three of them in a
    quarter of an hour: asked for more, the answer stays the same, and the last code good for its time.

    Whoever asks for many pays with a proof of work, as for filings.
    """
    desk.code_guard.admit(request)
    most = desk.settings.account_codes_per_minute
    async with desk.database.transaction() as tx:
        await accounts.send_code(tx, desk.keys, body.address(), body.language, most)
    return CodeSent()


@router.post("/sessions", status_code=201, summary="Sign in with a code")
async def sign_in(desk: CurrentDesk, body: SignInInput) -> SignedIn:
    """The first time makes the account."""
    async with desk.database.transaction() as tx:
        session = await accounts.sign_in(tx, desk.keys, body.address(), body.code)
    if session is None:
        raise Problem(
            401,
            "code-not-valid",
            "Kode salah atau sudah tidak berlaku. Minta kode baru bila perlu.",
            "The code is wrong or no longer valid. Ask for a new one if need be.",
        )
    token, expires_at = desk.sessions.issue(session)
    return SignedIn(token=token, expires_at=expires_at)


@router.delete("/sessions", status_code=204, summary="Sign out everywhere")
async def sign_out(desk: CurrentDesk, session: CurrentSession) -> Response:
    """Every session of the account is over at once, this one too."""
    async with desk.database.transaction() as tx:
        await standing(tx, session)
        await store.end_sessions(tx, session)
    return Response(status_code=204)


@router.get("/me/reports", summary="One's own reports")
async def own_reports(
    desk: CurrentDesk, session: CurrentSession, offset: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> list[OwnReport]:
    """The newest first, a hundred at a time."""
    return await listed(desk, session, offset)


async def listed(desk: Desk, session: Session, offset: int = 0) -> list[OwnReport]:
    """The same for a page. Raises a 401 problem for a session that is over."""
    async with desk.database.reading() as tx:
        await standing(tx, session)
        ids = await store.report_ids(tx, session, MOST_LISTED, offset)
        tracked, now = (await reports.track_many(tx, ids) if ids else []), tx.now
    return [_masked(one, now) for one in tracked]


@router.post("/me/claims", status_code=201, summary="Add a report that was filed without the account")
async def claim(desk: CurrentDesk, session: CurrentSession, body: ClaimInput) -> OwnReport:
    """With its access code; said twice, it counts once. A report belongs to one account."""
    async with desk.database.transaction() as tx:
        tracked = await open_report(tx, desk, body.tracking_id, body.access_code)
        await accounts.own(tx, session, tracked.report.report_id)
        return _masked(tracked, tx.now)


@router.delete("/me", status_code=204, summary="Delete the account")
async def delete(desk: CurrentDesk, session: CurrentSession) -> Response:
    """Its contact and its list are destroyed. The reports stay; each can be read with its own access code."""
    async with desk.database.transaction() as tx:
        await standing(tx, session)
        await store.delete(tx, session)
    return Response(status_code=204)


async def standing(tx: Transaction, session: Session) -> None:
    """Raises a 401 problem for a session that is over."""
    if not await store.stands(tx, session):
        raise session_over()


def _masked(tracked: Tracked, now: datetime) -> OwnReport:
    report, state = tracked.report, tracked.progress
    values: dict[str, Any] = {
        "tracking_id": format_tracking_id(report.tracking_id),
        "status": state.status,
        "status_label": state.status.label,
        "status_label_en": state.status.label_en,
        "title": None if report.secret else mask(state.title or report.filing.title),
        "filed_at": report.filed_at.astimezone(report.zone.tz),
        "secret": report.secret,
        "next_deadline": _next(tracked, now),
    }
    return OwnReport(**values)


def _next(tracked: Tracked, now: datetime) -> dict[str, Any] | None:
    due = [one for one in deadlines_of(tracked, now) if one["due_at"] is not None]
    return min(due, key=lambda one: one["due_at"], default=None)
