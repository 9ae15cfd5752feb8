"""Histories that are sealed, looked into and forged, as whoever owns the tables could."""

from datetime import timedelta

import sqlalchemy as sa

from services.verification.audit import Checked, seal, verify
from shared.security.codes import check_character
from tests.integration.verification.deciding import VERIFICATION
from tests.integration.verification.lives import supplemented

ID = "K7MQ3XW9F" + check_character("K7MQ3XW9F")
TEXT = "Lampu di depan sekolah padam."


class Audit:
    """Seals and inspects what the desk has recorded, and forges it."""

    def __init__(self, desk, keys) -> None:
        self.desk, self.keys = desk, keys

    async def seal(self):
        return await seal(self.desk.database, self.keys["LAPOR_AUDIT_PRIVATE_KEY"])

    async def findings(self, *kept):
        found = verify(self.desk.database, self.keys["LAPOR_AUDIT_PUBLIC_KEY"], Checked(), kept=kept)
        return [(one.wrong, one.seq) async for one in found]

    async def forge(self, sql, **parameters):
        """What somebody does who owns the tables."""
        tables = ("entries", "leaves", "roots")
        for table in tables:
            await self._do(f"ALTER TABLE {table} DISABLE TRIGGER only_added")
        await self._do(sql, **parameters)
        for table in tables:
            await self._do(f"ALTER TABLE {table} ENABLE TRIGGER only_added")

    async def _do(self, sql, **parameters):
        async with self.desk.database.transaction() as tx:
            await tx.execute(sa.text(sql), parameters)


async def two_lives(desk, admin, clock):
    """Two cases with a history of three entries each."""
    ids = []
    for _ in range(2):
        report_id = await desk.file(**({} if ids else {"tracking_id": ID}))
        clock.advance(timedelta(minutes=1))
        await desk.hear(supplemented(report_id, clock.now()))
        await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
        ids.append(report_id)
    return ids
