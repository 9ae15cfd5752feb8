"""What notify hears of follows and of public cases, as intake says it, and what comes of it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.notify.following import running
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import SARI, Office
from tests.unit.notify.facts import fact

MORNING = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
AREA = "transportasi/35.78"


def follow(office: Office, contact=SARI, at=None, **target) -> tuple[UUID, list[c.Fact]]:
    """The facts of a follow that is confirmed."""
    follow_id, at = uuid4(), at or office.database.clock.now()
    words = [
        c.FollowChanged(report_id=follow_id, occurred_at=at, about="Kota Surabaya", **target),
        office.contact(follow_id, contact, occurred_at=at),
    ]
    return follow_id, words


def changed(office: Office, case: UUID, **more) -> c.PublicCaseChanged:
    at = office.database.clock.now()
    return fact(
        c.PublicCaseChanged, report_id=case, occurred_at=at,
        **{"status": CaseStatus.IN_PROGRESS, "public_version": 1, **more},
    )  # fmt: skip


def listed(office: Office, **more) -> c.PublicCaseListed:
    values = {
        "report_id": uuid4(), "occurred_at": office.database.clock.now(), "filed_at": MORNING,
        "status": CaseStatus.FORWARDED, "category": "transportasi", "region": "35.78",
        "areas": (AREA, "*/35.78"), **more,
    }  # fmt: skip
    return fact(c.PublicCaseListed, **values)


async def told(office: Office) -> list:
    """Run the fan-outs and digests that are due; the deliveries."""
    while True:
        async with office.database.transaction() as tx:
            busy = await running.hand_on(tx, office.bell)
            busy = await running.digest_areas(tx, office.bell) or busy
        if not busy:
            return await office.deliveries()
