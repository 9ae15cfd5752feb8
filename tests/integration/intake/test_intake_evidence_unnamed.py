"""An agency's file that no completion names goes in time, with all its objects; what is named stays."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.evidence.sweeper import Sweeper
from services.intake.identity.policy import retention
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.tokens import Role
from shared.storage.port import StoreUnavailable
from tests.corpora import evidence as corpus

from .evidence_desk import check, objects_of, sent, token
from .legs import leg

DISHUB = "35.3578.dishub"
LATER = retention().unnamed_evidence + timedelta(days=1)


@pytest.fixture
async def attached(intake, keys):
    """A report with a leg, and a checked photo that its agency sent for it."""
    filed = await intake.file()
    filed.about = await leg(intake, filed, DISHUB)
    answer = await intake.http.post(
        f"{filed.url}/evidence", content=corpus.photo(), headers=token(keys, Role.LIAISON, DISHUB)
    )
    await check(intake)
    filed.evidence_id = answer.json()["evidence_id"]
    return filed


async def given_back(intake, filed) -> None:
    await intake.hear(c.DispositionReturned(**{**filed.about, "leg_version": 2}, reason="bukan kami", hop=1))


async def completed(intake, filed) -> None:
    ref = c.EvidenceRef(
        evidence_id=UUID(filed.evidence_id),
        object_key="k",
        content_type="image/jpeg",
        size=1,
        sha256="0" * 64,
    )
    said = {"text": "Lampu di simpang Diponegoro diganti petugas pada Selasa.", "evidence": (ref,)}
    await intake.hear(c.DispositionCompleted(**{**filed.about, "leg_version": 2}, **said))


async def sweep(intake, clock, times=1) -> int:
    """How many files are gone after as many sweeps, each long after the one before."""
    gone = 0
    for _ in range(times):
        clock.advance(LATER)
        gone += (await Sweeper(intake.desk.evidence).sweep()).unnamed
    return gone


async def test_what_no_completion_named_goes_with_its_objects_once_the_leg_was_given_back(
    intake, attached, clock, stack
):
    [row] = await intake.rows("SELECT object_key, preview_key, original_key FROM evidence")
    kept = {key for _, key in objects_of(stack)}
    assert kept >= {*row}
    await given_back(intake, attached)
    assert await sweep(intake, clock) == 1
    assert await intake.count("evidence") == 0
    assert not {key for _, key in objects_of(stack)} & {*row}


async def test_it_stays_while_its_leg_can_still_be_completed(intake, attached, clock):
    assert await sweep(intake, clock, times=3) == 0
    assert await intake.count("evidence") == 1


async def test_what_a_completion_names_stays_for_good(intake, attached, clock):
    await completed(intake, attached)
    await intake.status(attached.report_id, 3, CaseStatus.CLOSED, closed_by="reporter")
    assert await sweep(intake, clock, times=3) == 0
    assert [row.check_at for row in await intake.rows("SELECT check_at FROM evidence")] == [None]


async def test_a_reporters_own_file_stays(intake, clock):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await check(intake)
    await intake.status(filed.report_id, 3, CaseStatus.CLOSED, closed_by="reporter")
    assert (await sweep(intake, clock, times=2), await intake.count("evidence")) == (0, 1)


async def test_a_store_that_is_away_leaves_the_row_for_the_next_sweep(intake, attached, clock, monkeypatch):
    await given_back(intake, attached)

    async def away(_key):
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(intake.desk.evidence.buckets.originals, "delete", away)
        with pytest.raises(StoreUnavailable):
            await sweep(intake, clock)
    assert (await intake.count("evidence"), await sweep(intake, clock)) == (1, 1)
