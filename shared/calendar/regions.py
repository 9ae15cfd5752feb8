"""Whose free days count where: the nation's everywhere, a province's and a city's own below them.

A scope is ``indonesia``, a province (``35``) or a regency or city (``35.78``), by the ministry's codes.
"""

import re
from functools import cache

from shared.calendar.zones import UnknownRegion, zone_of

NATION = "indonesia"

_REGION = re.compile(r"\d\d(\.\d\d)?")


def region_of(agency: str | None) -> str | None:
    """The region in which an agency works: ``35.3578.dishub`` in ``35.78``, ``35.dinkes`` in ``35``.

    None for ministries and national institutions (``kl.kemensos``, ``nasional``), and for whatever is not an
    agency's path: such a clock is counted on the nation's days alone.
    """
    head, _, rest = (agency or "").partition(".")
    if not _known(head):
        return None
    city = rest.partition(".")[0]
    return f"{head}.{city[2:]}" if re.fullmatch(rf"{head}\d\d", city) else head


@cache
def scopes_of(region: str | None) -> tuple[str, ...]:
    """The scopes whose days count in a region, the widest first. Raises `UnknownRegion`."""
    if region is None or region == NATION:
        return (NATION,)
    if not _REGION.fullmatch(region) or not _known(region[:2]):
        raise UnknownRegion(f"{region[:40]!r} is no province (35) and no regency or city (35.78)")
    return (NATION, region) if len(region) == 2 else (NATION, region[:2], region)


def _known(province: str) -> bool:
    if not re.fullmatch(r"\d\d", province):
        return False
    try:
        zone_of(province)
    except UnknownRegion:
        return False
    return True
