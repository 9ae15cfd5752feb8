"""The worker's background work: a dispatcher a channel, and the sweeper that mends what a crash left."""

import asyncio

from services.notify import metrics, queueing, store
from services.notify.bell import Bell
from services.notify.channels.email import EmailSender, smtp_options
from services.notify.channels.port import Sender
from services.notify.channels.sms import SmsSender
from services.notify.dispatcher import Dispatcher, Limits
from services.notify.domain.delivery import DeliveryState
from services.notify.recorder import say_outcome
from services.notify.rendering import Letterhead
from services.notify.settings import Settings
from shared.db.database import Database
from shared.security.keys import load_signing_key
from shared.security.sealing import Unsealer
from shared.service import Loop, Service
from shared.telemetry.logs import log

SWEEP_SECONDS = 1.0
COUNTED = (
    DeliveryState.WAITING_CONTACT,
    DeliveryState.WAITING_HOURS,
    DeliveryState.PENDING,
    DeliveryState.SENDING,
)


def loops(settings: Settings, unsealer: Unsealer, bell: Bell) -> list[Loop]:
    """What `Service` runs under the worker role. Raises ValueError for a mail server it could never reach, or
    a key that cannot sign.
    """
    smtp_options(settings.smtp_url.get_secret_value(), settings.send_seconds)
    limits = Limits(
        settings.send_concurrency, settings.send_seconds, settings.lease_seconds, settings.send_attempts
    )

    key = settings.link_private_key
    letterhead = Letterhead(
        settings.public_url, settings.desk_language, load_signing_key(key.get_secret_value()) if key else None
    )

    async def run(service: Service, channel: str, sender: Sender) -> None:
        rung = bell.listener(channel)
        await Dispatcher(
            channel,
            sender,
            service.database,
            unsealer=unsealer,
            letterhead=letterhead,
            national_desk=settings.national_desk_email,
            limits=limits,
            rung=rung,
        ).run()

    async def send_mail(service: Service) -> None:
        url = settings.smtp_url.get_secret_value()
        await run(service, "email", EmailSender(url, settings.mail_from, settings.send_seconds))

    async def send_sms(service: Service) -> None:
        await run(service, "sms", SmsSender(settings.sms_url.get_secret_value(), settings.send_seconds))

    async def sweep_deliveries(service: Service) -> None:
        while True:
            national_desk = settings.national_desk_email is not None
            if await sweep(service.database, settings.send_attempts, national_desk=national_desk):
                bell.ring()
            await asyncio.sleep(SWEEP_SECONDS)

    return [send_mail, send_sms, sweep_deliveries]


async def sweep(database: Database, attempts: int, *, national_desk: bool = False) -> int:
    """Release what two crossing facts left waiting, and what waited for an office that opens; take back what
    a lost sender held; count the rest. Returns how much became due.
    """
    async with database.transaction() as tx:
        released = await store.release_any(tx, national_desk=national_desk) + await queueing.wake(tx)
        lost = await queueing.sweep(tx, attempts)
        for delivery in lost:
            say_outcome(tx, delivery, delivery.state, delivery.reason)
        counts = await queueing.open_counts(tx)
    if lost:
        log.warning("senders_lost", count=len(lost))
    for state in COUNTED:
        metrics.OPEN.labels(state).set(counts.get(state, 0))
    return released + len(lost)
