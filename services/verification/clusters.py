"""Clusters that officers make: one case leads and answers, the others follow, and their reporters hear it.

A lead that ends without an answer lets its members go: officers decide about each of them again.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification import aside, store, supporters
from services.verification.domain.case import Case, Entry
from services.verification.domain.cluster import LEFT_ALONE, TOLD, answer_of, hidden
from services.verification.domain.consequences import consequences
from services.verification.domain.errands import errands_of
from services.verification.domain.fold import fold
from shared.contracts import CaseStatus, CaseUnmerged, LeadStatusChanged
from shared.db.database import Transaction

AT_ONCE = 200
"""Members told in one transaction; those that are left are told in the next."""

_UUID = pg.UUID(as_uuid=True)
_ID = sa.bindparam("report_id", type_=_UUID)
_ROOT = sa.text(
    """
    WITH RECURSIVE up (report_id) AS (
      SELECT CAST(:report_id AS uuid) UNION SELECT lead FROM members JOIN up USING (report_id)
    )
    SELECT report_id FROM up WHERE NOT EXISTS (SELECT FROM members WHERE members.report_id = up.report_id)
    """
).bindparams(_ID)
_FAMILY = """
    WITH RECURSIVE family (report_id, lead) AS (
      SELECT report_id, lead FROM members WHERE lead = :report_id
      UNION SELECT members.report_id, members.lead FROM members JOIN family ON members.lead = family.report_id
    )
"""
"""All who joined a case, and who had joined those. Index members_by_lead."""
_MEMBERS = sa.text(
    f"""
    {_FAMILY} SELECT report_id, family.lead, joined_at FROM family JOIN members USING (report_id)
    ORDER BY joined_at, report_id LIMIT :rows
    """  # noqa: S608
).bindparams(_ID)
_UNTOLD = sa.text(
    f"""
    {_FAMILY} SELECT report_id, version, tracking_id, anonymous, secret
    FROM family JOIN members USING (report_id) JOIN cases USING (report_id)
    WHERE told IS DISTINCT FROM :told AND status = 'merged'
    ORDER BY report_id LIMIT :rows FOR NO KEY UPDATE OF cases
    """  # noqa: S608
).bindparams(_ID)
_TOLD = sa.text(
    """
    WITH told AS (UPDATE members SET told = :told WHERE report_id = ANY(:report_ids))
    UPDATE cases SET version = version + 1 WHERE report_id = ANY(:report_ids)
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))
_DIRECT = sa.text(
    "SELECT report_id FROM members WHERE lead = :report_id ORDER BY report_id LIMIT :rows"
).bindparams(_ID)


async def root_of(tx: Transaction, report_id: UUID) -> UUID:
    """The case that answers for this one: itself, unless it has joined another."""
    return (await tx.execute(_ROOT, {"report_id": report_id})).scalar_one_or_none() or report_id


async def members_of(tx: Transaction, lead: UUID, limit: int) -> Sequence[Any]:
    """Who joined this case, at first or second hand, with when and whom; the earliest first."""
    return (await tx.execute(_MEMBERS, {"report_id": lead, "rows": limit})).all()


async def tell(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Bring the members of these cases up to what their leads have come to."""
    for root in sorted({await root_of(tx, report_id) for report_id in report_ids}):
        while await _tell(tx, root):
            pass


async def _tell(tx: Transaction, root: UUID) -> bool:
    """True if there may be more to tell."""
    lead = fold(root, await store.entries(tx, root))
    answer = answer_of(lead)
    said = f"{lead.status}:{sha256((answer or '').encode()).hexdigest()[:16]}"
    more = await supporters.tell(tx, lead, said, answer) if lead.status in TOLD | LEFT_ALONE else False
    if lead.status in LEFT_ALONE:
        return await _let_go(tx, root) or more
    if lead.status not in TOLD or lead.submission is None:
        return False
    rows = (await tx.execute(_UNTOLD, {"report_id": root, "told": said, "rows": AT_ONCE})).all()
    for row in rows:
        tx.say(
            LeadStatusChanged(
                report_id=row.report_id,
                occurred_at=tx.now,
                case_version=row.version + 1,
                tracking_id=row.tracking_id,
                lead_tracking_id=None if hidden(lead) else lead.submission.tracking_id,
                status=lead.status,
                answer=answer,
                anonymous=row.anonymous,
                secret=row.secret,
            )
        )
    if rows:
        await tx.execute(_TOLD, {"told": said, "report_ids": [row.report_id for row in rows]})
    return len(rows) == AT_ONCE or more


async def _let_go(tx: Transaction, lead: UUID) -> bool:
    """Undo what officers joined to a case that will never answer."""
    ids = list((await tx.execute(_DIRECT, {"report_id": lead, "rows": AT_ONCE})).scalars())
    held = await store.lock_cases(tx, ids)
    known = await store.entries_of(tx, ids)
    for report_id in ids:
        one = held[report_id]
        case = fold(report_id, known[report_id])
        if case.status is not CaseStatus.MERGED or case.merged_into != lead:
            continue
        fact = CaseUnmerged(
            report_id=report_id, occurred_at=case.after_all_this(tx.now), case_version=one.said.version + 1
        )
        entry = Entry(tx.say(fact), fact, None, "the case it had joined ended without an answer")
        await _record(tx, one, fold(report_id, [*known[report_id], entry]), entry)
    return len(ids) == AT_ONCE


async def _record(tx: Transaction, held: store.Held, case: Case, entry: Entry) -> None:
    said, facts = consequences(held.said, case, tx.now)
    for fact in facts:
        tx.say(fact)
    await aside.note(tx, [(held.said, case)])
    todo = errands_of(held.said, case, [entry], tx.now)
    await store.record(tx, [entry], [(case, said)], {case.report_id: held.chain}, todo)
