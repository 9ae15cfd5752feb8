"""Officers' browsers in front of intake's pages: two who open an identity together, and whoever looks on."""

import re
from datetime import timedelta

import pytest

from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.pages.officers import COOKIE

from .reader import Reader
from .reveal_officers import WHO

ASK = {"alasan": "danger-to-life", "penjelasan": "Pelapor menulis bahwa ia diancam dan perlu dijemput."}
PAGE = "/petugas/identitas"
CODE = re.compile(r'id="kode"[^>]*>([0-9A-Z-]{29})<')


class Desk:
    """Officers' browsers in front of one intake, and the code of the one who may approve."""

    def __init__(self, officers, app, keys):
        self.intake, self.app, self.keys, self.code = officers.intake, app, keys, officers.code
        self.opened: list[Reader] = []

    def officer(self, name, role=Role.NATIONAL_ADMIN, agency=None):
        reader = Reader(self.intake, self.app)
        token = issue(
            self.keys["LAPOR_TOKEN_PRIVATE_KEY"], Officer(name, role, agency, 1), timedelta(hours=1)
        )
        reader.http.cookies.set(COOKIE, token)
        self.opened.append(reader)
        return reader

    async def asked(self, by):
        """The page of a fresh request, and its collect code."""
        filed = await self.intake.file(contact=WHO)
        await by.get(f"{PAGE}/baru")
        answer = await by.post(f"{PAGE}/baru", nomor=filed.tracking_id, **ASK)
        assert answer.status_code == 200, answer.text
        return re.search(rf'href="({PAGE}/[0-9a-f-]{{36}})"', answer.text)[1], CODE.search(answer.text)[1]

    async def approved(self, by):
        where, code = await self.asked(by)
        budi = self.officer("budi")
        await budi.get(where)
        assert (await budi.post(f"{where}/setujui", kode=self.code)).status_code == 200
        return where, code

    async def steps(self):
        return [row.step for row in await self.intake.rows("SELECT step FROM reveal_log ORDER BY seq")]


@pytest.fixture(name="desk")
async def officers_desk(officers, pages, keys):
    pages.state.desk, pages.state.tokens = officers.intake.desk, TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"])
    made = Desk(officers, pages, keys)
    yield made
    for reader in made.opened:
        await reader.http.aclose()
