"""Recomputes in PostgreSQL: whom an amendment can reach, found slice by slice and worked off in chunks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.amendments import Row
from services.sla.store import SAID, Said, said_of_row
from shared.calendar import NATION, Amendment, PolicyAmendment
from shared.contracts import ClockKind
from shared.db.database import Transaction

SLICE = 100_000
"""Rows that one look for affected cases reads at most."""

_UUID = pg.UUID(as_uuid=True)
_NIL = UUID(int=0)

_OPEN = sa.text(
    "SELECT id, seq, packaged, reached, found_at FROM recomputes WHERE done_at IS NULL ORDER BY id LIMIT 1"
)
"""Index recomputes_open. One after the other: the next begins when this one is done."""
_HOLD = sa.text(
    """
    SELECT id, seq, packaged, reached, found_at FROM recomputes
    WHERE id = :id AND found_at IS NULL FOR UPDATE SKIP LOCKED
    """
)
_UPPER = sa.text(
    "SELECT report_id FROM cases WHERE report_id > :reached ORDER BY report_id OFFSET :slice LIMIT 1"
)
_REACHED = sa.text(
    """
    UPDATE recomputes SET reached = :reached, found_at = CASE WHEN :all THEN now() END WHERE id = :id
    """
)
_CHUNK = sa.text(
    """
    INSERT INTO recompute_chunks (recompute_id, first, last, cases)
    SELECT :id, * FROM unnest(:first, :last, CAST(:cases AS int[]))
    """
).bindparams(*(sa.bindparam(name, type_=pg.ARRAY(_UUID)) for name in ("first", "last")))
_CLAIM = sa.text(
    """
    SELECT c.id, c.first, c.last, r.seq, r.packaged FROM recompute_chunks c
    JOIN recomputes r ON r.id = c.recompute_id
    WHERE c.done_at IS NULL ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
    """
)
"""Index recompute_chunks_open. A chunk that another worker is at is skipped; if that one dies, it is free."""
_CHUNK_DONE = sa.text("UPDATE recompute_chunks SET done_at = now(), moved = :moved WHERE id = :id")
_DONE = sa.text(
    """
    UPDATE recomputes SET done_at = now() WHERE id = :id AND found_at IS NOT NULL AND done_at IS NULL
      AND NOT EXISTS (SELECT FROM recompute_chunks WHERE recompute_id = :id AND done_at IS NULL)
    """
)
_LEFT = sa.text("SELECT coalesce(sum(cases), 0) FROM recompute_chunks WHERE done_at IS NULL")
"""Index recompute_chunks_open."""
_ENDS = sa.text(
    """
    SELECT report_id, clock, started_by, deadline FROM timers
    WHERE report_id = ANY(:report_ids) AND running AND deadline IS NOT NULL
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))
_NOTICE = sa.text(
    """
    WITH last AS (
      SELECT id, packaged, done_at FROM recomputes WHERE seq IS NULL ORDER BY id DESC LIMIT 1
    ), named AS (
      UPDATE recomputes r SET packaged = :packaged FROM last
      WHERE r.id = last.id AND last.packaged IS NULL
    )
    INSERT INTO recomputes (packaged, found_at, done_at)
    SELECT :packaged, CASE WHEN NOT known THEN now() END, CASE WHEN NOT known THEN now() END
    FROM (SELECT EXISTS (SELECT FROM last) AS known) AS k
    WHERE NOT EXISTS (SELECT FROM last WHERE packaged IS NULL OR packaged = :packaged)
    """
)
"""A database that has just been made agrees with the files it was made with."""
_ONE_NOTICES = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.sla.files'))")
_PROGRESS = sa.text(
    """
    SELECT r.id, a.id AS amendment, r.packaged, r.began_at, r.found_at, r.done_at,
      coalesce(sum(c.cases), 0) AS cases,
      coalesce(sum(c.cases) FILTER (WHERE c.done_at IS NOT NULL), 0) AS cases_done,
      coalesce(sum(c.moved), 0) AS deadlines_moved
    FROM recomputes r LEFT JOIN amendments a ON a.seq = r.seq
      LEFT JOIN recompute_chunks c ON c.recompute_id = r.id
    GROUP BY r.id, a.id ORDER BY r.id DESC LIMIT :limit
    """
)


@dataclass(frozen=True)
class Job:
    """One recompute. `seq` is its amendment; without one, the reviewed files were replaced by `packaged`."""

    id: int
    seq: int | None
    packaged: str | None
    reached: UUID | None
    found_at: datetime | None


@dataclass(frozen=True)
class Chunk:
    """Neighbouring cases of one recompute, of which some may be affected."""

    id: int
    first: UUID
    last: UUID
    seq: int | None
    packaged: str | None


@dataclass(frozen=True)
class Reach:
    """Which timers `t` an amendment can touch, as a condition: rather one too many than one too few."""

    condition: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, row: Row | None) -> "Reach":
        if row is None:
            return cls("true", {})
        if isinstance(row.amendment, PolicyAmendment):
            return cls._of_policy(row.amendment)
        return cls._of_calendar(row.amendment)

    @classmethod
    def _of_policy(cls, amendment: PolicyAmendment) -> "Reach":
        agency = amendment.limit.agency
        condition, values = "t.running AND t.clock = :clock", {"clock": amendment.limit.clock.value}
        if agency is None:
            return cls(condition, values)
        below = " AND (t.agency = :agency OR starts_with(t.agency, :below))"
        return cls(condition + below, {**values, "agency": agency, "below": f"{agency}."})

    @classmethod
    def _of_calendar(cls, amendment: Amendment) -> "Reach":
        condition, values = "t.running", dict[str, Any]()
        if amendment.scope != NATION:
            condition += " AND (t.region = :scope OR starts_with(t.region, :below))"
            values |= {"scope": amendment.scope, "below": f"{amendment.scope}."}
        days = [*amendment.removed, *(day.date for day in amendment.added)]
        if amendment.known_through is not None or not days:
            return cls(condition, values)
        # A clock that has begun by then, and has then an end or a reminder still before it, in any zone.
        condition += (
            " AND t.started_at < :after AND"
            " (t.deadline IS NULL OR t.deadline >= :before OR t.due[cardinality(t.due)] >= :before)"
        )
        day = timedelta(days=1)
        return cls(
            condition,
            values
            | {
                "before": datetime.combine(min(days), time(), UTC) - day,
                "after": datetime.combine(max(days), time(), UTC) + day,
            },
        )

    def find(self) -> sa.TextClause:
        if self.condition == "true":
            return sa.text(
                "SELECT report_id FROM cases WHERE report_id > :reached AND report_id <= :upper ORDER BY 1"
            )
        return sa.text(
            "SELECT DISTINCT t.report_id FROM timers t WHERE t.report_id > :reached "  # noqa: S608
            f"AND t.report_id <= :upper AND {self.condition} ORDER BY 1"
        )

    def hold(self) -> sa.TextClause:
        touched = ""
        if self.condition != "true":
            touched = (
                "AND seq < :seq AND EXISTS "
                f"(SELECT FROM timers t WHERE t.report_id = c.report_id AND {self.condition})"
            )
        return sa.text(
            f"SELECT {SAID} FROM cases c WHERE report_id BETWEEN :first AND :last {touched} "  # noqa: S608
            "ORDER BY report_id FOR NO KEY UPDATE"
        )


async def notice_new_files(tx: Transaction, versions: str) -> None:
    """Begin a recompute of every case if the reviewed files are not those of the last time."""
    await tx.execute(_ONE_NOTICES)
    await tx.execute(_NOTICE, {"packaged": versions})


async def ends(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, dict[Any, datetime]]:
    """Where the running clocks of these cases end, by kind and starting fact, as on record."""
    found: dict[UUID, dict[Any, datetime]] = {}
    for row in await tx.execute(_ENDS, {"report_ids": list(report_ids)}):
        found.setdefault(row.report_id, {})[ClockKind(row.clock), row.started_by] = row.deadline
    return found


async def cases_left(tx: Transaction) -> int:
    """Found, and still to be computed again."""
    return int((await tx.execute(_LEFT)).scalar_one())


async def open_job(tx: Transaction) -> Job | None:
    """The oldest recompute that is not done; it is not locked."""
    row = (await tx.execute(_OPEN)).one_or_none()
    return Job(**row._mapping) if row else None


async def find_slice(tx: Transaction, job_id: int, reach: Reach, size: int) -> bool:
    """Cut the next slice of affected cases into chunks of `size`; False if another worker is at it."""
    row = (await tx.execute(_HOLD, {"id": job_id})).one_or_none()
    if row is None:
        return False
    reached = row.reached or _NIL
    upper = (await tx.execute(_UPPER, {"reached": reached, "slice": SLICE})).scalar_one_or_none()
    through = upper or UUID(int=2**128 - 1)
    found = await tx.execute(reach.find(), {**reach.values, "reached": reached, "upper": through})
    ids = list(found.scalars())
    chunks = [ids[start : start + size] for start in range(0, len(ids), size)]
    if chunks:
        columns = {
            "first": [chunk[0] for chunk in chunks],
            "last": [chunk[-1] for chunk in chunks],
            "cases": [len(chunk) for chunk in chunks],
        }
        await tx.execute(_CHUNK, {"id": job_id, **columns})
    await tx.execute(_REACHED, {"id": job_id, "reached": through, "all": upper is None})
    return True


async def claim_chunk(tx: Transaction) -> Chunk | None:
    """A chunk that nobody is at, locked until the transaction ends; None where there is none."""
    row = (await tx.execute(_CLAIM)).one_or_none()
    return Chunk(**row._mapping) if row else None


async def hold_cases(tx: Transaction, chunk: Chunk, reach: Reach, seq: int) -> dict[UUID, Said]:
    """The chunk's cases that are affected and not yet computed with `seq`, held as in `store.lock_cases`."""
    values = {**reach.values, "first": chunk.first, "last": chunk.last}
    if reach.condition != "true":
        values["seq"] = seq
    return {row.report_id: said_of_row(row) for row in await tx.execute(reach.hold(), values)}


async def chunk_done(tx: Transaction, chunk: Chunk, moved: int) -> None:
    """`moved` deadlines were moved in it."""
    await tx.execute(_CHUNK_DONE, {"id": chunk.id, "moved": moved})


async def finish(tx: Transaction, job_id: int) -> bool:
    """Close a recompute that has found and done everything."""
    return bool((await tx.execute(_DONE, {"id": job_id})).rowcount)


async def progress(tx: Transaction, limit: int = 20) -> list[dict[str, Any]]:
    """The newest recomputes, each with how far it has got."""
    return [dict(row._mapping) for row in await tx.execute(_PROGRESS, {"limit": limit})]
