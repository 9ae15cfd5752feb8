"""When an agency's file that no completion names is over: never while one could still name it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.progress import progress
from services.intake.domain.view import Tracked
from services.intake.evidence.unnamed import parted
from services.intake.identity.policy import retention
from shared import contracts as c
from shared.contracts import CaseStatus

from . import stories

FILE = EvidenceFile(
    UUID(int=1), EvidenceState.CLEARED, "image/jpeg", 10, stories.START, "k",
    leg_id=stories.LEGS[0], agency=stories.AGENCIES[0],
)  # fmt: skip
KEPT = retention().unnamed_evidence
LONG = timedelta(days=400)


def tracked(*facts: c.Fact) -> Tracked:
    return Tracked(stories.report(), progress(stories.moments([*facts])), evidence=(FILE,))


def named() -> c.DispositionCompleted:
    ref = c.EvidenceRef(
        evidence_id=FILE.evidence_id, object_key="k", content_type="image/jpeg", size=1, sha256="0" * 64
    )
    return stories.completed().model_copy(update={"evidence": (ref,)})


CLOSED = stories.status(3, CaseStatus.CLOSED, 7)
OVER = {
    "the leg was given back": ([stories.sent(), stories.returned(hours=2)], 2),
    "the case has ended": ([stories.sent(), CLOSED], 7),
    "both": ([stories.sent(), stories.returned(hours=2), CLOSED], 2),
}


@pytest.mark.parametrize("why", sorted(OVER))
def test_it_is_over_some_time_after_none_could_name_it(why):
    facts, hours = OVER[why]
    end = stories.at(hours) + KEPT
    before = parted([(tracked(*facts), FILE.evidence_id)], end - timedelta(seconds=1))
    assert (before.over, before.later) == ((), {FILE.evidence_id: end})
    assert parted([(tracked(*facts), FILE.evidence_id)], end).over == (FILE,)


@pytest.mark.parametrize(
    "facts",
    [
        [stories.sent()],
        [stories.sent(), stories.completed()],
        [stories.sent(), CLOSED, stories.status(4, CaseStatus.IN_PROGRESS, 8)],
        [stories.sent(0), stories.sent(1), stories.returned(1)],
    ],
    ids=["at work", "done without it", "reopened", "given back by another"],
)
def test_it_stays_while_it_could_be_named_and_is_looked_at_again(facts):
    now = stories.START + LONG
    found = parted([(tracked(*facts), FILE.evidence_id)], now)
    assert (found.over, found.later) == ((), {FILE.evidence_id: now + retention().look_again})


def test_what_a_completion_names_is_never_looked_at_again():
    found = parted([(tracked(stories.sent(), named(), CLOSED), FILE.evidence_id)], stories.START + LONG)
    assert (found.over, found.later) == ((), {FILE.evidence_id: None})


def test_a_refused_file_goes_the_same_way():
    refused = replace(FILE, state=EvidenceState.REJECTED)
    seen = replace(tracked(stories.sent(), CLOSED), evidence=(refused,))
    assert parted([(seen, FILE.evidence_id)], stories.START + LONG).over == (refused,)
