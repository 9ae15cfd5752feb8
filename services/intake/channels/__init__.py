"""One small adapter a channel, each turning what comes in into a filing."""

from collections.abc import Mapping

from services.intake.channels.adapter import ChannelAdapter
from services.intake.channels.sms import SmsChannel
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.contracts import Channel

__all__ = ["ChannelAdapter", "adapters"]


def adapters(settings: Settings, keys: Keyring) -> Mapping[Channel, ChannelAdapter]:
    """The channels with a gateway that this process serves."""
    built: tuple[ChannelAdapter, ...] = (SmsChannel(keys, patience_seconds=settings.sms_patience_seconds),)
    return {one.channel: one for one in built if one.channel in settings.intake_channels}
