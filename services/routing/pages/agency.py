"""`/petugas/instansi`: an agency, its units and what is open at each, how its own systems are connected."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.routing.directory import directory
from services.routing.domain.agencies import NATIONAL, Agencies
from services.routing.domain.leg import OPEN
from services.routing.listing import Wanted, count_open
from services.routing.pages.access import AGENCY, MANAGERS, Reader, may_see
from services.routing.pages.finding import PATTERN
from services.routing.pages.labels import KINDS
from services.routing.pages.naming import agencies_like, tree
from services.routing.webhooks import registry
from services.routing.webhooks.views import HookView
from shared.calendar import Zone
from shared.db.database import Transaction
from shared.messaging.agencies import agency_user
from shared.security.tokens import Officer, Role
from shared.web.pages.desk import NO_STORE, said
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)

_HEARD = sa.text(
    """
    SELECT kind, refused, reason, received_at FROM responses
    WHERE agency = :agency ORDER BY received_at DESC LIMIT 10
    """
)
"""Index responses_by_agency."""


class Asked(BaseModel):
    """Which agency; the officer's own where none is named."""

    model_config = ConfigDict(extra="ignore")
    code: str = Field("", alias="kode", max_length=120, pattern=PATTERN)
    search: str = Field("", alias="cari", max_length=100)


@router.get(AGENCY)
async def agency(
    request: Request,
    officer: Reader,
    asked: Annotated[Asked, Query()],
) -> Response:
    """Raises a 404 problem for an agency that is not, or none of the officer's business."""
    return await agency_page(request, officer, asked, {})


async def agency_page(
    request: Request, officer: Officer, asked: Asked, errors: dict[str, str], url: str = ""
) -> Response:
    """The page, with a web hook's address that was not taken."""
    code = asked.code or _own(officer)
    async with request.app.state.database.transaction() as tx:
        known = (await directory(tx)).agencies
        today = Zone.WIB.date_of(tx.now)
        found = [one for one in agencies_like(known, asked.search, today) if may_see(officer, one.code)]
        one = known.get(code)
        if one is None or not may_see(officer, code):
            raise not_found()
        units = tree(known, code, today)
        _, agencies = await count_open(tx, Wanted(None, code, OPEN), tx.now, tx.now)
        open_at = {row.key: row for row in agencies}
        heard = (await tx.execute(_HEARD, {"agency": code})).all()
        hooks = await _hooks(tx, officer, known, code)
        above = known.coordinator(code, today)
    if asked.search and not found and not errors:
        errors = {"cari": said(request, ("Tidak ada instansi yang cocok.", "No agency matches."))}
    user = agency_user(code)
    return request.app.state.shell.page(  # type: ignore[no-any-return]
        request,
        "agency.html",
        422 if errors else 200,
        headers=NO_STORE,
        officer=officer,
        agency=one,
        valid=one.valid_on(today),
        above=above,
        asked=asked,
        found=found,
        units=[(unit, open_at.get(unit.code)) for unit in units],
        own=open_at.get(code),
        heard=heard,
        kinds=KINDS,
        user=user,
        hooks=hooks,
        most=registry.MOST_HOOKS,
        errors=errors,
        url=url,
        done=request.query_params.get("selesai"),
        local=lambda at: at.astimezone(one.zone.tz),
    )


def _own(officer: Officer) -> str:
    return NATIONAL if officer.role is Role.NATIONAL_ADMIN or not officer.agency else officer.agency


async def _hooks(tx: Transaction, officer: Officer, known: Agencies, code: str) -> Sequence[HookView] | None:
    """None for whoever may not manage them, by the API's own rule."""
    admin = officer.role is Role.NATIONAL_ADMIN
    if officer.role not in MANAGERS or not (admin or known.may_act_for(officer.agency or "", code)):
        return None
    return [HookView.model_validate(row) for row in await registry.hooks(tx, code)]
