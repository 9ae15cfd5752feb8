"""A completion says what was done, and shows visible work or says why not; every gap is told at once."""

import pytest
from uuid_utils.compat import uuid7

from services.routing.domain.refusal import Refused
from shared import contracts as c
from shared.contracts import ResponseKind
from tests.unit.routing.stories import ANSWER, NO_PHOTO, Desk, attached, verified

FORMULA = "Sudah ditindaklanjuti oleh petugas kami, terima kasih atas laporannya."


def desk(category: str = "Jalan rusak") -> Desk:
    return Desk().hear(verified(category=category))


def complete(one: Desk, text: str = ANSWER, **more: object) -> c.Fact:
    one.act(one.only, ResponseKind.COMPLETION, text, **{"without_evidence": None, **more})
    return one.said[-1]


@pytest.mark.parametrize(
    ("category", "text", "missing"),
    [
        ("Jalan rusak", FORMULA, ["text", "evidence"]),
        ("Jalan rusak", "Beres.", ["text", "evidence"]),
        ("Jalan rusak", ANSWER, ["evidence"]),
        ("Layanan loket", FORMULA, ["text"]),
    ],
)
def test_a_completion_without_substance_is_refused_with_every_gap(category, text, missing):
    with pytest.raises(Refused) as refused:
        complete(desk(category), text)
    assert [fault.field for fault in refused.value.faults] == missing


def test_work_that_nobody_sees_needs_no_evidence():
    assert complete(desk("Layanan loket")).evidence == ()


def test_a_completion_carries_the_files_it_names_in_their_order_and_each_once():
    one = desk()
    first, second = attached(one.only.leg_id), attached(one.only.leg_id)
    one.hear(first, second)
    ids = [file.evidence.evidence_id for file in (second, first, second)]
    assert complete(one, evidence=tuple(ids)).evidence == (second.evidence, first.evidence)


def test_why_there_is_no_evidence_is_told():
    assert complete(desk(), without_evidence=f" {NO_PHOTO}\n").without_evidence == NO_PHOTO


def test_whoever_shows_evidence_needs_no_reason_for_showing_none():
    one = desk()
    file = attached(one.only.leg_id)
    one.hear(file)
    said = complete(one, evidence=(file.evidence.evidence_id,), without_evidence=NO_PHOTO)
    assert (len(said.evidence), said.without_evidence) == (1, None)


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "of another leg"])
def test_a_file_that_was_not_sent_for_this_leg_is_refused(known):
    one = desk()
    file = attached(uuid7())
    if known:
        one.hear(file)
    with pytest.raises(Refused) as refused:
        complete(one, evidence=(file.evidence.evidence_id,))
    (fault,) = refused.value.faults
    assert fault.field == "evidence" and str(file.evidence.evidence_id) in fault.text
