"""Officers who ask intake for an identity, approve it and see it, each with a token of their own."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shared.security.holders import lock, new_code
from shared.security.keys import load_seal_private_keys
from shared.security.sealing import key_id
from shared.security.tokens import Officer, Role, issue

WHO = {
    "name": "Kenari Rahasia", "phone": "0812-7777-8888", "nik": "3578010101900001",
    "address": "Jalan Melati 7, Surabaya",
}  # fmt: skip
ASK = {"reason": "danger-to-life", "explanation": "Pelapor menulis bahwa ia diancam dan perlu dijemput."}


class Officers:
    """Officers who call intake, and the code of the one who may approve."""

    def __init__(self, intake, keys):
        self.intake, self.keys = intake, keys
        self.code = new_code()
        self.since: dict[str, int | None] = {}

    def headers(self, name, role=Role.NATIONAL_ADMIN, agency=None):
        key = self.keys["LAPOR_TOKEN_PRIVATE_KEY"]
        token = issue(key, Officer(name, role, agency, self.since.get(name, 1)), timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    async def post(self, url, body, name, *role):
        return await self.intake.http.post(url, json=body, headers=self.headers(name, *role))

    async def enrol(self, officer="budi", *, private_key=None):
        (key,) = load_seal_private_keys(private_key or self.keys["LAPOR_REVEAL_PRIVATE_KEY"])
        body = {"key_id": key_id(key.public_key()).hex(), "locked": lock(key, officer, self.code)}
        url = f"/v1/reveals/holders/{officer}"
        answer = await self.intake.http.put(url, json=body, headers=self.headers("ratna"))
        assert answer.status_code == 204, answer.text

    async def ask(self, filed, name="ratna", *role, **changes):
        return await self.post(f"{filed.url}/reveal", {**ASK, **changes}, name, *role)

    async def approve(self, asked, name="budi", code=None):
        return await self.post(
            f"/v1/reveals/{asked['reveal_id']}/approval", {"code": code or self.code}, name
        )

    async def collect(self, asked, name="ratna", code=None):
        body = {"code": code or asked["collect_code"]}
        return await self.post(f"/v1/reveals/{asked['reveal_id']}/identity", body, name)

    async def log(self, agency=None):
        headers = self.headers("sari", Role.SUPERVISOR, agency)
        return (await self.intake.http.get("/v1/reveals/log", headers=headers)).json()

    async def asked(self, *by, **changes):
        """A fresh request, as whoever asked holds it."""
        return (await self.ask(await self.intake.file(contact=WHO), *by, **changes)).json()

    async def approved(self, **changes):
        asked = await self.asked(**changes)
        assert (await self.approve(asked)).status_code == 204
        return asked


@pytest.fixture
async def officers(intake, keys):
    made = Officers(intake, keys)
    await made.enrol()
    return made


async def behind_its_back(officers, *statements, **values):
    """As whoever owns the database could."""
    opening = "ALTER TABLE reveal_log DISABLE TRIGGER only_added, DROP CONSTRAINT signed_from_now_on"
    closing = (
        "ALTER TABLE reveal_log ENABLE TRIGGER only_added, "
        "ADD CONSTRAINT signed_from_now_on CHECK (signature IS NOT NULL) NOT VALID"
    )
    async with officers.intake.database.transaction() as tx:
        await tx.execute(sa.text(opening))
        for statement in statements:
            await tx.execute(sa.text(statement), values)
        await tx.execute(sa.text(closing))
