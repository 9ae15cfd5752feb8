"""What a case keeps of its report and of what became of it: text, secrecy, evidence, closer, appeal."""

from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, ClosedBy
from tests.unit.verification.story import OTHER, Story, in_status, word

S = CaseStatus


def test_a_case_is_anonymous_and_secret_until_its_submission_says_otherwise():
    assert Story().case.anonymous and Story().case.secret
    assert not Story().submitted().case.secret


def test_a_verification_hides_what_the_reporter_did_not_hide():
    case = Story().submitted().verified(anonymous=True, secret=True).case
    assert case.anonymous and case.secret


def test_no_verification_uncovers_what_the_reporter_hid():
    case = Story().submitted(anonymous=True, secret=True).verified(anonymous=False, secret=False).case
    assert case.anonymous and case.secret


def test_answers_to_the_categorys_questions_are_part_of_the_text():
    answer = c.ReportAnswer(question="since", label="Sejak kapan?", value="dua bulan")
    text = Story().submitted(answers=(answer,)).case.text
    assert text == "Lampu di depan sekolah padam.\n\nSejak kapan: dua bulan"


def test_a_supplement_becomes_part_of_the_text():
    case = Story().submitted().held().told(c.ReportSupplemented, text="Di Jalan Melati.").case
    assert case.text == "Lampu di depan sekolah padam.\n\nDi Jalan Melati."


def test_the_same_evidence_is_kept_once():
    case = Story().submitted().told(c.EvidenceCleared).told(c.EvidenceCleared).case
    assert [ref.evidence_id for ref in case.evidence] == [OTHER]


def test_the_closer_is_recorded():
    assert in_status(S.CLOSED).case.closed_by is ClosedBy.REPORTER
    assert in_status(S.FORWARDED).told(c.CaseClosed).case.closed_by is ClosedBy.ADMINISTRATOR


def test_a_rating_is_kept():
    assert in_status(S.CLOSED).told(c.ReportRated, score=2).case.rating == 2


def test_an_appeal_opens_an_archived_case_and_bars_the_officer_who_archived_it():
    story = Story().submitted()
    story.add(word(c.CaseArchived, story.tick()), "budi").told(c.ReportAppealed, text="Ini bukan spam.")
    assert (story.case.appeal, story.case.barred) == ("Ini bukan spam.", "budi")
    assert (story.case.archive_reason, story.case.message) == (None, None)


def test_an_appeal_against_a_clock_bars_nobody():
    story = in_status(S.ON_HOLD).expired(ClockKind.COMPLETION).told(c.ReportAppealed)
    assert (story.status, story.case.barred) == (S.RECEIVED, None)


def test_a_second_archiving_is_final():
    story = in_status(S.ARCHIVED).told(c.ReportAppealed).told(c.CaseArchived).told(c.ReportAppealed)
    assert (story.status, story.refusal) == (S.ARCHIVED, "appealed before")


def test_an_archiving_that_came_too_late_bars_nobody():
    story = Story().submitted()
    story.add(word(c.CaseArchived, story.tick()), "budi").add(word(c.CaseArchived, story.tick()), "tuti")
    assert story.told(c.ReportAppealed).case.barred == "budi"
