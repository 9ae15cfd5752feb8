"""A case at two agencies, lived through the rules of all services: what each says of whose turn it is agrees.

Routing says whether an answer was the last that was waited for, verification gives the case its status, sla
runs the reporter's time, notify invites the reporter to accept or object.
"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delivery import Template
from services.notify.domain.planning import plan
from services.routing.domain.refusal import Refused
from services.sla.domain.facts import recorded
from services.sla.domain.fold import fold as clocks_of
from services.verification.domain.case import Case, Entry
from services.verification.domain.fold import RECORDED
from services.verification.domain.fold import fold as case_of
from shared import contracts as c
from shared.calendar import load_limits
from shared.contracts import CaseStatus, ClockKind, ResponseKind
from tests.unit.routing import stories
from tests.unit.routing.stories import ANSWER, DONE, MONDAY, REPORT, WHY_NOT, Desk

MINUTE = timedelta(minutes=1)
FIRST, SECOND = "35.3578.dishub", "kl.kemensos"
INVITES = frozenset({Template.ANSWERED, Template.COMPLETED})
LIMITS = load_limits()

DEEDS = {
    ResponseKind.ACKNOWLEDGEMENT: {},
    ResponseKind.QUESTION: {"text": "Di depan rumah nomor berapa?"},
    ResponseKind.RESPONSE: {"text": ANSWER},
    ResponseKind.COMPLETION: DONE,
    ResponseKind.RETURN: {"text": WHY_NOT},
}
WORDS = (stories.objected, stories.replied, stories.supplemented)


class Life:
    """What routing hears and says of the case, a minute a deed; the reporter's words reach all services."""

    def __init__(self, *, secret: bool = False) -> None:
        filed = c.ReportSubmitted(
            report_id=REPORT,
            occurred_at=MONDAY - MINUTE,
            tracking_id="K7MQ3XW9FA",
            channel=c.Channel.WEB,
            title="Jalan berlubang",
            text="Jalan Kenanga berlubang sejak Mei.",
        )
        self.desk = Desk()
        self.facts: list[c.Fact] = [filed]
        self.heard(stories.verified(agencies=(FIRST, SECOND), secret=secret))

    def heard(self, fact: c.Fact) -> None:
        before = len(self.desk.said)
        self.desk.hear(fact)
        self.facts += [fact, *self.desk.said[before:]]
        self.desk.now += MINUTE

    def does(self, agency: str, kind: ResponseKind) -> list[c.Fact]:
        """What routing says to it; nothing where it is refused."""
        before = len(self.desk.said)
        legs = [leg for leg in self.desk.docket.working_legs if leg.agency == agency]
        try:
            for leg in legs:
                self.desk.act(leg, kind, **DEEDS[kind])
        except Refused:
            pass
        self.desk.now += MINUTE
        said = self.desk.said[before:]
        self.facts += said
        return said

    @property
    def case(self) -> Case:
        kept = [fact for fact in self.facts if isinstance(fact, RECORDED)]
        return case_of(REPORT, [Entry(stories.uuid7(), fact) for fact in kept])

    @property
    def reporters_time_runs(self) -> bool:
        kept = [one for fact in self.facts if (one := recorded(stories.uuid7(), fact))]
        return any(
            one.kind is ClockKind.REPLY and one.stopped_at is None for one in clocks_of(kept, LIMITS).clocks
        )


def invited(said: list[c.Fact]) -> bool:
    return any(planned.template in INVITES for fact in said for planned in plan(fact))


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
@pytest.mark.parametrize("kind", [ResponseKind.RESPONSE, ResponseKind.COMPLETION])
def test_two_answers_invite_once_with_the_later_one(order: tuple[str, str], kind: ResponseKind):
    life = Life()
    assert [invited(life.does(agency, kind)) for agency in order] == [False, True]


def test_the_first_answer_names_who_is_waited_for():
    [said] = Life().does(FIRST, ResponseKind.RESPONSE)
    assert isinstance(said, c.DispositionResponded)
    assert (said.case_answered, said.awaited) == (False, ("Kementerian Sosial",))


def test_of_a_secret_case_no_agency_learns_who_else_has_it():
    [said] = Life(secret=True).does(FIRST, ResponseKind.RESPONSE)
    assert isinstance(said, c.DispositionResponded)
    assert (said.case_answered, said.awaited) == (False, ())


DEED = st.tuples(st.sampled_from([FIRST, SECOND, "35.3578.dpubm", "35.3578"]), st.sampled_from(list(DEEDS)))
STEPS = st.lists(DEED | st.sampled_from(WORDS), max_size=12)


@given(STEPS)
def test_whoever_is_invited_may_accept_and_their_time_runs_and_nobody_else_is(steps):
    life = Life()
    for step in steps:
        if isinstance(step, tuple):
            said = life.does(*step)
            if any(isinstance(fact, c.DispositionResponded | c.DispositionCompleted) for fact in said):
                assert invited(said) == (life.case.status is CaseStatus.AWAITING_REPORTER)
        else:
            life.heard(step(life.desk.now))
        assert life.reporters_time_runs == (life.case.status is CaseStatus.AWAITING_REPORTER)


def test_what_an_agency_gives_back_is_waited_for_before_the_next_one_is_heard_of():
    """Facts come one by one, and each may be the last for a while."""
    life = Life()
    life.does(FIRST, ResponseKind.RESPONSE)
    before, said = list(life.facts), life.does(SECOND, ResponseKind.RETURN)
    assert len(said) > 1
    for heard in range(len(said) + 1):
        life.facts = [*before, *said[:heard]]
        assert (life.case.status, life.reporters_time_runs) == (CaseStatus.IN_PROGRESS, False)
