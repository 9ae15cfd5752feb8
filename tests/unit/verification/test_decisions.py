"""What officers may decide in which status, what their decision says, and how it is refused."""

from datetime import timedelta

import pytest

from services.verification.domain import decisions
from services.verification.domain.decisions import NotImpartial, Refused, Verification
from shared import contracts as c
from shared.contracts import ArchiveReason, CaseStatus, Classification, ClosedBy
from tests.unit.verification.story import (
    AT_WORK,
    OTHER,
    REPORT,
    START,
    UNDECIDED,
    Story,
    in_status,
    submitted,
    word,
)

S = CaseStatus
VERIFICATION = Verification(Classification.SUPERVISION, "Pungutan liar")
NOW = START + timedelta(days=1)

DECISIONS = {
    "verify": (lambda case: decisions.verify(case, VERIFICATION, 7, NOW), UNDECIDED),
    "hold": (lambda case: decisions.hold(case, "Di jalan mana tepatnya?", 7, NOW), (S.RECEIVED,)),
    "archive": (
        lambda case: decisions.archive(case, ArchiveReason.IN_COURT, "Di pengadilan.", 7, NOW),
        UNDECIDED,
    ),
    "merge": (lambda case: decisions.merge(case, OTHER, 7, NOW), UNDECIDED),
    "close": (lambda case: decisions.close(case, 7, NOW), AT_WORK),
}


@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize("status", [None, *S], ids=str)
def test_a_decision_is_taken_or_refused_with_the_statuses_it_fits(name, status):
    decide, allowed = DECISIONS[name]
    case = in_status(status).case
    if status in allowed:
        fact = decide(case)
        assert (fact.report_id, fact.occurred_at, fact.case_version) == (REPORT, NOW, 7)
    else:
        with pytest.raises(Refused) as refused:
            decide(case)
        assert (refused.value.status, set(refused.value.allowed)) == (status, set(allowed))


def verify(story: Story, **changes) -> c.CaseVerified:
    return decisions.verify(story.case, Verification(**{**vars(VERIFICATION), **changes}), 2, NOW)


def test_a_verifier_keeps_the_reporters_title_by_saying_nothing():
    assert verify(in_status(S.RECEIVED)).title == "Lampu jalan padam"


def test_a_verifier_corrects_the_title_and_the_region():
    fact = verify(in_status(S.RECEIVED), title="Lampu padam di Melati", region="35.15")
    assert (fact.title, fact.place.region) == ("Lampu padam di Melati", "35.15")


def test_a_corrected_region_leaves_the_rest_of_the_place():
    story = Story().submitted(place=c.Place(region="35.78", description="depan sekolah", latitude=-7.2))
    place = verify(story, region="35.15").place
    assert place == c.Place(region="35.15", description="depan sekolah", latitude=-7.2)


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("decided", [None, False, True])
@pytest.mark.parametrize("switch", ["anonymous", "secret"])
def test_a_verifier_may_hide_more_than_was_asked_for_and_never_less(switch, asked, decided):
    fact = verify(Story().submitted(**{switch: asked}), **{switch: decided})
    assert getattr(fact, switch) is (asked or bool(decided))


def test_the_agencies_get_the_text_with_what_was_supplemented_and_the_evidence():
    story = in_status(S.ON_HOLD).told(c.ReportSupplemented, text="Di Jalan Melati.").told(c.EvidenceCleared)
    fact = verify(story)
    assert fact.text.endswith("Di Jalan Melati.")
    assert [ref.evidence_id for ref in fact.evidence] == [OTHER]


def test_the_first_verification_is_round_one():
    assert verify(in_status(S.RECEIVED)).round == 1


def test_a_decision_to_close_is_the_administrators():
    assert decisions.close(in_status(S.IN_PROGRESS).case, 3, NOW).closed_by is ClosedBy.ADMINISTRATOR


def appealed_after(officer: str) -> Story:
    story = Story().submitted()
    return story.add(word(c.CaseArchived, story.tick()), officer).told(c.ReportAppealed)


def test_the_officer_whose_archiving_was_appealed_does_not_decide_again():
    with pytest.raises(NotImpartial):
        decisions.must_be_impartial(appealed_after("budi").case, "budi")


def test_another_officer_decides_the_appeal():
    decisions.must_be_impartial(appealed_after("budi").case, "tuti")


def test_a_barred_officer_may_go_on_once_another_has_decided():
    decisions.must_be_impartial(appealed_after("budi").verified().sent().case, "budi")


def test_a_decision_takes_place_now():
    assert in_status(S.RECEIVED).case.after_all_this(NOW) == NOW


def test_a_decision_takes_place_after_a_fact_from_a_clock_that_runs_ahead():
    ahead = NOW + timedelta(seconds=3)
    case = Story().add(submitted(ahead)).case
    assert case.after_all_this(NOW) == ahead + timedelta(microseconds=1)


def test_a_decision_that_waited_for_a_supplement_still_changes_the_case():
    story = in_status(S.ON_HOLD)
    began = story.now  # the officer's call began here, and then had to wait for the lock
    story.told(c.ReportSupplemented)
    decided = decisions.hold(story.case, "Di jalan mana?", 4, story.case.after_all_this(began))
    assert story.add(decided).status is S.ON_HOLD
