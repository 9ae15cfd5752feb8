"""What can be done with a leg on its page: the address, the field and the length of each. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.routing.domain.agencies import NATIONAL, Agencies
from services.routing.domain.commands import QUESTION, REASON, SUBSTANCE, may_speak, return_until
from services.routing.domain.leg import OPEN, OWING, Docket, Leg, LegState
from services.routing.links.pages import LONGEST, LONGEST_QUESTION, LONGEST_REASON
from shared.contracts import ResponseKind

REDIRECTION = "redirection"
"""The national desk's own: no word of an agency."""


@dataclass(frozen=True)
class Deed:
    """`address` is the last part of its path and the prefix of its fields. Lengths are characters."""

    address: str
    kind: ResponseKind | None
    least: int = 0
    most: int = 0
    heard: bool = False
    """The reporter reads it: it is shown before it is sent."""

    @property
    def field(self) -> str:
        return f"{self.address}-text"


ACKNOWLEDGE = Deed("terima", ResponseKind.ACKNOWLEDGEMENT)
ANSWER = Deed("jawab", ResponseKind.RESPONSE, SUBSTANCE, LONGEST, heard=True)
ASK = Deed("tanya", ResponseKind.QUESTION, QUESTION, LONGEST_QUESTION, heard=True)
COMPLETE = Deed("tuntas", ResponseKind.COMPLETION, SUBSTANCE, LONGEST, heard=True)
DELEGATE = Deed("delegasi", ResponseKind.DELEGATION)
RETURN = Deed("kembalikan", ResponseKind.RETURN, REASON, LONGEST_REASON)
REDIRECT = Deed("alihkan", None)

DEEDS = {deed.address: deed for deed in (ACKNOWLEDGE, ANSWER, ASK, COMPLETE, DELEGATE, RETURN, REDIRECT)}


def possible(  # noqa: PLR0917 - what it depends on
    docket: Docket, leg: Leg, known: Agencies, actor: str | None, units: Collection[object], now: datetime
) -> list[Deed]:
    """What `actor` can do with the leg now, in the order of the work; nothing for whoever only reads."""
    if actor is None or not may_speak(known, actor, leg):
        return []
    state = docket.state_of(leg)
    found: list[Deed] = []
    if state in {LegState.CREATED, LegState.DELEGATED}:
        found.append(ACKNOWLEDGE)
    if state in OPEN:
        found += [ANSWER, COMPLETE] if leg.asked is not None else [ANSWER, ASK, COMPLETE]
    if state in OWING:
        found += [DELEGATE] if units else []
        if leg.agency == NATIONAL:
            found += [REDIRECT] if actor == NATIONAL else []
        elif not leg.ever_answered and now <= return_until(docket, leg):
            found.append(RETURN)
    return found
