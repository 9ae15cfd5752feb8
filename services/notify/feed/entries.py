"""The feed's lines: when what was said of a report, in one sentence each. No contact, and no content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from jinja2 import TemplateError
from sqlalchemy.dialects import postgresql as pg

from services.notify.discreet import news
from services.notify.domain.delivery import Template
from services.notify.rendering import DEFAULT_LANGUAGE, LANGUAGES, words
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id

MOST = 200
"""Lines of one report; the newest."""
_SHOWN = ["no contact", "contact withdrawn", "muted by the reporter"]
"""Why something was not sent, and is a line all the same: it was meant for the reporter."""
_ENTRIES = (
    sa.text(
        """
        SELECT d.id, d.report_id, d.template, d.created_at, COALESCE(cases.tracking_id, '') AS tracking_id,
          COALESCE(wishes.language, contacts.language) AS language
        FROM deliveries AS d
        LEFT JOIN cases USING (report_id)
        LEFT JOIN wishes USING (report_id)
        LEFT JOIN contacts USING (report_id)
        WHERE d.report_id = ANY(:report_ids) AND d.recipient = 'reporter' AND d.state <> 'waiting_contact'
          AND (d.state <> 'skipped' OR d.reason = ANY(:shown))
          AND (d.created_at > now() - make_interval(secs => :within) OR :within = 0)
        ORDER BY d.created_at DESC, d.id DESC LIMIT :limit
        """
    )
    .bindparams(
        sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
        sa.bindparam("shown", type_=pg.ARRAY(sa.Text)),
        sa.bindparam("within", type_=sa.Float),
        sa.bindparam("limit", type_=sa.Integer),
    )
    .columns(id=pg.UUID(as_uuid=True), report_id=pg.UUID(as_uuid=True))
)
"""Index deliveries_by_report."""


@dataclass(frozen=True)
class Entry:
    """One thing that was said of a report. `at` is in the machine's own time."""

    id: UUID
    report_id: UUID
    template: str
    at: datetime
    text: str
    language: str


async def entries_of(tx: Transaction, report_id: UUID) -> list[Entry]:
    """What was said of one report, oldest first."""
    return await _read(tx, [report_id], 0.0, MOST)


async def latest(tx: Transaction, report_ids: Collection[UUID], seconds: float) -> list[Entry]:
    """What was said of several within the last `seconds`, oldest first."""
    return await _read(tx, sorted(report_ids), seconds, MOST * len(report_ids))


async def _read(tx: Transaction, report_ids: list[UUID], within: float, limit: int) -> list[Entry]:
    given = {"report_ids": report_ids, "shown": _SHOWN, "within": within, "limit": limit}
    rows = (await tx.execute(_ENTRIES, given)).all()
    return [_entry(row) for row in reversed(rows)]


def _entry(row: Any) -> Entry:
    language = row.language if row.language in LANGUAGES else DEFAULT_LANGUAGE
    text = headline(row.template, row.tracking_id, language)
    return Entry(row.id, row.report_id, row.template, row.created_at, text, language)


def headline(template: str, tracking_id: str, language: str) -> str:
    """What a mail of the kind would have as its subject: it needs no details, which are not kept.

    Where it would, as an announcement's and an answer's do, only that there is news.
    """
    if template in {Template.ANNOUNCEMENT, Template.ANSWER} or not tracking_id:
        return news(language, "").sms
    shown = format_tracking_id(tracking_id.replace("-", ""))
    try:
        message = words().get_template(f"{language}/{template}.txt")
        bound = message.new_context({"tracking_id": shown, "language": language, "discreet": True})
        return " ".join("".join(message.blocks["subject"](bound)).split())
    except (TemplateError, KeyError):
        return news(language, "").sms
