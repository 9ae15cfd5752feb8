"""Sends a verified case to its agencies: a leg each, hop 1, with the content and never an identity."""

from datetime import datetime, timedelta

from services.routing.domain.agencies import Agency
from services.routing.domain.choice import Directory, choose, heir
from services.routing.domain.leg import Docket, Said, leg_id_of
from services.routing.domain.rules import Matter
from shared.calendar import Zone
from shared.contracts import CaseVerified, Desk, DispositionCreated

INSTANT = timedelta(microseconds=1)


def send_unsent(docket: Docket, directory: Directory, now: datetime) -> list[Said]:
    """A leg for every agency of every round that has none yet. Said even if the case has ended meanwhile:
    the leg is then settled from the start, and works should the case be reopened."""
    at = moment(docket, now)
    return [said for verified in docket.unsent for said in _send(docket, verified, directory, at)]


def _send(docket: Docket, verified: CaseVerified, directory: Directory, at: datetime) -> list[Said]:
    addressees: dict[str, tuple[Agency, str]] = {}
    today, matter = Zone.WIB.date_of(at), Matter.of(verified)
    unknown = []
    for code in verified.agencies:
        agency, why = directory.agencies.valid(code, today), "dipilih petugas verifikasi"
        if agency is None and (taker := heir(directory, code, matter, (), today)):
            agency, why = directory.agencies.valid(taker, today), f"{why}; pengganti {code}"
        if agency is None:
            unknown.append(code)
        else:
            addressees.setdefault(agency.code, (agency, why))
    if unknown or not addressees:
        choice = choose(directory.rules, directory.agencies, matter, (), today)
        instead = f"; {', '.join(unknown)} tidak dikenal" if unknown else ""
        addressees.setdefault(choice.agency.code, (choice.agency, choice.why + instead))
    return [
        Said(created(docket, verified, agency, directory, hop=1, at=at), why)
        for agency, why in addressees.values()
    ]


def created(
    docket: Docket, verified: CaseVerified, agency: Agency, directory: Directory, *, hop: int, at: datetime
) -> DispositionCreated:
    """The fact that an agency has the case, with what the case was verified as."""
    above = directory.agencies.coordinator(agency.code, Zone.WIB.date_of(at))
    return DispositionCreated(
        report_id=docket.report_id,
        occurred_at=at,
        leg_id=leg_id_of(docket.report_id, agency.code, verified.round, hop),
        agency=agency.code,
        leg_version=1,
        tracking_id=verified.tracking_id,
        agency_name=agency.name,
        desk_email=agency.desk_email,
        zone=agency.zone,
        calendar=agency.calendar,
        coordinator=Desk(agency=above.code, name=above.name, email=above.desk_email) if above else None,
        classification=verified.classification,
        category=verified.category,
        title=verified.title,
        text=verified.text,
        place=verified.place,
        evidence=verified.evidence,
        anonymous=verified.anonymous,
        secret=verified.secret,
        hop=hop,
        case_version=verified.case_version,
    )


def moment(docket: Docket, now: datetime) -> datetime:
    """When the next fact of this case is true: now, but after all it follows from, even if clocks differ."""
    return now if docket.heard_until is None else max(now, docket.heard_until + INSTANT)
