"""Assembles the notify service from its parts."""

from services.notify.api import router
from services.notify.bell import Bell
from services.notify.handlers import Handlers
from services.notify.loops import loops
from services.notify.settings import Settings
from shared.security.sealing import Unsealer
from shared.service import Service


def service() -> Service:
    settings = Settings()
    unsealer, bell = Unsealer(settings.seal_private_key.get_secret_value()), Bell()
    return Service(
        name="notify",
        description="Messages: who is told what, by which channel, and whether it arrived.",
        settings=settings,
        routers=[router],
        subscriptions=Handlers(unsealer, bell, settings.national_desk_email is not None).subscriptions(),
        loops=loops(settings, unsealer, bell),
    )
