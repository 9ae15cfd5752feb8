"""What each process is told: the one place where an embedded process's environment is built.

A service gets only the secrets it needs; no `LAPOR_…` variable of the caller leaks in, except those listed.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.addresses import Addresses
from deploy.local.keys import RECEIPT_RETIRED_KEYS, S3_ACCESS_KEY, S3_SECRET_KEY
from deploy.local.parts import PART_NAMES
from deploy.local.probes import HOST

PASSED_ON = ("LAPOR_LOG_LEVEL", "LAPOR_OTLP_ENDPOINT", "LAPOR_TRACE_RATIO", "LAPOR_SAY_DELIVERED")
OWN_SECRETS = {
    "intake": (
        "LAPOR_SEAL_PUBLIC_KEY",
        "LAPOR_REVEAL_PUBLIC_KEY",
        "LAPOR_EVIDENCE_PUBLIC_KEY",
        "LAPOR_CODE_PEPPER",
        "LAPOR_RECEIPT_PRIVATE_KEY",
        RECEIPT_RETIRED_KEYS,
        "LAPOR_CHANNEL_SECRETS",
        "LAPOR_WHATSAPP_VERIFY_TOKEN",
        "LAPOR_REPLY_KEY",
        "LAPOR_PUSH_PUBLIC_KEY",
        "LAPOR_LINK_PUBLIC_KEY",
        S3_ACCESS_KEY,
        S3_SECRET_KEY,
    ),
    "verification": (
        "LAPOR_AUDIT_PRIVATE_KEY",
        "LAPOR_RECEIPT_PUBLIC_KEY",
        RECEIPT_RETIRED_KEYS,
        "LAPOR_TOKEN_PRIVATE_KEY",
        "LAPOR_OFFICER_KEY",
    ),
    "routing": ("LAPOR_LINK_PUBLIC_KEY", "LAPOR_WEBHOOK_KEY"),
    "notify": (
        "LAPOR_SEAL_PRIVATE_KEY",
        "LAPOR_LINK_PRIVATE_KEY",
        "LAPOR_REPLY_KEY",
        "LAPOR_PUSH_PRIVATE_KEY",
        "LAPOR_RECEIPT_PUBLIC_KEY",
        RECEIPT_RETIRED_KEYS,
    ),
}


def service_environment(service: str, addresses: Addresses) -> dict[str, str]:
    """Everything one service's settings need, on top of the machine's plain environment."""
    return {
        **plain_environment(),
        "LAPOR_DATABASE_URL": addresses.database_url(service),
        "LAPOR_BROKER_URL": addresses.amqp_url(service),
        "LAPOR_HTTP_HOST": HOST,
        "LAPOR_HTTP_PORT": str(addresses.ports[service]),
        "LAPOR_ROLES": "api,worker,relay",
        "LAPOR_CLOCK_FILE": str(addresses.clock_file),
        "LAPOR_TOKEN_PUBLIC_KEY": addresses.secrets["LAPOR_TOKEN_PUBLIC_KEY"],
        "LAPOR_PUBLIC_URL": addresses.gateway_url,
        **_intake_only(service, addresses),
        **_notify_only(service, addresses),
        **_verification_only(service),
        **_routing_only(service),
        **own_secrets(service, addresses.secrets),
    }


def own_secrets(service: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """What only this service is told. A receipt key that was never replaced has none before it."""
    names = OWN_SECRETS.get(service, ())
    return {name: secrets[name] for name in names if name in secrets or name != RECEIPT_RETIRED_KEYS}


def catcher_environment(addresses: Addresses, folder: Path) -> dict[str, str]:
    return {
        **plain_environment(),
        "LAPOR_CATCHER_HOST": HOST,
        "LAPOR_CATCHER_SMTP_PORT": str(addresses.ports["smtp"]),
        "LAPOR_CATCHER_HTTP_PORT": str(addresses.ports["catcher"]),
        "LAPOR_CATCHER_FOLDER": str(folder),
    }


def console_environment(addresses: Addresses) -> dict[str, str]:
    """The administrators' broker credentials, and where the services answer; it can sign nothing."""
    return {
        **plain_environment(),
        "LAPOR_ADMIN_BROKER_URL": addresses.admin_amqp_url,
        "LAPOR_MANAGEMENT_URL": addresses.management_url,
        "LAPOR_TOKEN_PUBLIC_KEY": addresses.secrets["LAPOR_TOKEN_PUBLIC_KEY"],
        "LAPOR_PUBLIC_URL": addresses.gateway_url,
        "LAPOR_HTTP_HOST": HOST,
        "LAPOR_HTTP_PORT": str(addresses.ports["console"]),
        **{upstream(name): f"{HOST}:{addresses.ports[name]}" for name in PART_NAMES},
    }


def upstream(process: str) -> str:
    """The variable that tells where a process answers."""
    return f"LAPOR_{process.replace('-', '_').upper()}_UPSTREAM"


def plain_environment(source: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's environment without settings that were meant for another deployment."""
    kept = {
        name: value for name, value in source.items() if not name.startswith("LAPOR_") or name in PASSED_ON
    }
    # A machine behind a proxy still reaches its own loopback directly.
    direct = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), HOST, "localhost")))
    return {**kept, "NO_PROXY": direct, "no_proxy": direct}


def _intake_only(service: str, addresses: Addresses) -> dict[str, str]:
    if service != "intake":
        return {}
    return {
        "LAPOR_S3_ENDPOINT": addresses.s3.endpoint,
        "LAPOR_S3_SECURE": "false",
        "LAPOR_FILING_RATE": "1000000/hour",  # everybody is on this machine
        "LAPOR_FILING_RATE_ALL": "100000/second",
        "LAPOR_DRAFT_RATE": "1000000/hour",
        "LAPOR_ACCOUNT_CODE_RATE": "1000000/hour",
        "LAPOR_REVEAL_ACCOUNT_DAYS": "0",  # no account here is older than the stack; for trying out only
        "LAPOR_MAIL_HOST": HOST,
        "LAPOR_MAIL_PORT": str(addresses.ports["lmtp"]),
        # A browser's push service that is being tried out answers on this machine.
        "LAPOR_OUTGOING_LOOPBACK": "true",
    }


def _notify_only(service: str, addresses: Addresses) -> dict[str, str]:
    if service != "notify":
        return {}
    return {
        "LAPOR_SMTP_URL": addresses.smtp_url,
        "LAPOR_SMS_URL": f"{addresses.catcher_url}/sms",
        "LAPOR_PROVIDERS": json.dumps(_stand_ins(addresses)),
        # A browser's push service that is being tried out answers on this machine.
        "LAPOR_OUTGOING_LOOPBACK": "true",
        "LAPOR_NATIONAL_DESK_EMAIL": "meja@nasional.example",
    }


def _stand_ins(addresses: Addresses) -> list[dict[str, str]]:
    """Channels beside mail and SMS, by stand-ins of their providers' interfaces (deploy/local/providers)."""
    url = f"{addresses.catcher_url}/providers"
    return [
        {"name": "whatsapp", "kind": "whatsapp", "url": f"{url}/whatsapp/messages", "token": "stand-in"},
        {"name": "telegram", "kind": "telegram", "url": f"{url}/telegram", "token": "stand-in"},
    ]


def _verification_only(service: str) -> dict[str, str]:
    if service != "verification":
        return {}
    # Everybody is on this machine.
    return {"LAPOR_SIGN_IN_RATE": "1000000/hour", "LAPOR_SIMILAR_SOURCE_RATE": "1000000/hour"}


def _routing_only(service: str) -> dict[str, str]:
    # An agency's web hook that is being tried out answers on this machine.
    return {"LAPOR_OUTGOING_LOOPBACK": "true"} if service == "routing" else {}
