"""Makes each channel's providers from the settings. A library is loaded only where a provider needs it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from services.notify.channels.email import EmailSender, smtp_options
from services.notify.channels.port import Sender
from services.notify.domain.delivery import Lane
from services.notify.domain.rate import Bucket
from services.notify.domain.receipt import ReceiptStatus
from services.notify.providers.config import CHANNELS, ProviderConfig
from services.notify.providers.pool import Pool, Provider
from services.notify.receipts.box import Box
from services.notify.receipts.store import Receipt
from services.notify.settings import Settings


def configs(settings: Settings) -> dict[str, ProviderConfig]:
    """Every provider by its name: mail, SMS, push, which have settings of their own, and web hooks, first.

    Raises ValueError.
    """
    plain = [
        ProviderConfig(name=kind, kind=kind, url=url)
        for kind, url in (("smtp", settings.smtp_url), ("sms", settings.sms_url))
        if url
    ]
    if settings.push_private_key and not any(each.kind == "push" for each in settings.providers):
        contact = f"mailto:postmaster@{settings.mail_domain}"  # which every domain answers (RFC 5321)
        key = settings.push_private_key
        plain.append(ProviderConfig(name="push", kind="push", private_key=key, contact=contact))
    if not any(each.kind == "webhook" for each in settings.providers):
        plain.append(ProviderConfig(name="webhook", kind="webhook"))
    named: dict[str, ProviderConfig] = {}
    for config in (*plain, *settings.providers):
        if config.name in named:
            raise ValueError(f"LAPOR_PROVIDERS names {config.name} twice")
        named[config.name] = config
        check(config, settings)
    return named


def channels(settings: Settings) -> frozenset[str]:
    """The channels that somebody carries, here or in another process."""
    return frozenset(config.channel for config in configs(settings).values())


def pools(settings: Settings, box: Box) -> list[Pool]:
    """One for each channel that this process sends by. Receipts of a kept connection go into `box`."""
    served = settings.notify_channels or frozenset(CHANNELS.values())
    of: dict[str, list[Provider]] = {}
    for config in configs(settings).values():
        if config.channel in served:
            of.setdefault(config.channel, []).append(provider(config, settings, box))
    return [Pool(channel, providers) for channel, providers in of.items()]


def provider(config: ProviderConfig, settings: Settings, box: Box) -> Provider:
    """A provider that can send, with its limits. `box` takes receipts that come by its own connection."""
    most = config.concurrency or settings.send_concurrency
    return Provider(
        config.name,
        _smpp(config, settings, box) if config.kind == "smpp" else _MAKERS[config.kind](config, settings),
        receipts=config.receipts,
        judged=config.kind != "webhook",
        slots={
            Lane.TRANSACTIONAL: most,
            Lane.BULK: min(most, settings.bulk_concurrency),
        },
        bucket=Bucket(config.per_second),
    )


def check(config: ProviderConfig, settings: Settings) -> None:
    """Raises ValueError for a provider that could never work; repeats no address: it may hold a secret."""
    url = config.url.get_secret_value()
    if config.kind == "smtp":
        smtp_options(url, settings.send_seconds)
    elif config.kind in {"sms", "whatsapp", "telegram"} and urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"provider {config.name} needs an http or https address")
    elif config.kind == "smpp" and urlsplit(url).scheme not in {"smpp", "smpps"}:
        raise ValueError(f"provider {config.name} needs an smpp or smpps address")
    if config.kind in {"whatsapp", "telegram"} and config.token is None:
        raise ValueError(f"provider {config.name} needs a token")
    if config.kind == "push" and (config.private_key is None or not config.contact):
        raise ValueError(f"provider {config.name} needs a private_key and a contact")


def _smtp(config: ProviderConfig, settings: Settings) -> Sender:
    return EmailSender(config.url.get_secret_value(), settings.mail_from, settings.send_seconds)


def _sms(config: ProviderConfig, settings: Settings) -> Sender:
    from services.notify.channels.sms import SmsSender

    return SmsSender(config.url.get_secret_value(), settings.send_seconds, _secret(config.token))


def _smpp(config: ProviderConfig, settings: Settings, box: Box) -> Sender:
    from services.notify.channels.smpp import SmppSender

    def heard(ref: str, status: ReceiptStatus, reason: str | None, recorded: Callable[[], None]) -> None:
        box.put(Receipt(config.name, ref, status, reason), recorded)

    url = config.url.get_secret_value()
    return SmppSender(url, config.sender or "LAPOR", settings.send_seconds, heard)


def _whatsapp(config: ProviderConfig, settings: Settings) -> Sender:
    from services.notify.channels.whatsapp import WhatsAppSender

    return WhatsAppSender(
        config.url.get_secret_value(),
        _secret(config.token) or "",
        config.sender or "lapor_kabar",
        settings.send_seconds,
    )


def _telegram(config: ProviderConfig, settings: Settings) -> Sender:
    from services.notify.channels.telegram import TelegramSender

    return TelegramSender(config.url.get_secret_value(), _secret(config.token) or "", settings.send_seconds)


def _push(config: ProviderConfig, settings: Settings) -> Sender:
    from services.notify.channels.push import PushSender

    return PushSender(
        _secret(config.private_key) or "",
        config.contact or "",
        settings.send_seconds,
        loopback=settings.outgoing_loopback,
    )


def _webhook(_: ProviderConfig, settings: Settings) -> Sender:
    from services.notify.channels.webhook import WebhookSender

    return WebhookSender(settings.send_seconds, loopback=settings.outgoing_loopback)


def _secret(value: object) -> str | None:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else None


_MAKERS: dict[str, Callable[[ProviderConfig, Settings], Sender]] = {
    "smtp": _smtp,
    "sms": _sms,
    "whatsapp": _whatsapp,
    "telegram": _telegram,
    "push": _push,
    "webhook": _webhook,
}
