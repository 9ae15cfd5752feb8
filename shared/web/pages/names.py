"""Names of regions and of agencies by their path, for services that know only codes."""

from shared.regions import atlas


def region_name(code: str) -> str:
    """What people call a region; a code that is not known stays a code."""
    found = atlas().find(code)
    return found.name if found else code


def provinces() -> list[tuple[str, str]]:
    """Code and name of each."""
    return [(province.code, province.name) for province in atlas().children()]


def agency_name(path: str) -> str:
    """`35.3578.dishub` as "DISHUB, Kota Surabaya": the unit's own abbreviation and whose unit it is."""
    head, *rest = path.split(".")
    if head == "nasional":
        return "Admin nasional"
    if path == "kl":
        return "Kementerian dan lembaga"
    if not head.isdigit():
        return " ".join(part.upper() for part in rest) or head.upper()
    region = head
    if rest and rest[0].isdigit():
        region, rest = f"{head}.{rest[0][2:]}", rest[1:]
    name = region_name(region)
    whose = name if "." in region else f"Provinsi {name}"
    units = " ".join(part.replace("-", " ").upper() for part in rest)
    return f"{units}, {whose}" if units else f"Pemerintah {whose}"
