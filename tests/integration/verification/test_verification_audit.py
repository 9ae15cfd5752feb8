"""Histories on a real database: chained as they are recorded, sealed daily, and every change is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.verification import audit_spans, audit_store
from services.verification.audit import Checked, verify
from services.verification.audit_store import stored_of
from services.verification.domain.chain import Chain
from services.verification.domain.roots import fingerprint, opened
from shared import contracts as c


async def test_what_was_recorded_is_whole_before_and_after_it_is_sealed(audit, lives):
    assert await audit.findings() == []
    assert (await audit.seal()).chains == 2
    assert await audit.findings() == []


async def test_a_fact_recorded_twice_is_one_link(desk, audit, lives, clock):
    fact = c.ReportSupplemented(report_id=lives[0], occurred_at=clock.now(), text="Lagi.")
    [event_id] = await desk.hear(fact)
    await desk.hear_as(event_id, fact)
    assert (await desk.row(lives[0])).chain_length == 4
    assert await audit.findings() == []


FORGERIES = {
    "another officer": (
        "UPDATE entries SET officer = 'nobody' WHERE report_id = :id AND seq = 3",
        [("altered", 3)],
    ),
    "another reason": ("UPDATE entries SET note = 'x' WHERE report_id = :id AND seq = 3", [("altered", 3)]),
    "other words": ("UPDATE entries SET body = '{}' WHERE report_id = :id AND seq = 2", [("altered", 2)]),
    "another time": (
        "UPDATE entries SET recorded_at = recorded_at - interval '1 day' WHERE report_id = :id AND seq = 1",
        [("altered", 1)],
    ),
    "an entry removed": ("DELETE FROM entries WHERE report_id = :id AND seq = 2", [("removed", 2)]),
    "the end removed": ("DELETE FROM entries WHERE report_id = :id AND seq = 3", [("removed", 3)]),
    "two entries swapped": (
        "UPDATE entries SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE report_id = :id AND seq > 1",
        None,
    ),
    "a case removed": (
        "WITH gone AS (DELETE FROM entries WHERE report_id = :id) DELETE FROM cases WHERE report_id = :id",
        [("removed", 1), ("removed", 2), ("removed", 3)],
    ),
    "a case cut back": (
        """
        WITH gone AS (DELETE FROM entries WHERE report_id = :id AND seq = 3)
        UPDATE cases SET chain_length = 2, chain_head = hash FROM entries
        WHERE cases.report_id = :id AND entries.report_id = :id AND seq = 2
        """,
        [("removed", 3)],
    ),
    "a leaf": ("UPDATE leaves SET head = '\\x00' WHERE report_id = :id", [("root", 1), ("rewritten", 3)]),
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_every_forgery_is_found_and_named(audit, lives, forgery):
    await audit.seal()
    sql, expected = FORGERIES[forgery]
    await audit.forge(sql, id=lives[0])
    if expected is None:
        await audit.forge("UPDATE entries SET seq = -seq WHERE report_id = :id AND seq < 0", id=lives[0])
        found = await audit.findings()
        assert {("reordered", 2), ("reordered", 3)} <= set(found)
        return
    assert await audit.findings() == expected


async def test_a_history_rewritten_with_its_hashes_is_not_the_one_that_was_sealed(desk, audit, lives):
    await audit.seal()
    rows = await desk.rows("SELECT * FROM entries WHERE report_id = :id ORDER BY seq", id=lives[0])

    chain = Chain()
    for row in rows:
        link = replace(stored_of(row).link, officer="nobody" if row.seq == 3 else row.officer)
        chain = chain.extended(link)
        await audit.forge(
            "UPDATE entries SET officer = :officer, hash = :hash WHERE event_id = :id",
            officer=link.officer, hash=chain.head, id=row.event_id,
        )  # fmt: skip
    await audit.forge("UPDATE cases SET chain_head = :h WHERE report_id = :id", h=chain.head, id=lives[0])
    assert await audit.findings() == [("rewritten", 3)]


async def test_a_root_is_published_once_a_day_and_names_the_one_before_it(
    audit, lives, open_client, keys, clock
):
    await audit.seal()
    assert await audit.seal() is None
    clock.advance(timedelta(days=1))
    assert (await audit.seal()).chains == 0
    newest, first = (await open_client().get("/v1/audit/roots")).json()["roots"]
    told = opened(newest["statement"], keys["LAPOR_AUDIT_PUBLIC_KEY"])
    assert (told.number, told.previous) == (2, fingerprint(first["statement"]))
    assert str(told.day) == newest["day"] == "2026-07-06"


async def test_a_case_that_goes_on_is_sealed_again(desk, audit, lives, clock):
    await audit.seal()
    clock.advance(timedelta(days=1))
    await desk.hear(c.ReportSupplemented(report_id=lives[0], occurred_at=clock.now(), text="Lagi."))
    assert (await audit.seal()).chains == 1
    assert await audit.findings() == []


async def test_a_case_that_grows_while_it_is_sealed_is_sealed_again(desk, audit, lives, clock, monkeypatch):
    real = audit_store.release

    async def meanwhile(tx, leaves):
        await desk.hear(c.ReportSupplemented(report_id=lives[0], occurred_at=clock.now(), text="Lagi."))
        await real(tx, leaves)

    monkeypatch.setattr(audit_store, "release", meanwhile)
    await audit.seal()
    monkeypatch.undo()
    clock.advance(timedelta(days=1))
    assert (await audit.seal()).chains == 1
    assert await audit.findings() == []


async def test_a_root_that_is_gone_is_missed(audit, lives, clock):
    await audit.seal()
    clock.advance(timedelta(days=1))
    await audit.seal()
    await audit.forge("DELETE FROM roots WHERE number = 1")
    assert ("root", 1) in await audit.findings()


async def test_the_only_root_that_is_gone_is_missed(audit, lives):
    await audit.seal()
    await audit.forge("DELETE FROM roots")
    assert ("root", 1) in await audit.findings()


async def test_a_root_that_is_gone_with_its_leaves_is_missed_by_the_cases_it_covered(audit, lives):
    await audit.seal()
    await audit.forge("DELETE FROM leaves")
    await audit.forge("DELETE FROM roots")
    assert await audit.findings() == [("root", 3)] * 2


async def test_histories_that_are_sealed_anew_are_told_by_the_roots_that_somebody_kept(audit, desk, lives):
    await audit.seal()
    [kept] = [row.statement for row in await desk.rows("SELECT statement FROM roots")]
    assert await audit.findings(kept) == []
    await audit.forge("DELETE FROM leaves")
    await audit.forge("DELETE FROM roots")
    await audit.forge("UPDATE cases SET unsealed = true WHERE report_id = :id", id=lives[0])
    await audit.forge("UPDATE cases SET unsealed = true WHERE report_id = :id", id=lives[1])
    assert await audit.findings(kept) == [("root", 1)]
    await audit.forge("UPDATE cases SET unsealed = false WHERE report_id = :id", id=lives[1])
    await audit.seal()
    assert ("root", 1) in await audit.findings(kept)


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_long_history_is_inspected_piece_by_piece_and_nothing_is_lost_between(
    desk, audit, lives, keys, monkeypatch, processes
):
    await audit.forge("UPDATE entries SET officer = 'x' WHERE report_id = :id AND seq = 2", id=lives[0])
    await audit.forge("DELETE FROM cases WHERE report_id = :id", id=lives[1])
    await audit.forge("DELETE FROM entries WHERE report_id = :id AND seq = 1", id=lives[1])
    monkeypatch.setattr(audit_spans, "ENTRIES", 1)
    checked = Checked()
    found = verify(desk.database, keys["LAPOR_AUDIT_PUBLIC_KEY"], checked, processes=processes)
    assert [(one.wrong, one.report_id, one.seq) async for one in found] == [
        ("altered", lives[0], 2),
        ("removed", lives[1], 1),
    ]
    assert (checked.cases, checked.entries) == (2, 5)


# proofs
