"""Assembles the intake service from its parts."""

import asyncio

from services.intake import filing_store
from services.intake.accounts.desk import forget_codes
from services.intake.api import routers
from services.intake.channels import adapters, answering, attachments, fetcher, refusals, sms_store
from services.intake.channels.mail import forget_staged
from services.intake.confirming.forgetting import forget_confirmations
from services.intake.desk import open_desk
from services.intake.desk_pages import routers as desk_routers
from services.intake.drafts.desk import forget_drafts
from services.intake.evidence.loops import check_evidence, sweep_evidence
from services.intake.following.forgetting import forget_followers
from services.intake.handlers import SUBSCRIPTIONS
from services.intake.identity.forgetting import forget_identities
from services.intake.keyring import Keyring
from services.intake.listing import list_what_changed
from services.intake.pages import open_shell
from services.intake.pages import routers as page_routers
from services.intake.settings import Settings
from shared.amendments import follow_amendments
from shared.regions import atlas
from shared.service import Service


def service() -> Service:
    settings = Settings()
    atlas()  # now, and not while the first reporter waits
    keys = Keyring(settings)
    channels = adapters(settings, keys)
    shell = open_shell(settings)
    built = Service(
        name="intake",
        description="Reports: filing, evidence, tracking, the reporter's later words, and inbound channels.",
        settings=settings,
        routers=[*routers, *page_routers, *desk_routers],
        subscriptions=[*SUBSCRIPTIONS, *(s for one in channels.values() for s in one.subscriptions())],
        loops=[
            forget_what_is_done,
            list_what_changed,
            forget_identities,
            forget_followers,
            forget_codes,
            forget_confirmations,
            forget_drafts,
            check_evidence,
            sweep_evidence,
            *(loop for one in channels.values() for loop in one.loops()),
        ],
        watches=[follow_amendments],
    )
    desk = built.resources["desk"] = open_desk(settings, keys, channels, built.database, built.clock)
    built.loops = [*built.loops, *fetcher(settings, keys, desk.evidence).loops()]
    built.resources["shell"] = shell
    built.pages = shell.install
    return built


async def forget_what_is_done(service: Service) -> None:
    """Hourly, in the machine's own time: keys nobody repeats, and parts of messages long filed."""
    while True:
        async with service.database.transaction() as tx:
            await filing_store.forget_idempotency_keys(tx)
            await sms_store.forget_settled(tx)
            await refusals.forget_old(tx)
            await attachments.forget_old(tx)
            await forget_staged(tx)
        await answering.forget_answers(service.database)
        await asyncio.sleep(3600)
