"""Which fact tells whom what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delivery import REPORTER, Planned, Template
from services.notify.domain.planning import plan
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from tests.unit.notify.facts import AGENCY, ANSWER, LEG, QUESTION, TEXT, TITLE, everything, fact, status

DESK = f"agency:{AGENCY}"


def only(news: c.Fact) -> Planned:
    [planned] = plan(news)
    return planned


def told(news: c.Fact, recipient: str) -> list[Planned]:
    return [planned for planned in plan(news) if planned.recipient == recipient]


def test_a_new_report_is_promised_verification_within_three_working_days():
    planned = only(status(CaseStatus.RECEIVED))
    assert planned == Planned(REPORTER, Template.RECEIVED, {"deadline": "2026-07-09", "days": 3})


def test_a_report_that_comes_back_from_hold_starts_its_verification_again():
    planned = only(status(CaseStatus.RECEIVED, CaseStatus.ON_HOLD))
    assert planned.template is Template.RESUMED
    assert planned.details["deadline"] == "2026-07-09"


def test_a_question_travels_with_its_deadline():
    planned = only(status(CaseStatus.ON_HOLD, CaseStatus.RECEIVED, message=QUESTION))
    assert planned.details == {"content": QUESTION, "deadline": "2026-07-20", "days": 10}


def test_an_answer_asks_for_the_reporters_word_by_date():
    planned = only(fact(c.DispositionResponded, text=ANSWER))
    assert planned.template is Template.ANSWERED
    assert (planned.details["content"], planned.details["deadline"]) == (ANSWER, "2026-07-20")


def test_a_completion_restarts_the_reporters_time_and_says_so():
    planned = only(fact(c.DispositionCompleted, text=ANSWER))
    assert planned.template is Template.COMPLETED
    assert planned.details["deadline"] == "2026-07-20"


@pytest.mark.parametrize("kind", [c.DispositionResponded, c.DispositionCompleted])
def test_an_answer_before_the_last_asks_for_nothing_and_names_who_is_waited_for(kind: type[c.Fact]):
    planned = only(fact(kind, text=ANSWER, case_answered=False, awaited=("Dinas Sosial", "Dinas PU")))
    assert planned.template is Template.ANSWERED_IN_PART
    assert "deadline" not in planned.details
    assert (planned.details["content"], planned.details["awaited"]) == (ANSWER, "Dinas Sosial, Dinas PU")


@pytest.mark.parametrize("said", [True, None])
def test_an_answer_invites_where_it_is_the_last_or_nothing_is_said_of_others(said: bool | None):
    planned = only(fact(c.DispositionResponded, text=ANSWER, case_answered=said))
    assert (planned.template, planned.details["deadline"]) == (Template.ANSWERED, "2026-07-20")


def test_work_that_an_answer_began_is_told_with_the_answer():
    began = status(CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED, by_answer=True)
    assert only(began).skip == "told with the answer"


def test_waiting_for_the_reporter_is_told_with_the_answer_and_not_again():
    assert only(status(CaseStatus.AWAITING_REPORTER, CaseStatus.IN_PROGRESS)).skip == "told with the answer"


def test_a_case_given_back_by_an_agency_is_told_when_it_is_sent_on():
    assert only(status(CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS)).skip == "told when sent on"
    assert [p.template for p in told(fact(c.DispositionCreated, hop=2), REPORTER)] == [Template.REDIRECTED]


def test_the_first_disposition_tells_the_agency_alone():
    assert [p.recipient for p in plan(fact(c.DispositionCreated))] == [DESK]


def test_a_disposition_counts_its_days_in_the_agencys_zone():
    late = fact(c.DispositionCreated).occurred_at.replace(hour=16)  # Tuesday already in Jayapura
    zones = {zone: plan(fact(c.DispositionCreated, zone=zone, occurred_at=late)) for zone in ("WIB", "WIT")}
    assert {zone: p[0].details["deadline"] for zone, p in zones.items()} == {
        "WIB": "2026-07-13",
        "WIT": "2026-07-14",
    }


@pytest.mark.parametrize("clock", [ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT])
def test_a_warning_of_a_legs_clock_goes_to_its_agency_alone(clock: ClockKind):
    planned = only(fact(c.SlaWarning, clock=clock))
    assert (planned.recipient, planned.leg_id) == (DESK, LEG)


@pytest.mark.parametrize("clock", [ClockKind.REPLY, ClockKind.COMPLETION, ClockKind.VERIFICATION])
def test_a_warning_of_any_other_clock_is_told_to_nobody(clock: ClockKind):
    assert plan(fact(c.SlaWarning, clock=clock)) == []


def test_a_breach_of_a_legs_clock_is_told_to_reporter_and_agency():
    assert [p.recipient for p in plan(fact(c.SlaBreached))] == [REPORTER, DESK]


def test_a_breach_of_verification_is_told_to_the_reporter_alone():
    breached = fact(c.SlaBreached, clock=ClockKind.VERIFICATION, leg_id=None, agency=None)
    assert [p.recipient for p in plan(breached)] == [REPORTER]


@pytest.mark.parametrize("flags", [{"anonymous": True}, {"secret": True}])
def test_nothing_of_the_content_is_kept_for_the_reporter_of_a_discreet_case(flags: dict[str, bool]):
    for news in everything(**flags):
        if isinstance(news, c.DispositionResponded | c.DispositionCompleted | c.DispositionAsked):
            continue  # these do not say whether the case is discreet: the words leave it out
        for planned in told(news, REPORTER):
            assert not {QUESTION, ANSWER, TEXT, TITLE, "Penjelasan."} & set(planned.details.values())


def test_nothing_of_a_secret_case_is_kept_for_the_agencys_mailbox():
    [planned] = plan(fact(c.DispositionCreated, secret=True))
    assert not {TITLE, TEXT} & set(planned.details.values())


def test_an_agency_reads_the_text_of_an_anonymous_case():
    [planned] = plan(fact(c.DispositionCreated, anonymous=True))
    assert planned.details["content"] == TEXT


@pytest.mark.parametrize("new", CaseStatus)
@pytest.mark.parametrize("previous", [None, *CaseStatus])
def test_every_change_of_status_is_planned_for_the_reporter(new: CaseStatus, previous: CaseStatus | None):
    assert only(status(new, previous)).recipient == REPORTER


@given(st.sampled_from(everything()))
def test_a_plan_depends_on_its_fact_alone_and_names_each_recipient_once(news: c.Fact):
    planned = plan(news)
    assert planned == plan(news)
    assert len({p.recipient for p in planned}) == len(planned)


def test_an_agencys_question_is_told_with_its_name_its_words_and_the_date():
    planned = only(fact(c.DispositionAsked, text=QUESTION))
    assert planned == Planned(
        REPORTER,
        Template.ASKED,
        {
            "agency_name": "Dinas Perhubungan Kota Surabaya",
            "content": QUESTION,
            "deadline": "2026-07-20",
            "days": 10,
        },
        LEG,
    )


def test_a_hold_by_an_agency_is_told_with_its_question_and_not_again():
    planned = only(status(CaseStatus.ON_HOLD, CaseStatus.IN_PROGRESS, message=QUESTION))
    assert planned.skip == "told with the question"


@pytest.mark.parametrize("word", [c.ReporterWord.OBJECTION, c.ReporterWord.REPLY])
def test_a_desk_hears_what_it_must_answer(word: c.ReporterWord):
    planned = only(fact(c.DispositionReporterSaid, word=word, text="Belum beres."))
    assert (planned.recipient, planned.template) == (DESK, Template.REPORTER_SAID)
    assert planned.details["content"] == "Belum beres."


@pytest.mark.parametrize("word", [c.ReporterWord.SUPPLEMENT, c.ReporterWord.SILENCE])
def test_a_desk_hears_what_became_of_its_question(word: c.ReporterWord):
    assert (
        only(fact(c.DispositionReporterSaid, word=word, answers_question=True, text=None)).recipient == DESK
    )


@pytest.mark.parametrize(
    "word",
    sorted(set(c.ReporterWord) - {c.ReporterWord.OBJECTION, c.ReporterWord.REPLY, c.ReporterWord.SILENCE}),
)
def test_what_a_desk_need_not_act_on_is_no_mail(word: c.ReporterWord):
    assert plan(fact(c.DispositionReporterSaid, word=word, text=None)) == []
