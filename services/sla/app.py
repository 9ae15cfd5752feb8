"""Assembles the sla service from its parts."""

from services.sla.api import routers
from services.sla.checker import check_every_case_is_watched
from services.sla.handlers import SUBSCRIPTIONS
from services.sla.recompute import recompute_amended
from services.sla.recount import count_changes
from services.sla.settings import Settings
from services.sla.timers import fire_due_timers
from shared.service import Service


def service() -> Service:
    return Service(
        name="sla",
        description="Deadlines: working-day calendars, policies, clocks and timers.",
        settings=Settings(),
        routers=routers,
        subscriptions=SUBSCRIPTIONS,
        loops=[fire_due_timers, recompute_amended, check_every_case_is_watched, count_changes],
    )
