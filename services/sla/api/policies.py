"""The limits of every clock over HTTP: what holds, since when and by which source, and how one is amended."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from services.sla import amendments
from services.sla.api import inputs
from services.sla.api.explaining import LONGEST_LIMIT
from services.sla.api.inputs import Body, Code, Date, Moment, Rules, Words
from services.sla.api.trying import DRY_RUN, Admin, Outcome, amend_or_try
from services.sla.domain.explain import policy_version
from shared.calendar import Basis, Limit, PolicyAmendment, Unit, Zone
from shared.contracts import Classification, ClockKind, EscalationStep
from shared.security.officers import CurrentOfficer
from shared.web.problems import invalid

router = APIRouter(prefix="/v1/policies", tags=["policies"])


class LimitView(BaseModel):
    """One limit; the latest to take effect before a clock starts is the one that holds for it."""

    clock: ClockKind
    classification: Classification | None
    agency: str | None
    days: int
    unit: Unit
    basis: Basis
    source: str
    effective_from: date
    applies_to_running: bool
    known_at: datetime | None


class LadderView(BaseModel):
    """Who is reminded of an overdue clock, so many working days after its deadline."""

    clocks: list[ClockKind]
    steps: list[dict[str, EscalationStep | int]]
    basis: Basis
    source: str
    effective_from: date


class HoursView(BaseModel):
    """The local hours in which staff are reminded."""

    opens: time
    closes: time
    basis: Basis
    source: str
    effective_from: date


class PoliciesView(BaseModel):
    """Every limit there is and was, when clocks warn, who is reminded, and when staff work."""

    version: str
    warnings: list[int]
    limits: list[LimitView]
    escalation: list[LadderView]
    working_hours: list[HoursView]


@router.get("")
async def policies(
    request: Request,
    rules: Rules,
    known_at: Annotated[Moment | None, Query(description="Only what was known at this moment.")] = None,
) -> PoliciesView:
    """The policies that clocks are held to, as known now or at a moment."""
    inputs.past("known_at", known_at, request.app.state.clock.now())
    limits = rules.limits
    return PoliciesView(
        version=policy_version(limits, known_at),
        warnings=list(limits.warnings),
        limits=[_limit_view(limit) for limit in limits.limits if limit.known(known_at)],
        escalation=[
            LadderView(
                clocks=sorted(ladder.clocks),
                steps=[{"step": rung.step, "after_days": rung.after_days} for rung in ladder.rungs],
                basis=ladder.basis,
                source=ladder.source,
                effective_from=ladder.effective_from,
            )
            for ladder in limits.ladders
        ],
        working_hours=[HoursView.model_validate(hours, from_attributes=True) for hours in limits.hours],
    )


class PolicyCommand(Body):
    """A limit that an act of law sets. It edits no other: of one rule, the latest in effect holds."""

    clock: ClockKind
    classification: Classification | None = None
    agency: Code | None = Field(None, description="Holds under this path only, where it is stricter.")
    days: int = Field(ge=1, le=LONGEST_LIMIT)
    unit: Unit = Unit.WORKING_DAYS
    basis: Basis = Basis.LAW
    source: Words = Field(description="The act, as people cite it.")
    decided: Date = Field(description="When the act was signed.")
    effective_from: Date
    applies_to_running: bool = Field(False, description="Clocks that run already take it up, too.")
    dry_run: bool = Field(False, description="Record nothing; tell how many open clocks would move.")


class PolicyAmendmentView(BaseModel):
    id: str
    known_at: datetime
    author: str
    decided: date
    limit: LimitView


class PolicyAmended(Outcome):
    """What an amendment of a limit did, or would do."""

    amendment: PolicyAmendmentView
    policy_version: str


@router.get("/amendments")
async def list_amendments(request: Request, _: CurrentOfficer) -> dict[str, list[PolicyAmendmentView]]:
    """Every amendment on top of the reviewed file, oldest first."""
    async with request.app.state.database.reading() as tx:
        rows = await amendments.through(tx)
    return {
        "amendments": [
            _view(row.amendment, row.decided) for row in rows if isinstance(row.amendment, PolicyAmendment)
        ]
    }


@router.post("/amendments", status_code=201)
async def amend(request: Request, response: Response, body: PolicyCommand, officer: Admin) -> PolicyAmended:
    """Set a limit from a day on. Running clocks keep theirs, unless the amendment says otherwise."""
    drafted = draft(body, officer.id, request.app.state.clock.now())
    amended, after, moved = await amend_or_try(
        request.app.state.database, response, drafted, body.decided, dry_run=body.dry_run
    )
    return PolicyAmended(
        dry_run=body.dry_run,
        amendment=_view(amended, body.decided),
        policy_version=after.limits.version,
        open_clocks_moved=moved.clocks if moved else None,
        open_clocks_estimated=bool(moved and moved.estimated),
    )


def draft(body: PolicyCommand, author: str, now: datetime) -> PolicyAmendment:
    """The amendment as a domain object. Raises a 422 problem naming the field."""
    inputs.decided("decided", body.decided, now)
    if body.clock is ClockKind.SETTLEMENT and body.classification is None:
        raise invalid("classification", "wajib diisi untuk penyelesaian", "is required for settlement")
    if body.agency is not None:
        inputs.agency("agency", body.agency)
    if body.applies_to_running and body.effective_from > Zone.WIB.date_of(now):
        raise invalid(
            "effective_from",
            "yang mengubah hitungan berjalan dicatat sesudah berlaku",
            "what moves running clocks is recorded once it has taken effect",
        )
    limit = Limit(
        clock=body.clock,
        classification=body.classification,
        days=body.days,
        unit=body.unit,
        basis=body.basis,
        source=body.source,
        effective_from=body.effective_from,
        agency=body.agency,
    )
    return PolicyAmendment(DRY_RUN, now, author, body.source, limit, body.applies_to_running)


def _limit_view(limit: Limit) -> LimitView:
    return LimitView.model_validate(limit, from_attributes=True)


def _view(amendment: PolicyAmendment, decided: date) -> PolicyAmendmentView:
    return PolicyAmendmentView(
        id=amendment.id,
        known_at=amendment.known_at,
        author=amendment.author,
        decided=decided,
        limit=_limit_view(amendment.as_limit),
    )
