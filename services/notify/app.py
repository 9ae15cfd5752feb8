"""Assembles the notify service from its parts."""

from services.notify.announcements.api import router as announcements_router
from services.notify.api import router
from services.notify.bell import Bell
from services.notify.feed.api import router as feed_router
from services.notify.handlers import Handlers
from services.notify.loops import letterhead, loops
from services.notify.providers.assembly import channels, configs
from services.notify.receipts.api import router as receipts_router
from services.notify.rewrapping import rewrapping
from services.notify.settings import Settings
from services.notify.unsubscribing import router as unsubscribe_router
from shared.amendments import follow_amendments
from shared.security.keys import load_verifying_keys
from shared.security.sealing import Unsealer
from shared.service import Service


def service() -> Service:
    """From the environment. Raises ValidationError, which names each setting that is missing or wrong."""
    settings = Settings()
    unsealer, bell = Unsealer(settings.seal_private_key.get_secret_value()), Bell()
    feed_key = settings.receipt_public_key
    return Service(
        name="notify",
        description="Messages: who is told what, by which channel, and whether it arrived.",
        settings=settings,
        routers=[receipts_router, unsubscribe_router, announcements_router, feed_router, router],
        watches=[follow_amendments],
        subscriptions=Handlers(
            unsealer, bell, settings.national_desk_email is not None, channels(settings)
        ).subscriptions(),
        resources={
            "providers": configs(settings),
            "feed_keys": load_verifying_keys(feed_key, settings.receipt_retired_keys) if feed_key else None,
            "say_delivered": settings.say_delivered,
            "unsubscribing": letterhead(settings).unsubscribing,
        },
        loops=[
            *loops(settings, unsealer, bell),
            *rewrapping(unsealer, settings.seal_private_key.get_secret_value().count(",") + 1),
        ],
    )
