"""Agencies and rules in PostgreSQL, and the stamp that says which reviewed state they are in."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory
from services.routing.domain.rules import Rule, Rules
from shared.calendar import Zone
from shared.contracts import Classification
from shared.db.database import Transaction


@dataclass(frozen=True)
class Stamp:
    """`version` grows; `digest` tells two states of one version apart."""

    version: str
    digest: str


_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.routing.directory'))")
"""Processes that start together seed one after the other."""

_STAMP = sa.text("SELECT version, digest FROM directory")
_SET_STAMP = sa.text(
    """
    INSERT INTO directory (version, digest) VALUES (:version, :digest)
    ON CONFLICT (only_one) DO UPDATE SET version = :version, digest = :digest
    """
)
_PUT_AGENCY = sa.text(
    """
    INSERT INTO agencies (code, name, kind, parent, zone, desk_email, valid_from, valid_to)
    VALUES (:code, :name, :kind, :parent, :zone, :desk_email, :valid_from, :valid_to)
    ON CONFLICT (code) DO UPDATE SET name = :name, kind = :kind, parent = :parent, zone = :zone,
      desk_email = :desk_email, valid_from = :valid_from, valid_to = :valid_to
    """
)
"""An agency that the data no longer names stays: old cases do."""

_FORGET_RULES = sa.text("DELETE FROM rules")
_PUT_RULE = sa.text(
    """
    INSERT INTO rules (id, categories, classification, region, candidates, note)
    VALUES (:id, :categories, :classification, :region, :candidates, :note)
    """
).bindparams(
    sa.bindparam("categories", type_=pg.ARRAY(sa.Text)), sa.bindparam("candidates", type_=pg.ARRAY(sa.Text))
)
_AGENCIES = sa.text(
    "SELECT code, name, kind, parent, zone, desk_email, valid_from, valid_to FROM agencies ORDER BY code"
)
_RULES = sa.text("SELECT id, categories, classification, region, candidates, note FROM rules ORDER BY id")


async def lock(tx: Transaction) -> None:
    await tx.execute(_LOCK)


async def stamp(tx: Transaction) -> Stamp | None:
    row = (await tx.execute(_STAMP)).one_or_none()
    return Stamp(row.version, row.digest) if row else None


async def write(tx: Transaction, directory: Directory, new: Stamp) -> None:
    await tx.execute(_PUT_AGENCY, [_agency_row(agency) for agency in directory.agencies])
    await tx.execute(_FORGET_RULES)
    await tx.execute(_PUT_RULE, [_rule_row(rule) for rule in directory.rules])
    await tx.execute(_SET_STAMP, {"version": new.version, "digest": new.digest})


async def read(tx: Transaction) -> Directory:
    """Raises ValueError if the tables could leave a case without a way."""
    agencies = Agencies(
        Agency(
            code=row.code,
            name=row.name,
            kind=AgencyKind(row.kind),
            zone=Zone(row.zone),
            parent=row.parent,
            desk_email=row.desk_email,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in (await tx.execute(_AGENCIES)).all()
    )
    rules = (
        Rule(
            id=row.id,
            candidates=tuple(row.candidates),
            categories=tuple(row.categories),
            classification=Classification(row.classification) if row.classification else None,
            region=row.region,
            note=row.note,
        )
        for row in (await tx.execute(_RULES)).all()
    )
    return Directory(agencies, Rules(rules, agencies))


def _agency_row(agency: Agency) -> dict[str, object]:
    return {
        "code": agency.code,
        "name": agency.name,
        "kind": agency.kind.value,
        "parent": agency.parent,
        "zone": agency.zone.value,
        "desk_email": agency.desk_email,
        "valid_from": agency.valid_from,
        "valid_to": agency.valid_to,
    }


def _rule_row(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "categories": list(rule.categories),
        "classification": rule.classification.value if rule.classification else None,
        "region": rule.region,
        "candidates": list(rule.candidates),
        "note": rule.note,
    }
