"""Assembles the verification service from its parts."""

from services.verification.api import router
from services.verification.handlers import SUBSCRIPTIONS
from services.verification.settings import Settings
from shared.service import Service


def service() -> Service:
    return Service(
        name="verification",
        description="Cases: triage, clarification, archiving, closing and reopening.",
        settings=Settings(),
        routers=[router],
        subscriptions=SUBSCRIPTIONS,
    )
