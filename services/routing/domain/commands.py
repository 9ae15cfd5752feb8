"""What can be done with a leg, and when. Each returns the facts it makes true, or raises `Refused`.

A leg is created, may be delegated to a unit, is acknowledged, answered (as often as needed) and completed.
Until then its agency may ask the reporter, one question at a time.
Until its first answer, and within the time for that, it can be returned, and then goes to the next agency.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.routing.domain.agencies import NATIONAL, PATH, Agencies, Agency
from services.routing.domain.choice import Directory, choose
from services.routing.domain.completing import completion
from services.routing.domain.deadlines import due
from services.routing.domain.leg import OPEN, OWING, Docket, Leg, LegState, Said
from services.routing.domain.passing import about, pass_on
from services.routing.domain.refusal import Refused, too_short, wrong_state
from services.routing.domain.rules import Matter
from services.routing.domain.sending import moment
from services.routing.domain.text import plain
from shared.calendar import Zone
from shared.contracts import (
    ClockKind,
    DispositionAcknowledged,
    DispositionAsked,
    DispositionCompleted,
    DispositionDelegated,
    DispositionResponded,
    DispositionReturned,
    ResponseKind,
)

SUBSTANCE = 20
"""Characters that an answer needs at least: a follow-up that says something is what stops the clock."""
REASON = 10
QUESTION = 10
LAST_HOP = 3
"""The third agency to return a case hands it to the national desk, which decides."""


@dataclass(frozen=True)
class Word:
    """One word of an agency about one of its legs, whether it came over the broker or over HTTP."""

    kind: ResponseKind
    text: str = ""
    unit: str | None = None
    suggested_agency: str | None = None
    evidence: tuple[UUID, ...] = ()
    """Of a completion: the agency's own files."""
    without_evidence: str | None = None
    """Of a completion of visible work that no file shows: why."""


def act_on(docket: Docket, leg: Leg, word: Word, directory: Directory, now: datetime) -> list[Said]:
    """The facts that an agency's word makes true. Who may speak for the leg was checked before."""
    return _COMMANDS[word.kind](docket, leg, word, directory, moment(docket, now))


def redirect(docket: Docket, leg: Leg, to: str, directory: Directory, now: datetime) -> list[Said]:
    """The national administrator gives the case to another agency."""
    _require(docket, leg, OWING)
    at = moment(docket, now)
    agency = directory.agencies.valid(to, Zone.WIB.date_of(at))
    if agency is None:
        raise Refused(
            "unknown-agency",
            f"Instansi {to} tidak dikenal atau sudah tidak berlaku.",
            f"There is no agency {to}, or no longer.",
            field="agency",
        )
    if agency.code in {other.agency for other in docket.working_legs}:
        raise Refused(
            "already-has-it",
            f"{agency.name} sudah menangani laporan ini.",
            f"{agency.name} already has this case.",
            field="agency",
        )
    return pass_on(docket, leg, (agency, "dialihkan admin nasional"), directory, at)


def may_speak(agencies: Agencies, actor: str, leg: Leg) -> bool:
    """Whether this agency may act on the leg: it has it, has handed it to a unit, or was handed it."""
    return agencies.may_act_for(actor, leg.holder)


def return_until(docket: Docket, leg: Leg) -> datetime:
    """Until when the leg may be returned: the limit of the first response, in the agency's working days."""
    until = due(docket, leg, ClockKind.FIRST_RESPONSE)
    # On hold, and where nothing is known of those years, nobody can be late.
    return until or datetime.max.replace(tzinfo=UTC)


def _acknowledge(docket: Docket, leg: Leg, _: Word, __: Directory, at: datetime) -> list[Said]:
    _require(docket, leg, {LegState.CREATED, LegState.DELEGATED})
    return [Said(DispositionAcknowledged(**about(leg, at)))]


def _ask(docket: Docket, leg: Leg, word: Word, _: Directory, at: datetime) -> list[Said]:
    """One at a time: each question gives the reporter their full time anew, and every agency's time rests."""
    _require(docket, leg, OPEN)
    if leg.asked is not None:
        day = Zone(leg.created.zone).date_of(leg.asked.occurred_at)
        raise Refused(
            "question-open",
            f"Pertanyaan Anda tanggal {day:%d-%m-%Y} masih menunggu jawaban pelapor.",
            f"Your question of {day} still waits for the reporter's answer.",
        )
    return [Said(DispositionAsked(**about(leg, at), **_words(leg, word, QUESTION)))]


def _respond(docket: Docket, leg: Leg, word: Word, _: Directory, at: datetime) -> list[Said]:
    _require(docket, leg, OPEN)
    return [Said(DispositionResponded(**_answering(docket, leg, at), **_words(leg, word, SUBSTANCE)))]


def _complete(docket: Docket, leg: Leg, word: Word, _: Directory, at: datetime) -> list[Said]:
    _require(docket, leg, OPEN)
    done = completion(docket, leg, word.text, word.evidence, word.without_evidence, SUBSTANCE)
    return [Said(DispositionCompleted(**_answering(docket, leg, at), **_names(leg), **done))]


def _answering(docket: Docket, leg: Leg, at: datetime) -> dict[str, Any]:
    """What an answer says beside its words: who else owes one, and whose days count for the reporter's time.

    Of a secret case agencies learn no names.
    """
    owing = docket.awaited_beside(leg)
    names = () if leg.created.secret else tuple(dict.fromkeys(one.created.agency_name for one in owing))
    days = {"zone": leg.created.zone, "calendar": leg.created.calendar}
    return {**about(leg, at), "case_answered": not owing, "awaited": names, **days}


def _delegate(docket: Docket, leg: Leg, word: Word, directory: Directory, at: datetime) -> list[Said]:
    _require(docket, leg, OWING)
    today = Zone.WIB.date_of(at)
    unit = directory.agencies.unit(leg.agency, word.unit or "", today)
    if unit is None:
        known = ", ".join(directory.agencies.units(leg.agency, today))
        raise Refused(
            "unknown-unit",
            f"Unit tidak dikenal di bawah {leg.agency}. Yang ada: {known or 'tidak ada'}.",
            f"There is no such unit below {leg.agency}. There are: {known or 'none'}.",
            field="unit",
        )
    return [Said(DispositionDelegated(**about(leg, at), to_unit=unit.code))]


def _give_back(docket: Docket, leg: Leg, word: Word, directory: Directory, at: datetime) -> list[Said]:
    if leg.ever_answered and docket.state_of(leg) in OWING:
        raise Refused(
            "already-answered",
            "Instansi sudah pernah menanggapi laporan ini, jadi tidak dapat mengembalikannya.",
            "The agency has answered this case before and cannot return it any more.",
        )
    _require(docket, leg, OWING)
    if leg.agency == NATIONAL:
        raise Refused(
            "last-desk",
            "Meja nasional tidak dapat mengembalikan laporan; alihkan ke instansi lain.",
            "The national desk cannot return a case; redirect it to another agency.",
        )
    reason = _text(word, REASON)
    until = return_until(docket, leg)
    if at > until:
        last = Zone(leg.created.zone).date_of(until)
        raise Refused(
            "too-late-to-return",
            f"Batas pengembalian sudah lewat ({last:%d-%m-%Y}). Tanggapi, atau minta dialihkan.",
            f"The time to return it is over ({last}). Answer, or ask for a redirection.",
        )
    suggested = word.suggested_agency if PATH.fullmatch(word.suggested_agency or "") else None
    returned = DispositionReturned(**about(leg, at), reason=reason, suggested_agency=suggested, hop=leg.hop)
    following = _next(docket, leg, suggested, directory, at)
    return [Said(returned), *pass_on(docket, leg, following, directory, at, version=leg.version + 2)]


def _next(
    docket: Docket, leg: Leg, suggested: str | None, directory: Directory, at: datetime
) -> tuple[Agency, str]:
    if leg.hop >= LAST_HOP:
        return directory.agencies.national, f"pengembalian ke-{leg.hop}; admin nasional memutuskan"
    tried, today = docket.tried(leg.round), Zone.WIB.date_of(at)
    if suggested and suggested not in tried and (agency := directory.agencies.valid(suggested, today)):
        return agency, f"disarankan oleh {leg.agency}"
    verified = docket.verified[leg.round]
    choice = choose(directory.rules, directory.agencies, Matter.of(verified), tried, today)
    return choice.agency, choice.why


def _require(docket: Docket, leg: Leg, allowed: set[LegState] | frozenset[LegState]) -> None:
    state = docket.state_of(leg)
    if state is LegState.SETTLED and docket.status is not None and docket.ended:
        raise Refused(
            "case-ended",
            f"Laporan ini sudah berakhir («{docket.status.label}»); disposisinya tidak dapat diubah lagi.",
            f"The case has ended ({docket.status}); its dispositions cannot change any more.",
        )
    if state not in allowed:
        raise wrong_state(state, allowed)


def _text(word: Word, least: int) -> str:
    text = plain(word.text)
    if len(text) < least:
        raise too_short("text", least)
    return text


def _words(leg: Leg, word: Word, least: int) -> dict[str, str]:
    return {**_names(leg), "text": _text(word, least)}


def _names(leg: Leg) -> dict[str, Any]:
    return {"tracking_id": leg.created.tracking_id, "agency_name": leg.created.agency_name}


_COMMANDS: dict[ResponseKind, Callable[[Docket, Leg, Word, Directory, datetime], list[Said]]] = {
    ResponseKind.ACKNOWLEDGEMENT: _acknowledge,
    ResponseKind.QUESTION: _ask,
    ResponseKind.RESPONSE: _respond,
    ResponseKind.COMPLETION: _complete,
    ResponseKind.DELEGATION: _delegate,
    ResponseKind.RETURN: _give_back,
}
