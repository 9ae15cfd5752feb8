"""The page of one report, for its reporter and for everyone; a word that was not taken comes back on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response

from services.intake import supports
from services.intake.desk import Desk
from services.intake.domain.view import tracking_view
from services.intake.domain.words import Word
from services.intake.pages import access
from services.intake.pages.choices import category_name, city_of
from services.intake.pages.deadlines import shown_deadlines
from services.intake.pages.keepsakes import FOLLOWS, SUPPORTS
from services.intake.pages.news import told_here
from services.intake.preferences import preferences
from shared.regions import full_name
from shared.security.codes import format_tracking_id
from shared.web.pages import Shell

ADDRESSES = {
    Word.REPLY: "balas",
    Word.ACCEPTANCE: "terima",
    Word.OBJECTION: "keberatan",
    Word.SUPPLEMENT: "lengkapi",
    Word.WITHDRAWAL: "cabut",
    Word.APPEAL: "banding",
    Word.RATING: "nilai",
    Word.REFERRAL: "ombudsman",
}


@dataclass(frozen=True)
class Complaint:
    """What was wrong with a word, beside what was typed."""

    address: str
    words: str
    typed: str = ""
    score: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Of a form with several."""

    def __repr__(self) -> str:
        return f"Complaint({self.address})"


async def case_page(
    request: Request, desk: Desk, tracking_id: str, complaint: Complaint | None = None, status: int = 200
) -> Response:
    """Raises a 404 problem where there is no such report for this reader."""
    async with desk.database.reading() as tx:
        opened = await access.open_page(tx, request, desk, tracking_id)
        tracked, now = opened.tracked, tx.now
        wishes = await preferences(tx, tracked.report.report_id) if opened.owner else None
        backers = await supports.count(tx, tracked.report.report_id)
    shown_id = format_tracking_id(tracked.report.tracking_id)
    view = tracking_view(tracked, now, owner=opened.owner, shown_id=shown_id)
    shell: Shell = request.app.state.shell
    latest, earlier = _by_age(view["answers"])
    return shell.page(
        request,
        "case.html",
        status,
        view=view,
        tracking_id=shown_id,
        owner=opened.owner,
        category=category_name(view["category"]),
        region=full_name(view["region"] if opened.owner else city_of(view["region"])),
        offers=_offered(view.get("possible", [])),
        deadlines=shown_deadlines(tracked, view["deadlines"], now),
        latest_answers=latest,
        earlier_answers=earlier,
        awaited={leg.agency: leg.agency_name or leg.agency for leg in tracked.progress.awaited},
        wishes=wishes,
        push_key=desk.settings.push_public_key,
        told_here=tracked.report.tracking_id
        in (told_here(request, desk) if opened.owner else FOLLOWS.read(request, desk)),
        made_at=datetime.now(UTC),
        complaint=complaint,
        supports=backers,
        supporting=tracked.report.tracking_id in SUPPORTS.read(request, desk),
        said=request.query_params.get("tersimpan"),
        max_files=desk.settings.evidence_max_files,
        files=view["evidence_count"],
    )


def _by_age(answers: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Each agency's latest answer, and what it said before; the newest first."""
    latest = {answer["agency"]: answer for answer in answers}
    newest_first = answers[::-1]
    return (
        [one for one in newest_first if one is latest[one["agency"]]],
        [one for one in newest_first if one is not latest[one["agency"]]],
    )


def _offered(possible: Iterable[str]) -> dict[str, str]:
    """The words that fit now, with the address each is sent to."""
    fitting = set(possible)
    return {word.value: address for word, address in ADDRESSES.items() if word.value in fitting}
