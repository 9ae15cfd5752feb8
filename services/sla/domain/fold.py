"""From recorded facts to clocks: a pure function of the *set* of facts, whatever order they came in.

Nothing but the named facts below starts, pauses, resumes or stops a clock; an acknowledgement does nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from services.sla.domain.clocks import Clocks, Flag
from services.sla.domain.facts import Recorded, order, takes_back
from services.sla.domain.state import NATIONAL, Impossible, Leg, State
from shared.calendar import Limits, Pause, UnknownRegion, Zone, region_of, zone_of
from shared.calendar.regions import scopes_of
from shared.contracts import CaseStatus, ClockKind

SUBMITTED = "report.submitted"


def fold(facts: Iterable[Recorded], limits: Limits, known_at: datetime | None = None) -> Clocks:
    """The clocks that these facts add up to; their order and repetition do not matter.

    `known_at`: by the limits known at that moment; without it, by all that is known. A clock that has
    stopped is held to the limit known when it stopped, whatever has been amended since.
    """
    in_order = sorted({fact.event_id: fact for fact in facts}.values(), key=order)
    state = State(limits, known_at)
    for fact in in_order:
        try:
            _APPLY[fact.type](state, fact)
        except Impossible as error:
            state.flags.append(Flag(fact.event_id, str(error)))
    state.flags.extend(_before_the_submission(in_order, state.submitted_at))
    return Clocks(
        clocks=state.frozen(),
        flags=tuple(state.flags),
        open=state.submitted_at is not None and state.ended is None,
    )


def _before_the_submission(facts: Iterable[Recorded], submitted_at: datetime | None) -> Iterable[Flag]:
    """Such facts keep their effect: the submission is still on its way, or a machine's clock was wrong."""
    for fact in facts:
        if submitted_at is None:
            yield Flag(fact.event_id, "no submission has been heard of")
        elif fact.occurred_at < submitted_at:
            yield Flag(fact.event_id, "earlier than the submission")


def _submitted(state: State, fact: Recorded) -> None:
    if state.submitted_at is not None:
        raise Impossible("submitted twice")
    state.submitted_at = fact.occurred_at
    state.start(ClockKind.VERIFICATION, fact)


def _held(state: State, fact: Recorded) -> None:
    state.must_be_open()
    _hold(state, fact)


def _hold(state: State, fact: Recorded) -> None:
    state.stop(fact, ClockKind.COMPLETION)
    if not state.on_hold:
        state.holds.append(Pause(fact.occurred_at, None))
    state.start(ClockKind.COMPLETION, fact)


def _supplemented(state: State, fact: Recorded) -> None:
    """Only an answer to a question counts; what the reporter adds unasked moves no clock. That an agency's
    question is answered, routing says.
    """
    state.must_be_open()
    if not state.on_hold or state.asking:
        return
    state.release(fact)
    state.stop(fact, ClockKind.COMPLETION)
    if state.running(ClockKind.VERIFICATION):
        state.stop(fact, ClockKind.VERIFICATION)
        state.start(ClockKind.VERIFICATION, fact)


def _verified(state: State, fact: Recorded) -> None:
    """Whoever verifies a case on hold waits for the reporter no longer."""
    state.must_be_open()
    state.release(fact)
    state.stop(fact, ClockKind.COMPLETION)


def _sent(state: State, fact: Recorded) -> None:
    state.must_be_open()
    if fact.leg_id is None or fact.agency is None:
        raise Impossible("a disposition without a leg")
    if fact.leg_id in state.legs:
        raise Impossible("the leg exists already")
    zone, region = _zone(state, fact), _region(state, fact)
    first = not any(run.clock.kind is ClockKind.OMBUDSMAN for run in state.runs)
    state.legs[fact.leg_id] = Leg(fact.agency, zone, region)
    state.stop(fact, ClockKind.VERIFICATION, ClockKind.REPLY)  # its agency has yet to answer
    state.start(ClockKind.FIRST_RESPONSE, fact, zone, region, of_leg=True)
    state.start(ClockKind.SETTLEMENT, fact, zone, region, of_leg=True)
    if first:
        state.start(ClockKind.OMBUDSMAN, fact, zone, region)
    else:
        state.resume_last(fact, ClockKind.OMBUDSMAN, None)


def _zone(state: State, fact: Recorded) -> Zone:
    try:
        return Zone(fact.zone or "")
    except ValueError:
        state.flags.append(Flag(fact.event_id, "unknown zone; the agency's province decides"))
    try:
        return zone_of(fact.agency or "")
    except UnknownRegion:
        return NATIONAL


def _region(state: State, fact: Recorded) -> str | None:
    """Whose free days the agency keeps: what routing says, or where its path says that it sits."""
    try:
        scopes_of(fact.calendar)
    except UnknownRegion:
        state.flags.append(Flag(fact.event_id, "unknown calendar; the agency's region decides"))
        return region_of(fact.agency)
    return fact.calendar or region_of(fact.agency)


def _responded(state: State, fact: Recorded) -> None:
    state.must_be_open()
    leg = state.leg(fact)
    leg.answered = True
    state.unasked(fact, leg)
    state.stop(fact, ClockKind.FIRST_RESPONSE, leg_id=fact.leg_id)
    _await_reply(state, fact, leg)


def _completed(state: State, fact: Recorded) -> None:
    state.must_be_open()
    leg = state.leg(fact)
    leg.answered = leg.completed = True
    state.unasked(fact, leg)
    state.stop(fact, ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT, leg_id=fact.leg_id)
    state.rest_if_settled(fact)
    _await_reply(state, fact, leg)


def _await_reply(state: State, fact: Recorded, leg: Leg) -> None:
    """The reporter's time runs from the latest answer, once nobody else owes one."""
    if state.answered:
        state.stop(fact, ClockKind.REPLY)
        state.start(ClockKind.REPLY, fact, leg.zone, leg.region)


def _left(state: State, fact: Recorded) -> None:
    state.must_be_open()
    leg = state.legs.get(fact.leg_id) if fact.leg_id else None
    if leg is None:
        raise Impossible("no such leg")
    leg.active = False  # redirecting what was returned says the same thing again
    state.unasked(fact, leg)
    state.stop(fact, ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT, leg_id=fact.leg_id)
    state.rest_if_settled(fact)


def _asked(state: State, fact: Recorded) -> None:
    """No substantive follow-up: it stops no duty of the agency's, and every agency's time rests meanwhile.
    Nor does the agency's last answer wait for a reply any more.
    """
    state.must_be_open()
    leg = state.leg(fact)
    leg.asking, leg.answered = True, False
    state.stop(fact, ClockKind.REPLY)
    _hold(state, fact)


def _reporter_said(state: State, fact: Recorded) -> None:
    """An agency's question is answered, or its time is over (`recorded` keeps no other word)."""
    state.must_be_open()
    state.unasked(fact, state.leg(fact))


def _spoke(state: State, fact: Recorded) -> None:
    """A reply or an objection counts once every agency has answered: it is then that the case waits for one.
    After closing it counts only as the reopening it may lead to.
    """
    if state.ended is CaseStatus.CLOSED:
        return
    state.must_be_open()
    if state.asking:  # the agency owes an answer already; that its question is answered, routing says
        return
    if not state.answered:
        raise Impossible("an agency has yet to answer")
    state.stop(fact, ClockKind.REPLY)
    state.back_to_work(fact)


def _accepted(state: State, fact: Recorded) -> None:
    state.must_be_open()
    state.stop(fact, ClockKind.REPLY)


def _end(state: State, fact: Recorded, status: CaseStatus) -> None:
    if state.ended is status:
        return
    state.must_be_open()
    state.end(fact, status)


def _archived(state: State, fact: Recorded) -> None:
    _end(state, fact, CaseStatus.ARCHIVED)


def _merged(state: State, fact: Recorded) -> None:
    _end(state, fact, CaseStatus.MERGED)


def _unmerged(state: State, fact: Recorded) -> None:
    if state.ended is not CaseStatus.MERGED:
        raise Impossible("the case was not merged")
    state.ended = None
    for run in state.stopped_by_the_end():
        if run.clock.kind is ClockKind.VERIFICATION:  # as its desk says: the case has come in anew
            state.start(ClockKind.VERIFICATION, fact)
        elif run.clock.kind is not ClockKind.COMPLETION:  # the question was dropped with the merge
            run.resume(fact)


def _appealed(state: State, fact: Recorded) -> None:
    """Once, an archived case is verified anew, by another officer: the limit of that starts anew, too."""
    if CaseStatus.ARCHIVED not in (state.ended, state.taken_back):
        raise Impossible("the case was not archived")
    if state.appealed:
        raise Impossible("appealed before")
    state.ended, state.appealed = None, True
    state.release(fact)  # these run again if the status was said by a machine whose clock is behind
    state.stop(fact, ClockKind.COMPLETION, ClockKind.VERIFICATION)
    state.start(ClockKind.VERIFICATION, fact)


def _status_changed(state: State, fact: Recorded) -> None:
    if takes_back(fact):
        state.take_back(fact)
    elif fact.status is not None:
        _end(state, fact, fact.status)


def _closed(state: State, fact: Recorded) -> None:
    _end(state, fact, CaseStatus.CLOSED)
    if not state.running(ClockKind.REOPENING):
        where = [(leg.zone, leg.region) for leg in state.legs.values() if leg.active]
        state.start(ClockKind.REOPENING, fact, *(where[-1] if where else (NATIONAL, None)))


def _reopened(state: State, fact: Recorded) -> None:
    if state.ended is not CaseStatus.CLOSED:
        raise Impossible("the case was not closed")
    state.ended = None
    state.stop(fact, ClockKind.REOPENING)
    state.reopen_legs(fact)


def _noted(state: State, fact: Recorded) -> None:
    """On record for the reports on performance, and without any effect on clocks."""
    if fact.leg_id is not None and fact.leg_id not in state.legs:
        raise Impossible("no such leg")


_APPLY: dict[str, Callable[[State, Recorded], None]] = {
    SUBMITTED: _submitted,
    "case.clarification-requested": _held,
    "report.supplemented": _supplemented,
    "case.verified": _verified,
    "disposition.created": _sent,
    "disposition.responded": _responded,
    "disposition.completed": _completed,
    "disposition.returned": _left,
    "disposition.redirected": _left,
    "disposition.asked": _asked,
    "report.replied": _spoke,
    "report.objected": _spoke,
    "report.accepted": _accepted,
    "report.appealed": _appealed,
    "case.archived": _archived,
    "case.merged": _merged,
    "case.unmerged": _unmerged,
    "case.status-changed": _status_changed,
    "case.closed": _closed,
    "case.reopened": _reopened,
    "disposition.reporter-said": _reporter_said,
    "disposition.acknowledged": _noted,
    "disposition.delegated": _noted,
    "report.withdrawn": _noted,
    "report.rated": _noted,
}
