"""How a leg leaves an agency for the next one, whoever decided it: a return, the national desk, a merger."""

from datetime import datetime
from typing import Any

from services.routing.domain.agencies import Agency
from services.routing.domain.choice import Directory
from services.routing.domain.leg import OWING, Docket, Leg, Said, leg_id_of
from services.routing.domain.sending import created
from shared.contracts import DispositionRedirected


def pass_on(
    docket: Docket,
    leg: Leg,
    to: tuple[Agency, str],
    directory: Directory,
    at: datetime,
    *,
    version: int | None = None,
    hop: int | None = None,
) -> list[Said]:
    """Away from this agency and on to the next; joins the leg that the next one still owes an answer on.

    `version` is the leg's next one, `hop` the following leg's: one more than this one's unless it is named.
    """
    (agency, why), hop = to, leg.hop + 1 if hop is None else hop
    owed = [o for o in docket.working_legs if o.agency == agency.code and o.state in OWING and o is not leg]
    while not owed and leg_id_of(docket.report_id, agency.code, leg.round, hop) in docket.legs:
        hop += 1
    target = owed[0].leg_id if owed else leg_id_of(docket.report_id, agency.code, leg.round, hop)
    fields = about(leg, at) | ({} if version is None else {"leg_version": version})
    moved = Said(DispositionRedirected(**fields, to_agency=agency.code, to_leg_id=target, hop=hop), why)
    if owed:
        return [moved]
    following = created(docket, docket.verified[leg.round], agency, directory, hop=hop, at=at)
    return [moved, Said(following, why)]


def about(leg: Leg, at: datetime) -> dict[str, Any]:
    """What every fact about a leg begins with."""
    return {
        "report_id": leg.created.report_id,
        "occurred_at": at,
        "leg_id": leg.leg_id,
        "agency": leg.agency,
        "leg_version": leg.version + 1,
    }
