"""The triage desk in PostgreSQL: the queue, holding a case to decide it, claims, and who read what.

Every statement carries the officer's scope: a case outside it does not exist here. Statements are put
together from the constants of this module; what officers send are values.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.claim import Claim
from services.verification.domain.scope import Scope
from services.verification.store import Held, held_of
from shared.contracts import CaseStatus, Channel
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_TYPES: dict[str, Any] = {
    "report_ids": pg.ARRAY(_UUID),
    "after_id": _UUID,
    **dict.fromkeys(("after_due", "after_at", "filed_before", "now", "since", "until", "before_at"), _TIME),
    **dict.fromkeys(("status", "category", "channel", "tracking_id"), sa.Text()),
    **dict.fromkeys(("within", "above", "agency", "own_within", "own_above", "own_agency"), sa.Text()),
    **dict.fromkeys(("reader", "number"), sa.Text()),
    "before_id": sa.BigInteger(),
    "rows": sa.Integer(),
}

_LISTED = """
    report_id, tracking_id, version, status, title, category, classification, region, channel, anonymous,
    secret, sensitive, escalated, unproven, submitted_at, due_at, claimed_by, claimed_until,
    (SELECT count(*) FROM supporters WHERE supporters.report_id = cases.report_id AND NOT withdrawn)
      AS supporters,
    (SELECT count(*) FROM members WHERE members.lead = cases.report_id) AS members
"""
_PLACE = "coalesce(due_at, 'infinity'), submitted_at, report_id"
"""The queue's order: what is due first, then what came first. Indexes cases_in_order, cases_by_status."""

_KNOWN = "tracking_id IS NOT NULL"
_AGENCY = "agencies @> ARRAY[{name}]::text[] AND agencies <> '{{}}'"
"""Indexes cases_by_agency, where each agency is listed with all above it, and cases_sent_in_order."""
_REGION = "region >= {low} AND region < {high} AND region <> ''"
"""Index cases_by_region."""
_WAITS = "status IN ('on_hold', 'received')"
"""Written out, so that it is the condition of the index cases_waiting_by_regency."""
_REGENCY = "left(region, 5) = left({low}, 5) AND "
"""Index cases_by_regency, for a regency or city and what lies below it."""


@dataclass(frozen=True)
class Filters:
    """What of the queue is asked for; None: everything. `after` is the last row's place in the order."""

    status: CaseStatus | None = None
    category: str | None = None
    region: str | None = None
    channel: Channel | None = None
    agency: str | None = None
    tracking_id: str | None = None
    filed_before: datetime | None = None
    free: bool = False
    unproven: bool = False
    after: tuple[datetime | None, datetime, UUID] | None = None


async def queue(tx: Transaction, scope: Scope, officer: str, filters: Filters, limit: int) -> Sequence[Any]:
    """A page of the queue: `limit` cases at most."""
    ways, values = _ways(scope)
    terms, values["rows"] = [_KNOWN], limit
    for name in ("status", "category", "channel", "tracking_id"):
        if (value := getattr(filters, name)) is not None:
            terms.append(f"{name} = :{name}")
            values[name] = str(value)
    if filters.region is not None:
        terms.append(_there(filters.region, ":within", ":above"))
        values["within"], values["above"] = _range(filters.region)
    if filters.agency is not None:
        terms.append(_AGENCY.format(name=":agency"))
        values["agency"] = filters.agency
    if filters.filed_before is not None:
        terms.append("submitted_at < :filed_before")
        values["filed_before"] = filters.filed_before
    if filters.unproven:
        terms.append("unproven")  # index cases_unproven_in_order
    if filters.free:
        terms.append("(claimed_until IS NULL OR claimed_until <= :now OR claimed_by = :officer)")
        values |= {"now": tx.now, "officer": officer}
    if filters.after is not None:
        terms.append(f"({_PLACE}) > (coalesce(:after_due, 'infinity'), :after_at, :after_id)")
        values |= dict(zip(("after_due", "after_at", "after_id"), filters.after, strict=True))
    pages = [
        f"FROM cases WHERE {' AND '.join([*terms, *way])} ORDER BY {_PLACE} LIMIT :rows"
        for way in ([[f"({way})"] for way in ways] or [[]])
    ]
    if len(pages) == 1:
        sql = f"SELECT {_LISTED} {pages[0]}"
    else:  # a page of each way, each by an index in the queue's order; and of those the first
        either = " UNION ".join(f"(SELECT report_id {page})" for page in pages)
        chosen = f"SELECT {_LISTED} FROM cases WHERE report_id = ANY(array({either}))"  # noqa: S608
        sql = f"{chosen} ORDER BY {_PLACE} LIMIT :rows"
    return (await tx.execute(_typed(sql, values), values)).all()


async def hold(tx: Transaction, scope: Scope, report_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Hold those of these cases that are in scope, always in the same order."""
    terms, values = _within(scope)
    values["report_ids"] = sorted(report_ids)
    sql = f"""
        SELECT report_id, version, status, closed_by, reopenings, escalated, chain_length, chain_head,
          claimed_by, claimed_until
        FROM cases WHERE report_id = ANY(:report_ids) AND {" AND ".join(terms)}
        ORDER BY report_id FOR NO KEY UPDATE
    """  # noqa: S608
    return {row.report_id: held_of(row, _claim(row)) for row in await tx.execute(_typed(sql, values), values)}


async def find(tx: Transaction, scope: Scope, report_id: UUID) -> Any | None:
    """The row of a case in scope, as the queue shows it."""
    rows = await lines(tx, scope, [report_id])
    return rows[0] if rows else None


async def lines(tx: Transaction, scope: Scope, report_ids: Collection[UUID]) -> Sequence[Any]:
    """The rows of those of these cases that are in scope, as the queue shows them."""
    terms, values = _within(scope)
    values["report_ids"] = list(report_ids)
    sql = f"SELECT {_LISTED} FROM cases WHERE report_id = ANY(:report_ids) AND {' AND '.join(terms)}"  # noqa: S608
    return (await tx.execute(_typed(sql, values), values)).all()


_CLAIM = sa.text(
    "UPDATE cases SET claimed_by = :officer, claimed_until = :until WHERE report_id = :report_id"
).bindparams(sa.bindparam("report_id", type_=_UUID), sa.bindparam("until", type_=_TIME))
_READINGS = sa.text(
    "SELECT officer, role, read_at FROM readings WHERE report_id = :report_id ORDER BY id DESC LIMIT 1000"
).bindparams(sa.bindparam("report_id", type_=_UUID))
_READ = sa.text(
    "INSERT INTO readings (report_id, officer, role, read_at) VALUES (:report_id, :officer, :role, :now)"
).bindparams(sa.bindparam("report_id", type_=_UUID), sa.bindparam("now", type_=_TIME))


async def readings(tx: Transaction, report_id: UUID) -> Sequence[Any]:
    """Who opened a case while it was secret, the latest first. Index readings_by_report."""
    return (await tx.execute(_READINGS, {"report_id": report_id})).all()


async def reading_log(
    tx: Transaction, scope: Scope, asked: Sequence[str], values: dict[str, Any], limit: int
) -> Sequence[Any]:
    """Readings of all cases in scope, the latest first. Indexes readings_in_order, readings_by_officer.

    `asked`: conditions from a constant of the page's, with their `values`.
    """
    terms, values_of_scope = _within(scope)
    values = {**values, **values_of_scope, "rows": limit}
    sql = f"""
        SELECT readings.id, officer, role, read_at, tracking_id FROM readings JOIN cases USING (report_id)
        WHERE {" AND ".join([*terms, *asked])} ORDER BY read_at DESC, readings.id DESC LIMIT :rows
    """  # noqa: S608
    return (await tx.execute(_typed(sql, values), values)).all()


async def set_claim(tx: Transaction, report_id: UUID, claim: Claim | None) -> None:
    """Keep a case that is held for an officer, or let it go."""
    officer, until = (claim.officer, claim.until) if claim else (None, None)
    await tx.execute(_CLAIM, {"report_id": report_id, "officer": officer, "until": until})


async def note_reading(tx: Transaction, report_id: UUID, officer: str, role: str) -> None:
    """Somebody opened a secret case."""
    await tx.execute(_READ, {"report_id": report_id, "officer": officer, "role": role, "now": tx.now})


def _within(scope: Scope) -> tuple[list[str], dict[str, Any]]:
    """What a scope demands of a row, and the values for it."""
    ways, values = _ways(scope)
    return [_KNOWN, f"({' OR '.join(f'({way})' for way in ways)})"] if ways else [_KNOWN], values


def _ways(scope: Scope) -> tuple[list[str], dict[str, Any]]:
    """The ways in which a row may be in scope, one of which is enough; none where every row is."""
    if scope.agency is None:
        return [], {}
    values: dict[str, Any] = {"own_agency": scope.agency}
    ways = [_AGENCY.format(name=":own_agency")]
    if scope.region is not None:
        values["own_within"], values["own_above"] = _range(scope.region)
        there = _there(scope.region, ":own_within", ":own_above")
        if scope.triage:
            there += (
                f" AND {_WAITS} AND NOT secret AND NOT sensitive"
                " AND classification IS DISTINCT FROM 'supervision'"
            )
        ways.append(there)
    return ways, values


def _there(region: str, low: str, high: str) -> str:
    """A row of this region or below it."""
    regency = _REGENCY.format(low=low) if len(region) >= len("35.78") else ""
    return regency + _REGION.format(low=low, high=high)


def _range(region: str) -> tuple[str, str]:
    """A region and all below it lie between the two: in ASCII a slash comes after a dot and before digits."""
    return region, f"{region}/"


def _typed(sql: str, values: dict[str, Any]) -> sa.TextClause:
    names = [name for name in values if name in _TYPES]
    return sa.text(sql).bindparams(*(sa.bindparam(name, type_=_TYPES[name]) for name in names))


def _claim(row: Any) -> Claim | None:
    return Claim(row.claimed_by, row.claimed_until) if row.claimed_by is not None else None
