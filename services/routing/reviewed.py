"""The reviewed data of this release as agencies and rules: files in, checked objects out. No database."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory
from services.routing.domain.places import government_of
from services.routing.domain.rules import Rule, Rules
from shared.calendar import Zone, zone_of
from shared.contracts import Classification
from shared.regions import atlas
from shared.regions.atlas import FILE as REGIONS

DATA = Path(__file__).parent / "data"
FILES = ("agencies.yaml", "units.yaml", "rules.yaml")
_VERSION = re.compile(r'^version: *"?([^"\n]+)', re.MULTILINE)

# The C loader is ten times faster and as safe; it is missing only where PyYAML was built without libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GOVERNED = {"Kabupaten": AgencyKind.REGENCY, "Kota": AgencyKind.CITY}
RELEASE = "rilis"
"""Who is named as the author of what came with a release."""


@dataclass(frozen=True)
class Packaged:
    """The data this release was reviewed with; `version` never goes back in a schema."""

    version: str
    digest: str
    directory: Directory


@dataclass(frozen=True)
class Marks:
    """Which data a release has, told without making anything of it: that takes seconds, and megabytes."""

    version: str
    digest: str


def marks(folder: Path = DATA) -> Marks:
    """Of the data files as they lie there."""
    contents = [(folder / name).read_bytes() for name in FILES]
    versions = [found[1].strip() for text in contents if (found := _VERSION.search(text.decode()))]
    digest = hashlib.sha256(b"\n".join([*contents, REGIONS.read_bytes()])).hexdigest()
    return Marks(max(versions, default=""), digest)


@cache
def packaged(folder: Path = DATA) -> Packaged:
    """Read and check the data files; raises ValueError naming what is wrong with them."""
    loaded = {name: read_yaml((folder / name).read_text(encoding="utf-8")) for name in FILES}
    agencies = Agencies(_agencies(loaded["agencies.yaml"], loaded["units.yaml"]))
    rules = Rules(rules_in(loaded["rules.yaml"]), agencies)
    found = marks(folder)
    return Packaged(found.version, found.digest, Directory(agencies, rules))


def rules_in(file: dict[str, Any]) -> Iterator[Rule]:
    """The rules of a file like rules.yaml. Raises ValueError for one whose form is wrong."""
    for row in file.get("rules") or ():
        try:
            yield _rule(row)
        except (KeyError, TypeError) as error:
            raise ValueError(f"rule {row.get('id', row)!r}: {error!r}") from error


def read_yaml(text: str) -> Any:
    """Safely, and by the C loader where it is there: there are thousands of lines."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C


def _governed() -> Iterator[tuple[str, str]]:
    """Code and name of every province, and of every regency and city in it."""
    for province in atlas().children():
        yield province.code, province.name
        for place in atlas().children(province.code):
            yield place.code, place.name


def _agencies(agencies: dict[str, Any], units: dict[str, Any]) -> Iterator[Agency]:
    """What was written by hand, and for every place its government and that government's units."""
    written = {str(row["code"]): row for row in agencies["agencies"]}
    governments: dict[str, Agency] = {}
    for region, name in _governed():
        agency = _government(region, name)
        own = written.pop(agency.code, None)
        governments[agency.code] = _merged(agency, own) if own else agency
    yield from governments.values()
    for government in governments.values():
        for unit in _units(government, units):
            own = written.pop(unit.code, None)
            yield _merged(unit, own) if own else unit
    for row in written.values():
        yield _written(row, governments)


def _government(region: str, name: str) -> Agency:
    code = government_of(region)
    assert code is not None
    province, administrative = "." not in region, "Administrasi" in name
    kind = AgencyKind.PROVINCE if province else _GOVERNED[name.partition(" ")[0]]
    title = f"Provinsi {name}" if province else name
    domain = ("prov-" if province else "") + "-".join(name.lower().replace("kabupaten", "kab").split())
    return Agency(
        code=code,
        # An administrative city is a part of its province, not a government of its own (UU 29/2007).
        name=name if administrative else f"Pemerintah {title}",
        kind=kind,
        zone=zone_of(region),
        parent=region.partition(".")[0] if administrative else None,
        desk_email=f"pengaduan@{domain}.example",
        calendar=region,
    )


def _units(government: Agency, units: dict[str, Any]) -> Iterator[Agency]:
    if government.parent is not None:
        return
    domain = (government.desk_email or "@").partition("@")[2]
    place = _place(government)
    for row in units["units"]:
        code = f"{government.code}.{row['code']}"
        if government.kind not in row.get("at", (government.kind,)) or code in units["instead"]:
            continue
        yield Agency(
            code=code,
            name=f"{row['name']} {place}",
            kind=AgencyKind.UNIT,
            zone=government.zone,
            parent=government.code,
            desk_email=f"{row['code']}@{domain}",
            calendar=government.calendar,
        )


def _place(government: Agency) -> str:
    name = government.name.removeprefix("Pemerintah ")
    return name.removeprefix("Daerah ") if name.startswith("Daerah Daerah ") else name


def _merged(agency: Agency, row: dict[str, Any]) -> Agency:
    return replace(agency, **{name: row[name] for name in ("name", "desk_email") if name in row})


def _written(row: dict[str, Any], governments: dict[str, Agency]) -> Agency:
    """An agency of agencies.yaml; a unit takes zone, calendar and mail domain from its government."""
    above = governments.get(row.get("parent", ""))
    code = str(row["code"])
    domain = (above.desk_email or "").partition("@")[2] if above else ""
    unit_desk = f"{code.rpartition('.')[2]}@{domain}" if domain else None
    return Agency(
        code=code,
        name=row["name"],
        kind=AgencyKind(row["kind"]),
        zone=Zone(row["zone"]) if "zone" in row else above.zone if above else Zone.WIB,
        parent=row.get("parent"),
        desk_email=row.get("desk_email", unit_desk),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        calendar=above.calendar if above else None,
        successors=tuple(row.get("successors", ())),
    )


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        candidates=tuple(map(str, row["candidates"])),
        categories=tuple(row.get("categories", ())),
        classification=Classification(row["classification"]) if "classification" in row else None,
        region=row.get("region"),
        note=row.get("note", ""),
        keywords=tuple(map(str, row.get("keywords", ()))),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        author=RELEASE,
    )
