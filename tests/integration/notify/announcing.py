"""Reports that an announcement concerns, its steps, and what became of it."""

from collections import Counter
from uuid import UUID, uuid4

from services.notify.announcements import running
from shared import contracts as c
from shared.security.sealing import Contact
from tests.integration.notify.conftest import Office, until
from tests.unit.notify.facts import fact

WORDS = {"title": "Air mati di Tegalsari", "text": "Perbaikan pipa selesai besok pukul 06.00 WIB."}


async def reported(office: Office, contact: Contact | None = None, **more) -> UUID:
    """A case that was sent on, with a reporter of its own unless one is named."""
    report = uuid4()
    contact = contact or Contact(email=f"warga{report.int % 10**9}@pelapor.example")
    more = {"category": "air", "place": c.Place(region="35.78.05"), **more}
    await office.hear(office.contact(report, contact))
    await office.hear(fact(c.DispositionCreated, report_id=report, leg_id=uuid4(), **more))
    return report


async def run(office: Office, times: int = 1) -> None:
    for _ in range(times):
        async with office.database.transaction() as tx:
            await running.step(tx, office.unsealer, office.bell, national_desk=True)


async def announced(office: Office) -> Counter:
    rows = [row for row in await office.deliveries() if row.template == "announcement"]
    return Counter((row.lane, row.state, row.reason) for row in rows)


async def office_until(office: Office, state: str) -> None:
    async def done() -> bool:
        return all(row.state == state for row in await office.deliveries() if row.lane == "bulk")

    await until(done)
