"""`/petugas/disposisi/{leg_id}`: one leg with all that was said, its deadlines, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from uuid_utils.compat import uuid7

from services.routing import store
from services.routing.api_inspection import scope_of
from services.routing.directory import directory
from services.routing.domain.agencies import Agencies
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket, Leg
from services.routing.pages.access import DESK, Reader, actor_of
from services.routing.pages.clocks import deadlines
from services.routing.pages.deeds import COMPLETE, DEEDS, possible
from services.routing.pages.labels import CASES, CLASSIFICATIONS, STATES, actor_label, step_label
from services.routing.pages.naming import name_of, tree
from services.routing.pages.proof import choices
from services.routing.pages.starts import starts, starts_for, with_start
from services.routing.secret_readings import record_reading
from services.routing.views import disposition
from shared.calendar import Zone
from shared.db.database import Transaction
from shared.regions import full_name
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer
from shared.text.substance import is_physical
from shared.web.pages.desk import NO_STORE
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Draft:
    """What was typed into one deed's form, what was wrong with it, and agencies to choose from."""

    address: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str | None = None
    choices: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return f"Draft({self.address})"


async def read_leg(tx: Transaction, leg_id: UUID, officer: Officer) -> tuple[Docket, Leg]:
    """Raises a 404 problem for a leg that is not, or not in the officer's scope."""
    report_id = await store.report_of(tx, leg_id, scope_of(officer))
    if report_id is None:
        raise not_found()
    docket = fold(report_id, await store.entries(tx, report_id))
    return docket, docket.legs[leg_id]


@router.get(DESK + "/{leg_id}")
async def leg(request: Request, leg_id: UUID, officer: Reader) -> Response:
    """With `?contoh=`, a reviewed text stands in the form it is for."""
    return await leg_page(request, leg_id, officer, _begun(request.query_params.get("contoh", "")))


def _begun(start_id: str) -> Draft:
    start = starts().get(start_id)
    deed = next((deed for deed in DEEDS.values() if start and deed.kind is start.kind), None)
    if start is None or deed is None:
        return Draft()
    return Draft(deed.address, {deed.field: with_start("", start_id, start.kind)})


async def leg_page(
    request: Request, leg_id: UUID, officer: Officer, draft: Draft, status: int = 200
) -> Response:
    """The page as it is now, with a form that was not taken."""
    async with request.app.state.database.transaction() as tx:
        docket, leg = await read_leg(tx, leg_id, officer)
        known, now = (await directory(tx)).agencies, tx.now
        if leg.created.secret:
            await record_reading(tx, leg_id, officer)
    zone = Zone(leg.created.zone)
    units = tree(known, leg.agency, Zone.WIB.date_of(now))
    view = disposition(docket, leg)
    deeds = possible(docket, leg, known, actor_of(officer), units, now)
    return request.app.state.shell.page(  # type: ignore[no-any-return]
        request,
        "leg.html",
        status,
        headers=NO_STORE,
        officer=officer,
        view=view,
        report_id=docket.report_id,
        number=format_tracking_id(view["tracking_id"]),
        holder=name_of(known, leg.holder),
        region=full_name(view["place"].region),
        steps=_steps(view["history"], known, zone),
        deadlines=deadlines(docket, leg, now),
        deeds={deed.address: deed for deed in deeds},
        starts={deed.address: starts_for(deed.kind) for deed in deeds if deed.kind},
        units=[unit for unit in units if unit.code != leg.unit],
        files=choices(docket, leg, draft.typed if draft.address == COMPLETE.address else None),
        physical=is_physical(leg.created.category),
        draft=draft,
        sent=uuid7(),
        states=STATES,
        cases=CASES,
        classifications=CLASSIFICATIONS,
        done=request.query_params.get("selesai"),
        local=lambda at: at.astimezone(zone.tz),
    )


def _steps(history: list[dict[str, Any]], known: Agencies, zone: Zone) -> list[dict[str, Any]]:
    """The newest first, in the agency's own time."""
    return [
        {
            **entry,
            "at": entry["at"].astimezone(zone.tz),
            "label": step_label(entry),
            "by": actor_label(entry["actor"]),
            "reporter": entry["type"] == "disposition.reporter-said",
            "words": entry.get("text") or entry.get("reason"),
            "where": _where(entry, known),
        }
        for entry in reversed(history)
    ]


def _where(entry: Mapping[str, Any], known: Agencies) -> str | None:
    code = entry.get("to_unit") or entry.get("to_agency") or entry.get("suggested_agency")
    return name_of(known, code) if code else None
