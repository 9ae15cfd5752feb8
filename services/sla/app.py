"""Assembles the sla service from its parts."""

from services.sla.announcing import tell_amendments_again
from services.sla.api import routers
from services.sla.checker import check_every_case_is_watched
from services.sla.desk_pages import routers as desk_routers
from services.sla.handlers import SUBSCRIPTIONS
from services.sla.pages import open_shell
from services.sla.pages import routers as page_routers
from services.sla.recompute import recompute_amended
from services.sla.recount import count_changes
from services.sla.settings import Settings
from services.sla.tidying import forget_spent_timers
from services.sla.timers import fire_due_timers
from shared.service import Service


def service() -> Service:
    """From the environment. Raises ValidationError, which names each setting that is missing or wrong."""
    settings = Settings()
    shell = open_shell(secure=settings.public_url.startswith("https:"))
    return Service(
        name="sla",
        description="Deadlines: working-day calendars, policies, clocks and timers.",
        settings=settings,
        routers=[*routers, *page_routers, *desk_routers],
        subscriptions=SUBSCRIPTIONS,
        loops=[
            fire_due_timers,
            recompute_amended,
            check_every_case_is_watched,
            count_changes,
            tell_amendments_again,
            forget_spent_timers,
        ],
        resources={"shell": shell},
        pages=shell.install,
    )
