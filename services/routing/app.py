"""Assembles the routing service from its parts."""

from services.routing.api import router
from services.routing.api_directory import router as directory_router
from services.routing.directory import keep_seeded
from services.routing.handlers import subscriptions
from services.routing.links.api import router as link_router
from services.routing.open311.api import router as open311_router
from services.routing.pages import open_shell
from services.routing.pages import routers as pages
from services.routing.redating import date_legs_anew
from services.routing.settings import Settings
from services.routing.succession import follow_successions
from services.routing.webhooks.api import router as webhook_router
from services.routing.webhooks_assembly import open311_loop, outbound_of, vault_of, webhook_loop
from shared.amendments import follow_amendments
from shared.security.keys import load_verifying_key
from shared.service import Service


def service() -> Service:
    """From the environment. Raises ValidationError, which names each setting that is missing or wrong."""
    settings = Settings()
    outbound, vault = outbound_of(settings), vault_of(settings)
    shell = open_shell(settings.public_url)
    return Service(
        name="routing",
        description="Agencies, rules and dispositions: which agency has which case, and what it has said.",
        settings=settings,
        routers=[router, directory_router, webhook_router, open311_router, link_router, *pages],
        pages=shell.install,
        subscriptions=subscriptions(settings.responses_rate),
        watches=[follow_amendments],
        loops=[
            keep_seeded,
            follow_successions,
            date_legs_anew,
            webhook_loop(settings, outbound, vault),
            open311_loop(settings, outbound, vault),
        ],
        resources={
            "shell": shell,
            "link_key": load_verifying_key(settings.link_public_key),
            "outbound": outbound,
            "webhook_vault": vault,
        },
    )
