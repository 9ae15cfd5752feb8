"""Agencies and rules: read from reviewed data, seeded into the schema, and held ready for the handlers.

The schema is the truth; the held copy is checked against its digest in every transaction that chooses.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.routing import catalogue
from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory
from services.routing.domain.rules import Rule, Rules
from shared.calendar import Zone
from shared.contracts import Classification
from shared.db.database import Transaction
from shared.service import Service
from shared.telemetry.logs import log

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Packaged:
    """The data this release was reviewed with; `version` never goes back in a schema."""

    version: str
    digest: str
    directory: Directory


@cache
def packaged(folder: Path = DATA) -> Packaged:
    """Read and check the data files; raises ValueError naming what is wrong with them."""
    contents = [(folder / name).read_text(encoding="utf-8") for name in ("agencies.yaml", "rules.yaml")]
    agencies_file, rules_file = (yaml.safe_load(text) for text in contents)
    agencies = Agencies(_agency(row) for row in agencies_file["agencies"])
    rules = Rules((_rule(row) for row in rules_file["rules"]), agencies)
    return Packaged(
        version=max(str(agencies_file["version"]), str(rules_file["version"])),
        digest=hashlib.sha256("\n".join(contents).encode()).hexdigest(),
        directory=Directory(agencies, rules),
    )


async def seed(tx: Transaction) -> bool:
    """Bring the schema to this release's data, unless it already is there or beyond; true if it changed."""
    await catalogue.lock(tx)
    ours, theirs = packaged(), await catalogue.stamp(tx)
    if theirs is not None and (theirs.digest == ours.digest or theirs.version > ours.version):
        return False
    await catalogue.write(tx, ours.directory, catalogue.Stamp(ours.version, ours.digest))
    return True


_held: dict[str, Directory] = {}


async def directory(tx: Transaction) -> Directory:
    """The agencies and rules of the schema, seeded if it has none yet."""
    stamp = await catalogue.stamp(tx)
    if stamp is None:
        await seed(tx)
        stamp = await catalogue.stamp(tx)
        assert stamp is not None
    if stamp.digest not in _held:
        loaded = await catalogue.read(tx)
        _held.clear()
        _held[stamp.digest] = loaded
    return _held[stamp.digest]


async def keep_seeded(service: Service) -> None:
    """Once at start; then there is nothing to do until the process ends."""
    async with service.database.transaction() as tx:
        if await seed(tx):
            log.info("directory_seeded", version=packaged().version)
    await asyncio.Event().wait()


def _agency(row: dict[str, Any]) -> Agency:
    return Agency(
        code=str(row["code"]),
        name=row["name"],
        kind=AgencyKind(row["kind"]),
        zone=Zone(row["zone"]),
        parent=row.get("parent"),
        desk_email=row.get("desk_email"),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        candidates=tuple(map(str, row["candidates"])),
        categories=tuple(row.get("categories", ())),
        classification=Classification(row["classification"]) if "classification" in row else None,
        region=row.get("region"),
        note=row.get("note", ""),
    )
