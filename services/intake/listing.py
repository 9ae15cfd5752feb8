"""The public list: keeps a masked copy of every public report, and finds by words, place, topic, status.

A report that is hidden leaves the list; until then the list asks the report itself, so none shows too long.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import RowMapping

from services.intake import store
from services.intake.domain.moments import Kind
from services.intake.domain.view import Tracked
from services.intake.following.telling import tell
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.text.masking import has_identity_number, mask
from shared.text.names import names_somebody

BATCH = 500
POLL_SECONDS = 1.0
EXCERPT = 240
"""Characters of a report's text in the list."""
PAGE = 20
_UUIDS = pg.ARRAY(pg.UUID(as_uuid=True))

_ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('lapor.intake.listing'))")
_TAKE = sa.text(
    """
    WITH taken AS (
      DELETE FROM listing_due WHERE id IN (SELECT id FROM listing_due ORDER BY id LIMIT :batch)
      RETURNING report_id
    )
    SELECT DISTINCT report_id FROM taken
    """
).columns(report_id=pg.UUID(as_uuid=True))
_LIST = sa.text(
    """
    INSERT INTO listed (report_id, tracking_id, filed_at, title, excerpt, status, category, province, city,
      agencies, agency_names, words)
    SELECT report_id, tracking_id, filed_at, title, left(text, :excerpt), status, category, province,
      city, agencies, agency_names,
      setweight(to_tsvector('indonesian', title), 'A') || to_tsvector('indonesian', text)
    FROM jsonb_to_recordset(:rows) AS r (report_id uuid, tracking_id text, filed_at timestamptz, title text,
      text text, status text, category text, province text, city text, agencies text[], agency_names text[])
    ON CONFLICT (report_id) DO UPDATE SET title = excluded.title, excerpt = excluded.excerpt,
      status = excluded.status, category = excluded.category, agencies = excluded.agencies,
      agency_names = excluded.agency_names, words = excluded.words
    """
).bindparams(sa.bindparam("rows", type_=pg.JSONB))
_UNLIST = sa.text("DELETE FROM listed WHERE report_id = ANY(:report_ids)").bindparams(
    sa.bindparam("report_ids", type_=_UUIDS)
)

_LIST_AGENCIES = sa.text(
    """
    WITH now AS (
      SELECT report_id, agency, filed_at
      FROM jsonb_to_recordset(:rows) AS r (report_id uuid, filed_at timestamptz, agencies text[]),
        unnest(agencies) AS agency
    ), gone AS (
      DELETE FROM listed_agencies a WHERE report_id = ANY(:report_ids)
        AND NOT EXISTS (SELECT FROM now WHERE now.report_id = a.report_id AND now.agency = a.agency)
    )
    INSERT INTO listed_agencies (report_id, agency, filed_at) SELECT report_id, agency, filed_at FROM now
    ON CONFLICT DO NOTHING
    """
).bindparams(sa.bindparam("rows", type_=pg.JSONB), sa.bindparam("report_ids", type_=_UUIDS))

_PLAN_FOR_THIS = sa.text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
"""What a word or an agency costs depends on which: a rare one is looked up, a common one met on a walk."""
_FILTERS = {
    "words": "l.words @@ websearch_to_tsquery('indonesian', :words)",
    "status": "l.status = :status",
    "category": "l.category = :category",
    "province": "l.province = :province",
    "city": "l.city = :city",
    "agency": "l.agencies @> ARRAY[CAST(:agency AS text)]",
    "before": "(l.filed_at, l.report_id) < (:before_at, :before_id)",
}
_SHOWN = """
  l.report_id, l.tracking_id, l.filed_at, l.title, l.excerpt, l.status, l.category, l.province, l.city,
  l.agency_names
"""
_OF_AGENCY = {
    "agency": "a.agency = :agency",
    "before": "(a.filed_at, a.report_id) < (:before_at, :before_id)",
}
"""The same in the order of one agency."""
_NEWEST_FIRST = f"ORDER BY l.filed_at DESC, l.report_id DESC LIMIT {PAGE + 1}"
MOST_GATHERED = 2_000
"""Matches; a word that more reports have is common, and soon met on a walk."""


@dataclass(frozen=True)
class Search:
    """What to look for; None is anything. `before`: the last report of the page before."""

    words: str | None = None
    status: str | None = None
    category: str | None = None
    province: str | None = None
    city: str | None = None
    agency: str | None = None
    before: tuple[datetime, UUID] | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name in _FILTERS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Page:
    """Reports as everyone may read them, newest first; `more` leads to the next ones."""

    rows: Sequence[RowMapping] = field(default_factory=tuple)
    more: tuple[datetime, UUID] | None = None


async def find(database: Database, search: Search) -> Page:
    """One page. Indexes listed_newest, listed_by_*, listed_agencies_newest.

    The joined report decides whether it is public still.
    """
    given = search.given
    parameters = {name: value for name, value in given.items() if name != "before"}
    if search.before:
        parameters |= {"before_at": search.before[0], "before_id": search.before[1]}
    if "words" in given:
        found = await _find_words(database, frozenset(given), parameters)
    elif "agency" in given:
        async with database.transaction() as tx:
            await tx.execute(_PLAN_FOR_THIS)
            found = (await tx.execute(_walk(frozenset(given)), parameters)).mappings().all()
    else:
        async with database.reading() as tx:
            found = (await tx.execute(_walk(frozenset(given)), parameters)).mappings().all()
    rows = found[:PAGE]
    last = rows[-1] if len(found) > PAGE else None
    return Page(rows, (last["filed_at"], last["report_id"]) if last else None)


async def _find_words(
    database: Database, names: frozenset[str], parameters: Mapping[str, Any]
) -> Sequence[RowMapping]:
    """A rare word by its index, all there is of it; a common one on a walk from the newest report on."""
    async with database.transaction() as tx:
        await tx.execute(_PLAN_FOR_THIS)
        found = (await tx.execute(_gather(names), parameters)).mappings().all()
        if found and found[0]["matches"] == MOST_GATHERED:
            found = (await tx.execute(_walk(names), parameters)).mappings().all()
    return found


@cache
def _walk(names: frozenset[str]) -> sa.Executable:
    """One statement for each combination of filters, so that each is planned for what it asks."""
    if "agency" in names:
        return _typed(
            f"""
            SELECT {_SHOWN} FROM listed_agencies a JOIN listed l USING (report_id)
              JOIN reports r USING (report_id)
            WHERE NOT r.secret AND {_wanted(names, {**_FILTERS, **_OF_AGENCY})}
            ORDER BY a.filed_at DESC, a.report_id DESC LIMIT {PAGE + 1}
            """,  # noqa: S608 - put together from the texts above
            names,
        )
    return _typed(
        f"""
        SELECT {_SHOWN} FROM listed l JOIN reports r USING (report_id)
        WHERE NOT r.secret AND {_wanted(names)} {_NEWEST_FIRST}
        """,  # noqa: S608 - put together from the texts above
        names,
    )


@cache
def _gather(names: frozenset[str]) -> sa.Executable:
    return _typed(
        f"""
        WITH m AS MATERIALIZED (
          SELECT l.report_id FROM listed l WHERE {_wanted(names)} LIMIT {MOST_GATHERED}
        )
        SELECT {_SHOWN}, (SELECT count(*) FROM m) AS matches
        FROM m JOIN listed l USING (report_id) JOIN reports r USING (report_id)
        WHERE NOT r.secret {_NEWEST_FIRST}
        """,  # noqa: S608 - put together from the texts above
        names,
    )


def _wanted(names: frozenset[str], filters: Mapping[str, str] = _FILTERS) -> str:
    return " AND ".join(["true", *(filters[name] for name in filters if name in names)])


def _typed(text: str, names: frozenset[str]) -> sa.Executable:
    types: dict[str, Any] = {"before_at": sa.DateTime(timezone=True), "before_id": pg.UUID(as_uuid=True)}
    bound = [sa.bindparam(name, type_=kind) for name, kind in types.items() if "before" in names]
    return sa.text(text).bindparams(*bound).columns(report_id=pg.UUID(as_uuid=True))


async def list_what_changed(service: Service) -> None:
    """Copies what changed into the list, a moment later. One process at a time does."""
    while True:
        if await list_batch(service.database) < BATCH:
            await asyncio.sleep(POLL_SECONDS)


async def list_batch(database: Database, batch: int = BATCH) -> int:
    """List at most `batch` changes anew; returns how many reports that were."""
    async with database.transaction() as tx:
        if not (await tx.execute(_ONE_AT_A_TIME)).scalar_one():
            return 0
        ids = (await tx.execute(_TAKE, {"batch": batch})).scalars().all()
        if ids:
            await _list(tx, await store.track_many(tx, ids))
    return len(ids)


async def _list(tx: Transaction, changed: Sequence[Tracked]) -> None:
    hidden = {tracked.report.report_id for tracked in changed if is_hidden(tracked)}
    if hidden:
        await tx.execute(_UNLIST, {"report_ids": sorted(hidden)})
    rows = [_row(tracked) for tracked in changed if tracked.report.report_id not in hidden]
    if rows:
        await tx.execute(_LIST, {"rows": rows, "excerpt": EXCERPT})
        ids = [tracked.report.report_id for tracked in changed if tracked.report.report_id not in hidden]
        await tx.execute(_LIST_AGENCIES, {"rows": rows, "report_ids": ids})
    await tell(tx, changed, hidden)


def is_hidden(tracked: Tracked) -> bool:
    """Whether no list shows it: secret, taken back by its reporter, or not verified yet and naming people."""
    if tracked.taken_back:
        return True
    if tracked.report.secret or any(moment.kind is Kind.VERIFIED for moment in tracked.progress.timeline):
        return tracked.report.secret
    words = f"{tracked.report.filing.title}\n{tracked.report.filing.text}"
    return names_somebody(words) or has_identity_number(words)


def _row(tracked: Tracked) -> dict[str, Any]:
    report, state = tracked.report, tracked.progress
    region = report.filing.place.region or ""
    legs = state.with_agencies
    return {
        "report_id": str(report.report_id),
        "tracking_id": report.tracking_id,
        "filed_at": report.filed_at.isoformat(),
        "title": mask(state.title or report.filing.title),
        "text": mask(report.filing.text),
        "status": state.status.value,
        "category": state.category or report.filing.category,
        "province": region[:2] or None,
        "city": region[:5] if len(region) >= len("35.78") else None,
        "agencies": sorted({leg.agency for leg in legs}),
        "agency_names": [leg.agency_name or leg.agency for leg in legs],
    }
