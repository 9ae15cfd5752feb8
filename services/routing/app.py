"""Assembles the routing service from its parts."""

from services.routing.api import router
from services.routing.api_directory import router as directory_router
from services.routing.directory import keep_seeded
from services.routing.handlers import SUBSCRIPTIONS
from services.routing.settings import Settings
from shared.service import Service


def service() -> Service:
    return Service(
        name="routing",
        description="Agencies, rules and dispositions: which agency has which case, and what it has said.",
        settings=Settings(),
        routers=[router, directory_router],
        subscriptions=SUBSCRIPTIONS,
        loops=[keep_seeded],
    )
