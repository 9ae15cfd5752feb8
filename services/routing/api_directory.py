"""Agencies for everyone; rules, and which of them would win, for administrators."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.routing.directory import directory
from services.routing.domain.agencies import AgencyKind
from services.routing.domain.choice import Considered, choose
from services.routing.domain.rules import Matter
from shared.calendar import Zone
from shared.contracts import Classification
from shared.security.officers import require
from shared.security.tokens import Officer, Role

router = APIRouter(prefix="/v1", tags=["directory"])

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
Reader = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.SUPERVISOR))]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]


class AgencyView(BaseModel):
    """An agency as everyone may see it; its desk's address stays inside."""

    model_config = ConfigDict(from_attributes=True)
    code: str
    name: str
    kind: AgencyKind
    parent: str | None
    zone: str
    valid_from: date | None
    valid_to: date | None


class RuleView(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    categories: tuple[str, ...]
    classification: Classification | None
    region: str | None
    candidates: tuple[str, ...]
    note: str


class DryRun(BaseModel):
    """An imagined case. `excluded` are agencies that have had it; `on` is a day, today if left out."""

    model_config = ConfigDict(extra="forbid")
    category: str = Field(min_length=2, max_length=80)
    classification: Classification
    region: str | None = Field(None, pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")
    excluded: list[Path] = Field(default=[], max_length=50)
    on: date | None = None


class Outcome(BaseModel):
    """Which agency would get the case, which rule won (none: the fallback), and what was passed over."""

    agency: str
    agency_name: str
    rule: str | None
    why: str
    why_en: str
    considered: tuple[Considered, ...]


@router.get("/agencies")
async def agencies(
    request: Request,
    under: Annotated[Path | None, Query(description="Only this agency and what lies below it.")] = None,
    on: Annotated[date | None, Query(description="Only those that are valid on this day.")] = None,
) -> dict[str, list[AgencyView]]:
    """Every agency that cases can be sent to."""
    async with request.app.state.database.transaction() as tx:
        known = (await directory(tx)).agencies
    found = [
        agency
        for agency in known
        if (under is None or agency.code == under or agency.code.startswith(f"{under}."))
        and (on is None or agency.valid_on(on))
    ]
    return {"agencies": [AgencyView.model_validate(agency) for agency in found]}


@router.get("/rules")
async def rules(request: Request, _: Reader) -> dict[str, Any]:
    """The rules in force."""
    async with request.app.state.database.transaction() as tx:
        known = (await directory(tx)).rules
    return {"rules": [RuleView.model_validate(rule) for rule in known]}


@router.post("/rules/dry-run")
async def dry_run(request: Request, body: DryRun, _: Admin) -> Outcome:
    """Which agency a case would go to, and why. Changes nothing."""
    async with request.app.state.database.transaction() as tx:
        known = await directory(tx)
        today = body.on or Zone.WIB.date_of(tx.now)
    matter = Matter(body.category, body.classification, body.region)
    choice = choose(known.rules, known.agencies, matter, frozenset(body.excluded), today)
    return Outcome(
        agency=choice.agency.code,
        agency_name=choice.agency.name,
        rule=choice.rule_id,
        why=choice.why,
        why_en=choice.why_en,
        considered=choice.considered,
    )
