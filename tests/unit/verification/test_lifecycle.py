"""What always holds for a case, whatever officers decide, and however late the facts of others come."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.verification.domain import decisions
from services.verification.domain.case import Case, Entry
from services.verification.domain.consequences import Said, consequences
from services.verification.domain.decisions import Refused, Verification
from services.verification.domain.fold import AT_WORK, UNDECIDED, fold
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from tests.unit.verification import story
from tests.unit.verification.story import REPORT, START, leg_id

AGENCIES = st.sampled_from(["a", "b"])
SWITCH = st.sampled_from([None, False, True])
LATENESS = st.sampled_from([0, 0, 0, 1, 3, 30]).map(lambda n: timedelta(minutes=n))
WORDS_OF_AGENCIES = st.sampled_from(
    [
        c.DispositionAcknowledged,
        c.DispositionAsked,
        c.DispositionReporterSaid,
        c.DispositionResponded,
        c.DispositionCompleted,
        c.DispositionReturned,
    ]
)
WORDS_OF_REPORTERS = st.sampled_from(
    [
        c.ReportSupplemented,
        c.ReportReplied,
        c.ReportAccepted,
        c.ReportObjected,
        c.ReportWithdrawn,
        c.ReportAppealed,
        c.ReportRated,
    ]
)
FINAL_CLOCKS = (ClockKind.REPLY, ClockKind.COMPLETION, ClockKind.OMBUDSMAN, ClockKind.SETTLEMENT)


class Lifecycle(RuleBasedStateMachine):
    """Does what the handlers do, with lists for tables."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.recorded: list[Entry] = []
        self.said = Said()
        self.heard: list[c.Fact] = []
        self.hidden = {"anonymous": False, "secret": False}
        self.folded: tuple[int, Case] = (0, fold(REPORT, []))

    @property
    def case(self) -> Case:
        if self.folded[0] != len(self.recorded):
            self.folded = (len(self.recorded), fold(REPORT, self.recorded))
        return self.folded[1]

    def record(self, fact: c.Fact) -> None:
        self.recorded.append(Entry(UUID(int=len(self.recorded) + 1), fact))
        before = self.said
        self.said, facts = consequences(before, self.case, self.now)
        self.heard += facts
        news = [fact for fact in facts if isinstance(fact, c.CaseStatusChanged | c.CaseEscalated)]
        assert self.said.version == before.version + len(news)

    @initialize(anonymous=st.booleans(), secret=st.booleans())
    def the_report_is_submitted(self, anonymous, secret):
        self.hidden = {"anonymous": anonymous, "secret": secret}
        self.record(story.submitted(self.now, **self.hidden))

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(kind=WORDS_OF_REPORTERS, late=LATENESS)
    def the_reporter_speaks(self, kind, late):
        self.record(story.word(kind, self.now - late))

    @precondition(lambda self: self.case.rounds)
    @rule(agency=AGENCIES, late=LATENESS)
    def routing_sends_the_case(self, agency, late):
        self.record(story.sent(self.now - late, agency))

    @precondition(lambda self: self.case.legs)
    @rule(kind=WORDS_OF_AGENCIES, agency=AGENCIES, late=LATENESS)
    def an_agency_speaks(self, kind, agency, late):
        self.record(story.word(kind, self.now - late, leg_id=leg_id(agency), agency=agency))

    @rule(clock=st.sampled_from(FINAL_CLOCKS), late=LATENESS)
    def a_clock_runs_out(self, clock, late):
        since = self.case.awaiting_since if clock is ClockKind.REPLY else self.case.held_at
        self.record(story.expired(self.now, clock, since or START, self.now - late))

    @rule(anonymous=SWITCH, secret=SWITCH)
    def an_officer_verifies(self, anonymous, secret):
        wish = Verification(c.Classification.ASPIRATION, "Lainnya", anonymous=anonymous, secret=secret)
        if self.decided(lambda case, v, now: decisions.verify(case, wish, v, now), UNDECIDED):
            self.hidden = {
                "anonymous": self.hidden["anonymous"] or bool(anonymous),
                "secret": self.hidden["secret"] or bool(secret),
            }

    @rule()
    def an_officer_asks(self):
        self.decided(
            lambda case, v, now: decisions.hold(case, "Di jalan mana?", v, now), {CaseStatus.RECEIVED}
        )

    @rule()
    def an_officer_archives(self):
        reason = c.ArchiveReason.SPAM_OR_TEST
        self.decided(lambda case, v, now: decisions.archive(case, reason, "Percobaan.", v, now), UNDECIDED)

    @rule()
    def an_officer_merges(self):
        self.decided(lambda case, v, now: decisions.merge(case, story.OTHER, v, now), UNDECIDED)

    @rule()
    def an_officer_closes(self):
        self.decided(lambda case, v, now: decisions.close(case, v, now), AT_WORK)

    def decided(self, decide, allowed) -> bool:
        """Decide as the handler does; a refusal must name what is allowed and leave everything as it was."""
        before, said = self.case, self.said
        if before.status not in allowed:
            with pytest.raises(Refused) as refused:
                decide(before, said.version + 1, before.after_all_this(self.now))
            assert set(refused.value.allowed) == set(allowed)
            assert (self.case, self.said) == (before, said)
            return False
        fact = decide(before, said.version + 1, before.after_all_this(self.now))
        self.record(fact)
        assert self.case.history[-1].refused is None
        assert self.said.version == said.version + 1
        changes = [heard for heard in self.heard if isinstance(heard, c.CaseStatusChanged)]
        assert changes[-1].case_version == fact.case_version
        return True

    @invariant()
    def the_last_that_was_said_is_what_is(self):
        case = self.case
        assert (self.said.status, self.said.closed_by) == (case.status, case.closed_by)
        assert (self.said.reopenings, self.said.escalated) == (case.reopenings, case.escalated)

    @invariant()
    def versions_count_the_changes(self):
        news = [fact for fact in self.heard if isinstance(fact, c.CaseStatusChanged | c.CaseEscalated)]
        assert [fact.case_version for fact in news] == list(range(1, self.said.version + 1))

    @invariant()
    def what_is_hidden_is_never_shown(self):
        for fact in self.heard[-3:]:
            if isinstance(fact, c.CaseStatusChanged):
                assert fact.anonymous >= self.case.submission.anonymous
                assert fact.secret >= self.case.submission.secret

    @invariant()
    def the_switches_are_what_reporter_and_verifier_made_of_them(self):
        verified = [
            s for s in self.case.history if isinstance(s.entry.fact, c.CaseVerified) and not s.refused
        ]
        if verified:
            assert {"anonymous": self.case.anonymous, "secret": self.case.secret} == self.hidden

    @precondition(lambda self: self.case.status is not None and self.case.status.final)
    @invariant()
    def no_clock_means_anything_to_a_case_that_has_ended(self):
        case = self.case
        for clock in FINAL_CLOCKS:
            expiry = Entry(UUID(int=0), story.expired(case.after_all_this(self.now), clock, START))
            after = fold(REPORT, [*self.recorded, expiry])
            assert (after.status, after.escalated) == (case.status, case.escalated)

    @precondition(lambda self: self.case.status is not None and self.case.status.final)
    @invariant()
    def no_agency_takes_a_case_that_has_ended_back_to_work(self):
        case, later = self.case, self.case.after_all_this(self.now)
        for kind in (c.DispositionCompleted, c.DispositionReturned):
            after = fold(REPORT, [*self.recorded, Entry(UUID(int=0), story.word(kind, later))])
            assert after.status is case.status

    @invariant()
    def only_one_appeal_ever_counts(self):
        appeals = [s for s in self.case.history if isinstance(s.entry.fact, c.ReportAppealed)]
        assert sum(step.refused is None for step in appeals) == (self.case.appeal is not None)

    @invariant()
    def a_case_that_waits_for_its_reporter_was_answered_by_every_agency_that_has_it(self):
        if self.case.status is CaseStatus.AWAITING_REPORTER:
            assert self.case.answered

    @invariant()
    def only_a_closed_case_has_a_closer_and_only_an_archived_one_a_reason(self):
        case = self.case
        assert (case.closed_by is not None) == (case.status is CaseStatus.CLOSED)
        assert (case.archive_reason is not None) == (case.status is CaseStatus.ARCHIVED)


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(stateful_step_count=20, deadline=None)
