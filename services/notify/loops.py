"""The worker's background work: senders and the watch, the sweeper, announcements, receipts."""

import asyncio
from collections.abc import Sequence
from functools import partial

from services.notify.announcements.running import announce
from services.notify.bell import Bell
from services.notify.dispatcher import Dispatcher, Limits, Mailroom
from services.notify.domain.delivery import Lane
from services.notify.following.running import tell_followers
from services.notify.providers.assembly import pools
from services.notify.providers.pool import Pool
from services.notify.providers.rates import lease_rates
from services.notify.receipts.box import Box
from services.notify.rendering import Letterhead
from services.notify.settings import Settings
from services.notify.sweeping import sweeping
from services.notify.watch import watch
from shared.security.keys import load_signing_key
from shared.security.replies import ReplyAddresses
from shared.security.sealing import Unsealer
from shared.service import Loop, Service


def letterhead(settings: Settings) -> Letterhead:
    """Raises InvalidKey for a key that is none."""
    key, replies = settings.link_private_key, settings.reply_key
    return Letterhead(
        settings.public_url,
        settings.desk_language,
        load_signing_key(key.get_secret_value()) if key else None,
        ReplyAddresses(replies.get_secret_value(), settings.mail_domain) if replies else None,
    )


def mailroom(settings: Settings, unsealer: Unsealer) -> Mailroom:
    """Raises InvalidKey for a key that cannot sign."""
    return Mailroom(
        unsealer=unsealer,
        letterhead=letterhead(settings),
        national_desk=settings.national_desk_email,
        limits=Limits(settings.send_seconds, settings.lease_seconds, settings.send_attempts),
    )


def loops(settings: Settings, unsealer: Unsealer, bell: Bell) -> list[Loop]:
    """What `Service` runs under the worker role. Raises ValueError for a provider that could never work."""
    room, box = mailroom(settings, unsealer), Box()
    all_pools = pools(settings, box)
    for pool in all_pools:
        for lane in settings.notify_lanes:
            bell.listener(pool.channel, lane)

    def sender(pool: Pool) -> Loop:
        async def send_channel(service: Service) -> None:
            await send(
                [
                    Dispatcher(
                        pool,
                        service.database,
                        room,
                        lane=lane,
                        rung=bell.listener(pool.channel, lane),
                        say_delivered=settings.say_delivered,
                        behind=partial(bell.behind, pool.channel),
                    )
                    for lane in settings.notify_lanes
                ],
                pool,
            )

        return send_channel

    async def watch_lanes(service: Service) -> None:
        await watch(service.database, bell, all_pools)

    async def lease(service: Service) -> None:
        await lease_rates(service.database, all_pools)

    async def announce_to_many(service: Service) -> None:
        desk = settings.national_desk_email is not None
        await announce(service.database, unsealer, bell, national_desk=desk)

    async def tell_those_who_follow(service: Service) -> None:
        await tell_followers(service.database, bell)

    async def hear_receipts(service: Service) -> None:
        await box.run(service.database, say_delivered=settings.say_delivered)

    bulk = [announce_to_many, tell_those_who_follow] if Lane.BULK in settings.notify_lanes else []
    rated = [lease] if any(config.per_second for config in settings.providers) else []
    links = [hear_receipts] if any(config.kind == "smpp" for config in settings.providers) else []
    return [*map(sender, all_pools), watch_lanes, *rated, *sweeping(settings), *bulk, *links]


async def send(dispatchers: Sequence[Dispatcher], pool: Pool) -> None:
    """Send by one channel, its lanes apart, until cancelled; then let its providers go."""
    try:
        async with asyncio.TaskGroup() as group:
            for dispatcher in dispatchers:
                group.create_task(dispatcher.run())
    finally:
        await pool.close()
