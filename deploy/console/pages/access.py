"""Who may stand at the console, and what every page of it needs from the application."""

from typing import Annotated, Any

from aio_pika.exceptions import AMQPError
from fastapi import Depends, Request

from deploy.console.dead import Confirmations, DeadLetters
from deploy.console.overview import Watch
from deploy.provision.management import ManagementError
from shared.security.tokens import Officer, Role
from shared.telemetry.logs import log
from shared.web.pages import Shell
from shared.web.pages.officers import in_role
from shared.web.problems import Problem

Operator = Annotated[Officer, Depends(in_role(Role.OPERATOR, Role.NATIONAL_ADMIN))]

BROKER_ERRORS = (ManagementError, AMQPError, OSError, TimeoutError)
PERSONAL = ("intake.inbound.", "intake.reveals", "notify.contacts")
"""Queues whose messages say who somebody is; what they hold is opened by two persons, or not at all."""


def _state(name: str) -> Any:
    def found(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(found)


CurrentShell = Annotated[Shell, _state("shell")]
CurrentWatch = Annotated[Watch, _state("watch")]
CurrentDead = Annotated[DeadLetters, _state("dead")]
CurrentConfirmations = Annotated[Confirmations, _state("confirmations")]


def may_read_body(officer: Officer, queue: str) -> bool:
    """Operators read no report's content; administrators do, except what would tell who somebody is."""
    return officer.role is Role.NATIONAL_ADMIN and not queue.startswith(PERSONAL)


def away() -> Problem:
    return Problem(
        503,
        "broker-away",
        "Perantara pesan (RabbitMQ) sedang tidak dapat dihubungi. Tidak ada yang berubah yang belum dicatat.",
        "The message broker (RabbitMQ) cannot be reached right now. Whatever was done before is kept.",
        headers={"Retry-After": "5"},
    )


def record(event: str, officer: Officer, **told: Any) -> None:
    """Who did or saw what, never its content."""
    log.info(event, officer=officer.id, role=officer.role.value, **told)
