"""Agencies and rules in PostgreSQL, and the stamp that says which state they are in."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory
from services.routing.domain.rules import Rule, Rules
from services.routing.reviewed import RELEASE
from shared.calendar import Zone
from shared.contracts import Classification
from shared.db.database import Transaction


@dataclass(frozen=True)
class Stamp:
    """`version` and `digest` are the release's; `revision` is another one after every change."""

    version: str
    digest: str
    revision: str


PAGE = 1_000


class Rows(NamedTuple):
    """The tables as they were read, before anything is made of them."""

    agencies: Sequence[Any]
    rules: Sequence[Any]


_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.routing.directory'))")
"""Processes that start together seed one after the other; changes are made one after the other."""

_STAMP = sa.text("SELECT version, digest, CAST(revision AS text) AS revision FROM directory")
_SET_STAMP = sa.text(
    """
    INSERT INTO directory (version, digest) VALUES (:version, :digest)
    ON CONFLICT (only_one) DO UPDATE
      SET version = :version, digest = :digest, revision = gen_random_uuid()
    """
)
_TOUCH = sa.text("UPDATE directory SET revision = gen_random_uuid()")

_AGENCY_TYPES: dict[str, Any] = {
    **dict.fromkeys(("code", "name", "kind", "parent", "zone", "desk_email"), sa.Text),
    **dict.fromkeys(("valid_from", "valid_to"), sa.Date),
    **dict.fromkeys(("calendar", "successors", "author"), sa.Text),
}
_NAMES = ", ".join(_AGENCY_TYPES)
_VALUES = _NAMES.replace("successors", "string_to_array(successors, ' ')")
_ASKED = ", ".join(f":{name}" for name in _AGENCY_TYPES)
_TAKEN_OVER = ", ".join(f"{name} = excluded.{name}" for name in _AGENCY_TYPES if name != "code")
_PUT_AGENCIES = f"""
    INSERT INTO agencies AS known ({_NAMES})
    SELECT {_VALUES} FROM unnest({_ASKED}) AS new ({_NAMES})
    ON CONFLICT (code) DO UPDATE SET changed_at = now(), {_TAKEN_OVER}
"""  # noqa: S608 - made of the column names above
"""However many agencies: one statement. One that the data no longer names stays: old cases do."""
_ARRAYS = [sa.bindparam(name, type_=pg.ARRAY(kind)) for name, kind in _AGENCY_TYPES.items()]
_PUT = sa.text(_PUT_AGENCIES).bindparams(*_ARRAYS)
_PUT_UNLESS_EDITED = sa.text(f"{_PUT_AGENCIES} WHERE known.author = '{RELEASE}'").bindparams(*_ARRAYS)

_ADD_RULE = sa.text(
    """
    INSERT INTO rules (id, version, categories, classification, region, keywords, candidates, note,
      valid_from, valid_to, withdrawn, author, reason)
    VALUES (:id, :version, :categories, :classification, :region, :keywords, :candidates, :note, :valid_from,
      :valid_to, :withdrawn, :author, :reason)
    """
).bindparams(
    *(sa.bindparam(name, type_=pg.ARRAY(sa.Text)) for name in ("categories", "keywords", "candidates"))
)
_AGENCIES = sa.text(
    """
    SELECT code, name, kind, parent, zone, desk_email, valid_from, valid_to, calendar, successors
    FROM agencies WHERE code > :code ORDER BY code LIMIT :page
    """
)
_RULES = sa.text(
    """
    SELECT id, version, categories, classification, region, keywords, candidates, note, valid_from, valid_to,
      withdrawn, author, reason
    FROM rules WHERE (id, version) > (:id, :version) ORDER BY id, version LIMIT :page
    """
)


async def lock(tx: Transaction) -> None:
    """Until the transaction ends, nobody else seeds or changes agencies and rules."""
    await tx.execute(_LOCK)


async def stamp(tx: Transaction) -> Stamp | None:
    """What the directory in the schema was made of; None before it was first seeded."""
    row = (await tx.execute(_STAMP)).one_or_none()
    return Stamp(row.version, row.digest, row.revision) if row else None


async def rows(tx: Transaction) -> Rows:
    """Everything, a page at a time, so that whoever else is at work gets a turn in between."""
    return Rows(await _agency_rows(tx), await _rule_rows(tx))


async def _agency_rows(tx: Transaction) -> list[Any]:
    found: list[Any] = []
    while True:
        after = found[-1].code if found else ""
        page = (await tx.execute(_AGENCIES, {"code": after, "page": PAGE})).all()
        found += page
        if len(page) < PAGE:
            return found


async def _rule_rows(tx: Transaction) -> list[Any]:
    found: list[Any] = []
    while True:
        after = {"id": found[-1].id, "version": found[-1].version} if found else {"id": "", "version": 0}
        page = (await tx.execute(_RULES, after | {"page": PAGE})).all()
        found += page
        if len(page) < PAGE:
            return found


def build(read: Rows, today: date) -> Directory:
    """Made in a thread of its own; ready for the decisions of `today`, so that none has to wait.

    Raises ValueError if the tables could leave a case without a way.
    """
    agencies = Agencies(
        Agency(
            row.code,
            row.name,
            AgencyKind(row.kind),
            Zone(row.zone),
            row.parent,
            row.desk_email,
            row.valid_from,
            row.valid_to,
            row.calendar,
            tuple(row.successors),
        )
        for row in read.agencies
    )
    rules = Rules(map(_rule, read.rules), agencies)
    rules.warm(today)
    return Directory(agencies, rules)


async def put_agencies(tx: Transaction, agencies: Collection[Agency], author: str) -> None:
    """Write agencies as an officer or an import has them, and let everybody take them up."""
    await tx.execute(_PUT, _columns(agencies, author))
    await touch(tx)


async def add_rules(tx: Transaction, rules: Collection[Rule]) -> None:
    """Record new versions, and let everybody take them up."""
    if rules:
        await tx.execute(_ADD_RULE, [_rule_row(rule) for rule in rules])
    await touch(tx)


async def touch(tx: Transaction) -> None:
    """Say that something has changed."""
    await tx.execute(_TOUCH)


async def write_release(tx: Transaction, new: Directory, version: str, digest: str) -> None:
    """Take a release's data up, but leave alone what an officer has changed."""
    await tx.execute(_PUT_UNLESS_EDITED, _columns(list(new.agencies), RELEASE))
    newest: dict[str, Rule] = {}
    for row in await _rule_rows(tx):
        newest[row.id] = _rule(row)
    await tx.execute(_SET_STAMP, {"version": version, "digest": digest})
    await add_rules(tx, _released(list(new.rules), newest))


def _released(packaged: Sequence[Rule], newest: dict[str, Rule]) -> list[Rule]:
    """The versions that a release adds: rules that are new, that changed, and that it no longer has."""
    changed = []
    for rule in packaged:
        known = newest.pop(rule.id, None)
        if known is None:
            changed.append(rule)
        elif known.author == RELEASE and _content(known) != _content(rule):
            changed.append(_next_version(known, rule))
    gone = (rule for rule in newest.values() if rule.author == RELEASE and not rule.withdrawn)
    return changed + [_next_version(rule, rule, withdrawn=True) for rule in gone]


def _next_version(known: Rule, rule: Rule, **more: Any) -> Rule:
    return Rule(**asdict(rule) | {"version": known.version + 1} | more)


def _content(rule: Rule) -> dict[str, Any]:
    return asdict(rule) | {"version": 0, "reason": ""}


def _columns(agencies: Collection[Agency], author: str) -> dict[str, list[Any]]:
    listed = [
        asdict(agency) | {"successors": " ".join(agency.successors), "author": author} for agency in agencies
    ]
    return {name: [_plain(row[name]) for row in listed] for name in _AGENCY_TYPES}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, AgencyKind | Zone) else value


def _rule(row: Any) -> Rule:
    return Rule(
        id=row.id,
        candidates=tuple(row.candidates),
        categories=tuple(row.categories),
        classification=Classification(row.classification) if row.classification else None,
        region=row.region,
        note=row.note,
        keywords=tuple(row.keywords),
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        withdrawn=row.withdrawn,
        author=row.author,
        reason=row.reason,
    )


def _rule_row(rule: Rule) -> dict[str, Any]:
    return asdict(rule) | {
        "categories": list(rule.categories),
        "keywords": list(rule.keywords),
        "candidates": list(rule.candidates),
        "classification": rule.classification.value if rule.classification else None,
    }
