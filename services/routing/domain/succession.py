"""What becomes of an open leg when its agency, or the unit that had it, has ended: the successor gets it.

Of several successors the rules choose; without any the case is routed anew. It counts as no return.
"""

from datetime import datetime

from services.routing.domain.choice import Directory, choose, heir
from services.routing.domain.leg import OWING, Docket, Leg, Said
from services.routing.domain.passing import about, pass_on
from services.routing.domain.rules import Matter
from services.routing.domain.sending import moment
from shared.calendar import Zone
from shared.contracts import DispositionDelegated


def succeed(docket: Docket, leg: Leg, directory: Directory, now: datetime) -> list[Said]:
    """The facts by which the leg leaves an office that has ended; none where there is nothing to do."""
    at = moment(docket, now)
    day = Zone.WIB.date_of(at)
    if docket.state_of(leg) not in OWING:
        return []
    if directory.agencies.valid(leg.agency, day) is None:
        return _to_successor(docket, leg, directory, at)
    if leg.unit is not None and directory.agencies.valid(leg.unit, day) is None:
        heirs = [h for h in directory.agencies.heirs(leg.unit, day) if _below(directory, leg.agency, h)]
        to_unit = heirs[0] if heirs else leg.agency
        return [Said(DispositionDelegated(**about(leg, at), to_unit=to_unit), f"{leg.unit} berakhir")]
    return []


def _to_successor(docket: Docket, leg: Leg, directory: Directory, at: datetime) -> list[Said]:
    day, matter = Zone.WIB.date_of(at), Matter.of(docket.verified[leg.round])
    code = heir(directory, leg.agency, matter, (), day)
    agency = directory.agencies.valid(code, day) if code else None
    if agency is not None:
        why = f"{leg.agency} berakhir; penggantinya {agency.code}"
    else:
        choice = choose(directory.rules, directory.agencies, matter, docket.tried(leg.round), day)
        agency, why = choice.agency, f"{leg.agency} berakhir; {choice.why}"
    return pass_on(docket, leg, (agency, why), directory, at, hop=leg.hop)


def _below(directory: Directory, agency: str, code: str) -> bool:
    return directory.agencies.may_act_for(agency, code)
