"""Who opened secret reports at agencies, for whoever may oversee it: `/petugas/pengawasan/pembaca`."""

from collections.abc import Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response

from services.routing.api_inspection import scope_of
from services.routing.pages.access import INSPECTION
from shared.db.database import Transaction
from shared.security.tokens import Officer, Role
from shared.web.pages.desk import NO_STORE, CurrentDatabase, CurrentShell
from shared.web.pages.officers import in_role
from shared.web.pages.readings import ROWS, Asked, asked_of, shown

router = APIRouter(include_in_schema=False)
READINGS = f"{INSPECTION}/pembaca"
Overseer = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.SUPERVISOR, Role.AUDITOR))]

_TYPES: dict[str, Any] = {
    **dict.fromkeys(("since", "until", "before_at"), sa.DateTime(timezone=True)),
    **dict.fromkeys(("scope", "below", "reader", "number"), sa.Text()),
    **dict.fromkeys(("rows", "before_id"), sa.BigInteger()),
}


@router.get(READINGS)
async def readings(
    request: Request, officer: Overseer, shell: CurrentShell, database: CurrentDatabase
) -> Response:
    """Of agencies within the officer's scope; shows no word of a report."""
    asked = asked_of(request)
    async with database.reading() as tx:
        rows = [] if asked.errors else await _log(tx, scope_of(officer), asked, ROWS + 1)
    return shell.page(
        request,
        "readings.html",
        422 if asked.errors else 200,
        headers=NO_STORE,
        officer=officer,
        **shown(list(rows), asked, READINGS),
    )


async def _log(tx: Transaction, scope: str | None, asked: Asked, limit: int) -> Sequence[Any]:
    """The latest first. Indexes secret_readings_in_order, secret_readings_by_officer."""
    terms, values = asked.terms()
    if scope is not None:
        terms.append("(legs.agency = :scope OR starts_with(legs.agency, :below))")
        values |= {"scope": scope, "below": f"{scope}."}
    values["rows"] = limit
    sql = f"""
        SELECT readings.id, officer, role, read_at, tracking_id, legs.agency
        FROM secret_readings AS readings JOIN legs USING (leg_id)
        WHERE {" AND ".join(terms)} ORDER BY read_at DESC, readings.id DESC LIMIT :rows
    """  # noqa: S608
    typed = [sa.bindparam(name, type_=_TYPES[name]) for name in values]
    return (await tx.execute(sa.text(sql).bindparams(*typed), values)).all()
