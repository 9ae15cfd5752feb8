"""Where a running LAPOR is, as the journeys need to know it: addresses, and who they may act as."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.addresses import Addresses
from shared.security.keys import load_channel_secrets


class PlaceError(Exception):
    """A setting is missing; the text is for people."""


@dataclass(frozen=True)
class Place:
    """A deployment to play in. The clock file is how its time is compressed."""

    gateway_url: str
    catcher_url: str
    amqp_url: str
    """The administrator's: to watch the topics and to grant agencies their users."""
    management_url: str
    clock_file: Path
    token_private_key: str
    sms_secret: bytes
    whatsapp_secret: bytes

    @classmethod
    def of(cls, stack: Addresses) -> "Place":
        """The embedded stack as a place to play in."""
        return cls(
            gateway_url=stack.gateway_url,
            catcher_url=stack.catcher_url,
            amqp_url=stack.admin_amqp_url,
            management_url=stack.management_url,
            clock_file=stack.clock_file,
            token_private_key=stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"],
            sms_secret=load_channel_secrets(stack.secrets["LAPOR_CHANNEL_SECRETS"])["sms"],
            whatsapp_secret=load_channel_secrets(stack.secrets["LAPOR_CHANNEL_SECRETS"])["whatsapp"],
        )

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ, **overrides: str | None) -> "Place":
        """For a LAPOR that someone else started, e.g. by compose."""

        def read(name: str, given: str | None = None) -> str:
            value = given or env.get(name)
            if not value:
                raise PlaceError(f"{name} is not set; it is needed to play against a running LAPOR.")
            return value

        return cls(
            gateway_url=read("LAPOR_GATEWAY_URL", overrides.get("gateway")),
            catcher_url=read("LAPOR_CATCHER_URL", overrides.get("catcher")),
            amqp_url=read("LAPOR_ADMIN_BROKER_URL", overrides.get("broker")),
            management_url=read("LAPOR_MANAGEMENT_URL", overrides.get("management")),
            clock_file=Path(read("LAPOR_CLOCK_FILE", overrides.get("clock"))),
            token_private_key=read("LAPOR_TOKEN_PRIVATE_KEY"),
            sms_secret=load_channel_secrets(read("LAPOR_CHANNEL_SECRETS"))["sms"],
            whatsapp_secret=load_channel_secrets(read("LAPOR_CHANNEL_SECRETS"))["whatsapp"],
        )

    def amqp_for(self, user: str, password: str) -> str:
        """The broker's address as another user."""
        scheme, _, rest = self.amqp_url.partition("://")
        return f"{scheme}://{user}:{password}@{rest.partition('@')[2]}"


def describe_refusal(body: str) -> str:
    """A problem's sentence for a failed expectation, or the start of whatever came back."""
    try:
        problem = json.loads(body)
        fields = "; ".join(f"{e['field']}: {e['message_en']}" for e in problem.get("errors", []))
        return f"{problem.get('detail_en', body)} {fields}".strip()
    except (ValueError, AttributeError, KeyError):
        return body[:200]
