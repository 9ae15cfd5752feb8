"""The stack's own Python programs: the services, the console, the catcher that stands in for providers."""

import sys
from pathlib import Path

from deploy.local.addresses import Addresses
from deploy.local.environment import catcher_environment, console_environment, service_environment
from deploy.local.parts import BEHIND_THE_DOOR, Part
from deploy.local.probes import answers, http_status
from deploy.local.process import Program

PROJECT = Path(__file__).parents[2]


def service(addresses: Addresses, part: Part, log: Path, niceness: int) -> Program:
    """One process of a service; it serves once its own readiness says so. `niceness` of those not first."""
    port = addresses.ports[part.name]

    async def ready() -> bool:
        return await http_status(port, "/health/ready") == 200

    return Program(
        name=part.name,
        command=[sys.executable, "-m", f"services.{part.service}"],
        folder=PROJECT,
        log=log,
        ready=ready,
        environment={
            **service_environment(part.service, addresses),
            "LAPOR_ROLES": part.roles,
            "LAPOR_HTTP_PORT": str(port),
        },
        niceness=0 if part.first else niceness,
        stop_seconds=15,
    )


def catcher(addresses: Addresses, data: Path, log: Path) -> Program:
    """The mail and SMS catcher; what it caught survives a restart."""
    ports = addresses.ports

    async def ready() -> bool:
        return await answers(ports["smtp"]) and await http_status(ports["catcher"], "/messages") == 200

    return Program(
        name="catcher",
        command=[sys.executable, "-m", "deploy.local.catcher"],
        folder=PROJECT,
        log=log,
        ready=ready,
        environment=catcher_environment(addresses, data),
        niceness=BEHIND_THE_DOOR,
        stop_seconds=5,
    )


def console(addresses: Addresses, log: Path) -> Program:
    """The operators' console. Nothing waits for it: the gateway holds a call until it is there."""
    port = addresses.ports["console"]

    async def ready() -> bool:
        return await http_status(port, "/health/live") == 200

    return Program(
        name="console",
        command=[sys.executable, "-m", "deploy.console"],
        folder=PROJECT,
        log=log,
        ready=ready,
        environment=console_environment(addresses),
        niceness=BEHIND_THE_DOOR,
        stop_seconds=5,
    )
