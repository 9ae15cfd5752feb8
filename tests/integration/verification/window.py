"""An officer's browser without JavaScript, and what most of these tests send from it."""

import re
from uuid import UUID

import httpx


class Window:
    """An officer's browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""

    async def go(self, path: str, status: int = 200) -> str:
        return self._shown(await self.client.get(path), status)

    async def send(self, path: str, status: int = 200, **fields: str) -> httpx.Response:
        """With the token of the page that is open, or of the sign-in."""
        token = re.search(r'name="formulir" value="([^"]+)"', self.page)
        answer = await self.client.post(path, data={"formulir": token.group(1) if token else "", **fields})
        self._shown(answer, status)
        return answer

    def _shown(self, answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[1500:6000]
        self.page = answer.text
        return self.page


def case(report_id: UUID) -> str:
    return f"/petugas/kasus/{report_id}"


VERIFY = {"version": "1", "classification": "non_supervision", "category": "infrastruktur"}
