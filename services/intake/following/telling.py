"""Says what is new on public pages that somebody follows, when the public list is brought up to date.

Says nothing that is not on the public page, and nothing more of a case that is not public any longer.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.intake.domain.follows import OVER, Shown, areas_of, news
from services.intake.domain.moments import Kind
from services.intake.domain.view import Tracked, tracking_view
from services.intake.following import store
from shared.contracts import PublicCaseChanged, PublicCaseHidden, PublicCaseListed
from shared.db.database import Transaction


async def tell(tx: Transaction, changed: Sequence[Tracked], hidden: Collection[UUID]) -> None:
    """One look for all that changed; `hidden` are those that nobody may read."""
    out = {each.report.report_id for each in changed if _is_over(each, hidden)}
    areas = {each.report.report_id: () if each.report.report_id in out else _areas(each) for each in changed}
    known = await store.wanted(tx, areas)
    rows = []
    for tracked in changed:
        row = known[tracked.report.report_id]
        if row.hidden:
            continue
        if tracked.report.report_id in out:
            rows += _hide(tx, tracked, row)
        else:
            rows += _show(tx, tracked, row, areas[tracked.report.report_id])
    await store.told(tx, rows)


def _is_over(tracked: Tracked, hidden: Collection[UUID]) -> bool:
    return tracked.report.report_id in hidden or tracked.progress.status in OVER


def _areas(tracked: Tracked) -> tuple[str, ...]:
    """Where a case is announced: nowhere, before an officer has read it, as no mail can be taken back."""
    if not any(moment.kind is Kind.VERIFIED for moment in tracked.progress.timeline):
        return ()
    filing = tracked.report.filing
    return areas_of(tracked.progress.category or filing.category, filing.place.region)


def _hide(tx: Transaction, tracked: Tracked, known: Any) -> list[dict[str, Any]]:
    if known.told is None and not known.version:
        return []  # nobody has heard of it
    report = tracked.report
    if not report.secret and tracked.progress.status not in OVER:
        return []  # not shown until an officer has read it; that may pass
    tx.say(PublicCaseHidden(report_id=report.report_id, occurred_at=tx.now, tracking_id=report.tracking_id))
    return [_row(report.report_id, known.version + 1, known.told, hidden=True)]


def _show(tx: Transaction, tracked: Tracked, known: Any, areas: tuple[str, ...]) -> list[dict[str, Any]]:
    if known.told is None and not known.to_announce:
        return []
    report = tracked.report
    view = tracking_view(tracked, tx.now, owner=False, shown_id=report.tracking_id)
    about = {
        "report_id": report.report_id,
        "occurred_at": tx.now,
        "tracking_id": report.tracking_id,
        "title": view["title"],
    }
    if known.to_announce:
        tx.say(
            PublicCaseListed(
                **about,
                filed_at=report.filed_at,
                status=view["status"],
                category=view["category"],
                region=(view["region"] or "")[:5] or None,
                areas=areas,
            )
        )
    new = news(Shown.read(known.told), view) if known.told is not None else None
    if new:
        tx.say(PublicCaseChanged(**about, public_version=known.version + 1, **vars(new)))
    if not (new or known.to_announce):
        return []
    told = str(Shown.of(view)) if known.told is not None else None
    return [_row(report.report_id, known.version + 1, told, announced=known.to_announce)]


def _row(report_id: UUID, version: int, told: str | None, **flags: bool) -> dict[str, Any]:
    changed = {"announced": False, "hidden": False, **flags}
    return {"report_id": str(report_id), "version": version, "told": told, **changed}
