"""Providers as operators see them. Never an address or a secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.notify.domain.balance import WHOLE
from services.notify.providers.config import ProviderConfig


class ProviderLine(BaseModel):
    """A provider, and how it has been doing."""

    name: str
    kind: str
    channel: str
    weight: int = Field(description="Its part, 0 to 100; 0 while its circuit is open.")
    reason: str | None = Field(description="Why it was lowered last.")
    changed_at: datetime | None
    accepted: int = Field(description="Within the last hour, as the next two.")
    confirmed: int
    failed: int


def provider_lines(
    configs: Mapping[str, ProviderConfig], carried: Sequence[Any], weights: Sequence[Any]
) -> list[ProviderLine]:
    """One for each provider that this process knows, in the order of the settings."""
    of = {row.name: row for row in carried}
    lowered = {row.name: row for row in weights}
    return [_line(config, of.get(name), lowered.get(name)) for name, config in configs.items()]


def _line(config: ProviderConfig, carried: Any | None, lowered: Any | None) -> ProviderLine:
    return ProviderLine(
        name=config.name,
        kind=config.kind,
        channel=config.channel,
        weight=lowered.weight if lowered else WHOLE,
        reason=lowered.reason if lowered else None,
        changed_at=lowered.changed_at if lowered else None,
        accepted=carried.accepted if carried else 0,
        confirmed=carried.confirmed if carried else 0,
        failed=carried.failed if carried else 0,
    )
