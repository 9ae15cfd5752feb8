"""Agencies: for everyone to look up, for the national administrator to export and import as a table."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from services.routing import catalogue
from services.routing.api_rules import router as rules_router
from services.routing.directory import directory, newest_directory
from services.routing.domain.agencies import Agency, AgencyKind
from services.routing.domain.importing import Change, Plan, export, plan
from shared.calendar import Zone
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import FieldError, Problem, not_found

router = APIRouter(prefix="/v1", tags=["directory"])
router.include_router(rules_router)

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]

LARGEST = 16 * 1024 * 1024
"""Bytes of an imported table; all agencies there are make about 1.5 MB."""
TOLD = 200
"""Wrong rows and changes that one answer lists."""


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
    calendar: str | None
    successors: tuple[str, ...]


class AgencyPage(BaseModel):
    """Agencies in the order of their codes; `next` continues, None ends."""

    agencies: list[AgencyView]
    next: str | None


class AgencyDetail(AgencyView):
    """With who is above and below it today."""

    valid: bool
    coordinator: str | None
    units: list[str]


class Imported(BaseModel):
    """What an import did, or (`dry_run`) would do. `changes` holds the first ones."""

    dry_run: bool
    added: int
    changed: int
    unchanged: int
    changes: tuple[Change, ...]


@router.get("/agencies")
async def agencies(  # noqa: PLR0917 - one parameter a filter
    request: Request,
    under: Annotated[Path | None, Query(description="Only this agency and what lies below it.")] = None,
    on: Annotated[date | None, Query(description="Only those that are valid on this day.")] = None,
    kind: AgencyKind | None = None,
    q: Annotated[str | None, Query(description="Words of the name.", max_length=100)] = None,
    after: Annotated[str | None, Query(description="`next` of the page before.", max_length=120)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> AgencyPage:
    """Every agency that cases can be sent to."""
    async with request.app.state.database.transaction() as tx:
        known = (await directory(tx)).agencies
    words = (q or "").casefold().split()
    found: list[Agency] = []
    for agency in known:
        if (
            (after is None or agency.code > after)
            and (under is None or agency.code == under or agency.code.startswith(f"{under}."))
            and (on is None or agency.valid_on(on))
            and (kind is None or agency.kind is kind)
            and all(word in agency.name.casefold() for word in words)
        ):
            found.append(agency)
            if len(found) > limit:
                break
    page = [AgencyView.model_validate(agency) for agency in found[:limit]]
    return AgencyPage(agencies=page, next=page[-1].code if len(found) > limit else None)


@router.get("/agencies/export", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_agencies(request: Request, _: Admin) -> Response:
    """All agencies as a CSV table, desks included."""
    async with request.app.state.database.transaction() as tx:
        known = (await newest_directory(tx)).agencies
    return Response(export(known), media_type="text/csv; charset=utf-8")


@router.post(
    "/agencies/import",
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
async def import_agencies(request: Request, officer: Admin, dry_run: bool = False) -> Imported:
    """Add and change agencies from a CSV table, all of it or nothing. A dry run shows the differences.

    An agency is ended by its `valid_to`; its open dispositions then go to its `successors`.
    """
    data = await _body(request)
    async with request.app.state.database.transaction() as tx:
        await catalogue.lock(tx)
        intended = plan((await newest_directory(tx)).agencies, data)
        if intended.faults:
            raise _refusal(intended)
        if intended.agencies and not dry_run:
            await catalogue.put_agencies(tx, intended.agencies, officer.id)
    added = sum(change.new for change in intended.changes)
    return Imported(
        dry_run=dry_run,
        added=added,
        changed=len(intended.changes) - added,
        unchanged=intended.unchanged,
        changes=intended.changes[:TOLD],
    )


@router.get("/agencies/{code}")
async def one_agency(request: Request, code: Path) -> AgencyDetail:
    """One agency, its coordinator and its units as of today."""
    async with request.app.state.database.transaction() as tx:
        known, today = (await directory(tx)).agencies, Zone.WIB.date_of(tx.now)
    agency = known.get(code)
    if agency is None:
        raise not_found()
    above = known.coordinator(code, today)
    return AgencyDetail(
        **AgencyView.model_validate(agency).model_dump(),
        valid=agency.valid_on(today),
        coordinator=above.code if above else None,
        units=known.units(code, today),
    )


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            raise Problem(
                413, "too-large", "Tabel ini terlalu besar (paling besar 16 MB).", "At most 16 MB.", ()
            )
    return bytes(data)


def _refusal(intended: Plan) -> Problem:
    count = len(intended.faults)
    return Problem(
        422,
        "invalid",
        f"Tabel ditolak seluruhnya: {count} kesalahan.",
        f"The whole table is refused: {count} errors.",
        [
            FieldError(f"rows.{fault.row}.{fault.field}", fault.message, fault.message_en)
            for fault in intended.faults[:TOLD]
        ],
    )
