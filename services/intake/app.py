"""Assembles the intake service from its parts."""

import asyncio

from services.intake import store
from services.intake.api import routers
from services.intake.channels import adapters, sms_desk, sms_store
from services.intake.desk import open_desk
from services.intake.handlers import SUBSCRIPTIONS
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.service import Service


def service() -> Service:
    settings = Settings()
    keys = Keyring(settings)
    channels = adapters(settings, keys)
    built = Service(
        name="intake",
        description="Reports: filing, evidence, tracking, the reporter's later words, and inbound channels.",
        settings=settings,
        routers=routers,
        subscriptions=[*SUBSCRIPTIONS, *(s for one in channels.values() for s in one.subscriptions())],
        loops=[forget_what_is_done, *(loop for one in channels.values() for loop in one.loops())],
    )
    built.resources["desk"] = open_desk(settings, keys, channels, built.database, built.clock)
    return built


async def forget_what_is_done(service: Service) -> None:
    """Hourly, in the machine's own time: keys nobody repeats, and parts of messages long filed."""
    while True:
        async with service.database.transaction() as tx:
            await store.forget_idempotency_keys(tx)
            await sms_store.forget_settled(tx)
            await sms_desk.forget_answers(tx)
        await asyncio.sleep(3600)
