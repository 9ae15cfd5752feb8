"""Puts together, from the settings, what calls agencies' own systems: web hooks and Open311."""

from collections.abc import Awaitable, Callable

from services.routing.open311.client import Client, Pace
from services.routing.settings import Settings
from services.routing.webhooks.policy import Policy
from services.routing.webhooks.sender import Sender
from shared.security.vault import Vault
from shared.service import Service
from shared.web.outbound import Outbound

PURPOSE = "routing/webhooks"


def vault_of(settings: Settings) -> Vault:
    """Closes hooks' secrets and agencies' API keys. Raises InvalidKey."""
    return Vault(settings.webhook_key.get_secret_value(), PURPOSE)


def outbound_of(settings: Settings) -> Outbound:
    """The one guarded way to addresses that outsiders named."""
    return Outbound(seconds=settings.outgoing_seconds, loopback=settings.outgoing_loopback)


def webhook_loop(
    settings: Settings, outbound: Outbound, vault: Vault
) -> Callable[[Service], Awaitable[None]]:
    """Background work of the worker role."""

    async def post_webhooks(service: Service) -> None:
        sender = Sender(
            service.database,
            outbound,
            vault,
            _policy(settings),
            concurrency=settings.webhook_concurrency,
            lease_seconds=_lease(settings),
            poll_seconds=settings.webhook_poll_seconds,
        )
        await sender.run()

    return post_webhooks


def open311_loop(
    settings: Settings, outbound: Outbound, vault: Vault
) -> Callable[[Service], Awaitable[None]]:
    """Background work of the worker role."""

    async def call_open311(service: Service) -> None:
        pace = Pace(poll=settings.open311_poll_seconds, lease=_lease(settings))
        await Client(service.database, outbound, vault, _policy(settings), pace).run()

    return call_open311


def _policy(settings: Settings) -> Policy:
    return Policy(
        retry_seconds=settings.webhook_retry_seconds,
        patience_seconds=settings.webhook_patience_seconds,
        suspend_failures=settings.webhook_suspend_failures,
        suspend_seconds=settings.webhook_suspend_seconds,
    )


def _lease(settings: Settings) -> float:
    """Longer than a call and its recording, so that nobody alive is taken for dead."""
    return 2 * settings.outgoing_seconds + 10
