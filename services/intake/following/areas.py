"""An area as something to follow: its name for people, its page, and when its news is told."""

from urllib.parse import urlencode

from services.intake.domain.follows import named
from services.intake.following.desk import Target
from services.intake.questions.catalogue import catalogue
from shared.calendar import Zone, zone_of
from shared.web.pages.names import region_name


def area_target(area: str, hour: int | None = None, zone: Zone | None = None) -> Target:
    """`area` is as `area_of` names it; its zone is the region's where none is given."""
    category, region = named(area)
    known = catalogue().categories.get(category or "")
    topic = known.name if known else category
    label = ", ".join(filter(None, (topic, region_name(region) if region else None)))
    query = {"topik": category, "wilayah": region}
    return Target(
        about=label,
        leads_to="/laporan?" + urlencode({name: value for name, value in query.items() if value}),
        area=area,
        label=label,
        hour=hour,
        zone=(zone or (zone_of(region) if region else Zone.WIB)).value,
    )
