"""What the worker role does with evidence in the background."""

import asyncio
from typing import TYPE_CHECKING

from services.intake.evidence.assembly import evidence_worker
from services.intake.evidence.sweeper import Sweeper
from shared.service import Service

if TYPE_CHECKING:
    from services.intake.desk import Desk

_HOUR = 3600


async def check_evidence(service: Service) -> None:
    """Check files as they come."""
    desk: Desk = service.resources["desk"]
    await evidence_worker(desk.settings, desk.evidence, desk.keys).run()


async def sweep_evidence(service: Service) -> None:
    """Hourly, in the machine's own time."""
    desk: Desk = service.resources["desk"]
    sweeper = Sweeper(desk.evidence)
    while True:
        await sweeper.sweep()
        await asyncio.sleep(_HOUR)
