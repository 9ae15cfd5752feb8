"""The chains and their roots in PostgreSQL: what has grown, what was sealed, all of it to be read again."""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.chain import Chain, Link
from services.verification.domain.inspection import Stored
from services.verification.domain.roots import Root
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_FIRST = UUID(int=0)
_LAST_ID = UUID(int=2**128 - 1)
BATCH = 5_000

_GROWN = sa.text(
    """
    SELECT report_id, chain_length, chain_head FROM cases
    WHERE unsealed AND chain_length > 0 AND report_id > :after ORDER BY report_id LIMIT :rows
    """
).bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("rows", type_=sa.Integer()))
"""Index cases_unsealed."""
_RELEASE = sa.text(
    """
    WITH sealed AS (
      SELECT report_id FROM cases JOIN unnest(:report_ids, :lengths) AS leaf (report_id, length)
        USING (report_id)
      WHERE chain_length = length ORDER BY report_id FOR NO KEY UPDATE OF cases
    )
    UPDATE cases SET unsealed = false FROM sealed WHERE cases.report_id = sealed.report_id
    """
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)), sa.bindparam("lengths", type_=pg.ARRAY(sa.Integer()))
)
"""Held in the order in which everybody holds cases; one that has grown meanwhile stays for the next root."""
_KEEP_LEAVES = sa.text(
    """
    INSERT INTO leaves (number, report_id, length, head)
    SELECT :number, * FROM unnest(:report_ids, :lengths, :heads)
    """
).bindparams(
    sa.bindparam("number", type_=sa.Integer()),
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)),
    sa.bindparam("lengths", type_=pg.ARRAY(sa.Integer())),
    sa.bindparam("heads", type_=pg.ARRAY(sa.LargeBinary())),
)
_KEEP_ROOT = sa.text(
    """
    INSERT INTO roots (number, day, sealed_at, chains, statement)
    VALUES (:number, :day, :sealed_at, :chains, :statement)
    """
).bindparams(
    sa.bindparam("day", type_=sa.Date()), sa.bindparam("sealed_at", type_=sa.DateTime(timezone=True))
)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('verification.roots'))")
_LAST = sa.text("SELECT number, day, statement FROM roots ORDER BY number DESC LIMIT 1")
_ROOTS = sa.text(
    """
    SELECT number, day, sealed_at, chains, statement FROM roots
    WHERE CAST(:before AS integer) IS NULL OR number < :before ORDER BY number DESC LIMIT :rows
    """
).bindparams(sa.bindparam("before", type_=sa.Integer()), sa.bindparam("rows", type_=sa.Integer()))
_LEAVES = sa.text(
    "SELECT report_id, length, head FROM leaves WHERE number = :number ORDER BY report_id"
).columns(report_id=_UUID)
_ORPHANS = sa.text("SELECT DISTINCT number FROM leaves WHERE number > :newest ORDER BY number").bindparams(
    sa.bindparam("newest", type_=sa.Integer())
)
_LAST_SEAL = sa.text(
    """
    SELECT number, statement FROM roots JOIN leaves USING (number)
    WHERE report_id = :report_id ORDER BY number DESC LIMIT 1
    """
).bindparams(sa.bindparam("report_id", type_=_UUID))
"""Index leaves_by_report."""
_ENTRIES = "SELECT report_id, seq, event_id, type, body, officer, note, recorded_at, hash FROM entries"
_BY_CASE = sa.text(f"{_ENTRIES} WHERE report_id = :report_id ORDER BY seq").bindparams(
    sa.bindparam("report_id", type_=_UUID)
)
_CUT = sa.text(
    "SELECT report_id FROM entries WHERE report_id > :after ORDER BY report_id, seq OFFSET :rows LIMIT 1"
).bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("rows", type_=sa.Integer()))
_SPAN = "report_id > :after AND report_id <= :last"
_ENDS_OF = [sa.bindparam("after", type_=_UUID), sa.bindparam("last", type_=_UUID)]
_ENDS = sa.text(
    f"SELECT report_id, chain_length, chain_head, unsealed FROM cases WHERE {_SPAN}"  # noqa: S608
).bindparams(*_ENDS_OF)
_ALL_OF = sa.text(f"{_ENTRIES} WHERE {_SPAN} ORDER BY report_id, seq").bindparams(*_ENDS_OF)
_SEALS = sa.text(f"SELECT report_id, length, head FROM leaves WHERE {_SPAN}").bindparams(  # noqa: S608
    *_ENDS_OF
)
"""Primary key of cases, indexes entries_in_order and leaves_by_report."""
_SUBMITTED = sa.text("SELECT report_id FROM cases WHERE tracking_id = :tracking_id").columns(report_id=_UUID)


async def last_root(tx: Transaction) -> Any | None:
    """The newest root; whoever seals waits here for whoever does so already."""
    await tx.execute(_LOCK)
    return (await tx.execute(_LAST)).first()


async def grown(tx: Transaction) -> dict[UUID, Chain]:
    """The chains that have grown since the last root, by report: the leaves of the next one, in order."""
    leaves, after = dict[UUID, Chain](), _FIRST
    while rows := (await tx.execute(_GROWN, {"after": after, "rows": BATCH})).all():
        leaves |= {row.report_id: Chain(row.chain_length, row.chain_head) for row in rows}
        after = rows[-1].report_id
    return leaves


async def keep_root(tx: Transaction, root: Root, statement: str, leaves: dict[UUID, Chain]) -> None:
    """Write a root and its leaves."""
    row = {"number": root.number, "day": root.day, "sealed_at": root.sealed_at, "chains": root.chains}
    await tx.execute(_KEEP_ROOT, {**row, "statement": statement})
    for some in batches(leaves):
        await tx.execute(
            _KEEP_LEAVES,
            {
                "number": root.number,
                "report_ids": list(some),
                "lengths": [chain.length for chain in some.values()],
                "heads": [chain.head for chain in some.values()],
            },
        )


async def release(tx: Transaction, leaves: dict[UUID, Chain]) -> None:
    """These chains are under a root, unless they have grown since."""
    lengths = [chain.length for chain in leaves.values()]
    await tx.execute(_RELEASE, {"report_ids": list(leaves), "lengths": lengths})


def batches(leaves: dict[UUID, Chain]) -> Iterator[dict[UUID, Chain]]:
    """So many at a time that nobody waits long for a statement."""
    items = iter(leaves.items())
    while some := dict(islice(items, BATCH)):
        yield some


async def roots(tx: Transaction, before: int | None, limit: int) -> Sequence[Any]:
    """Newest first."""
    return (await tx.execute(_ROOTS, {"before": before, "rows": limit})).all()


async def leaves_of(tx: Transaction, number: int) -> dict[UUID, Chain]:
    """The leaves of a root, in its order."""
    rows = await tx.execute(_LEAVES, {"number": number})
    return {row.report_id: Chain(row.length, row.head) for row in rows}


async def orphans(tx: Transaction, newest: int) -> Sequence[int]:
    """Roots behind the newest one that there is, of which leaves are left."""
    return (await tx.execute(_ORPHANS, {"newest": newest})).scalars().all()


async def last_seal(tx: Transaction, report_id: UUID) -> Any | None:
    """The number and the statement of the newest root that has this case among its leaves."""
    return (await tx.execute(_LAST_SEAL, {"report_id": report_id})).first()


async def entries_of(tx: Transaction, report_id: UUID) -> list[Stored]:
    """A case's entries by their places."""
    return [stored_of(row) for row in await tx.execute(_BY_CASE, {"report_id": report_id})]


def stored_of(row: Any) -> Stored:
    """An entry with the hash that it was recorded with."""
    link = Link(row.report_id, row.event_id, row.type, row.body, row.officer, row.note, row.recorded_at)
    return Stored(row.seq, row.hash, link)


async def report_of(tx: Transaction, tracking_id: str) -> UUID | None:
    """None for a tracking id that is none's."""
    return (await tx.execute(_SUBMITTED, {"tracking_id": tracking_id})).scalar_one_or_none()


async def stand_still(tx: Transaction, snapshot: str | None = None) -> None:
    """This transaction sees everything as it is at one moment: now, or when `snapshot` was shared."""
    await tx.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    if snapshot is not None:
        await tx.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{snapshot}'"))


async def share(tx: Transaction) -> str:
    """The name under which other transactions see what this one sees, while it lasts."""
    return str((await tx.execute(sa.text("SELECT pg_export_snapshot()"))).scalar_one())


async def spans(tx: Transaction, entries: int) -> list[tuple[UUID, UUID]]:
    """All report ids there can be, in order and without a gap: after which, and up to which. Each span has
    about so many entries (index entries_in_order), and whatever else is known of these reports.
    """
    cuts = [_FIRST]
    while cut := (await tx.execute(_CUT, {"after": cuts[-1], "rows": entries})).scalar_one_or_none():
        cuts.append(cut)
    return list(pairwise([*cuts, _LAST_ID]))


async def within(tx: Transaction, span: tuple[UUID, UUID]) -> tuple[Any, Any, Any]:
    """What is on record of a span's reports: ends, entries by case and place, seals."""
    given = dict(zip(("after", "last"), span, strict=True))
    return (
        (await tx.execute(_ENDS, given)).all(),
        (await tx.execute(_ALL_OF, given)).all(),
        (await tx.execute(_SEALS, given)).all(),
    )
