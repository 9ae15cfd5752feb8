"""Browsers without scripts in front of intake's pages, signed in or with a report open."""

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI

from services.intake.desk_pages import routers as desk_routers
from services.intake.pages import open_shell
from services.intake.pages import routers as page_routers
from shared.web.edge import Edge
from shared.web.problems import install_problem_handlers

if TYPE_CHECKING:
    from .conftest import Filed

MAIL = "kenari@rahasia.id"
STORY = {
    "title": "Lampu jalan padam",
    "text": "Lampu jalan di depan sekolah padam sejak minggu lalu dan jalannya gelap.",
}


class Reader:
    """A browser without scripts: it keeps cookies, follows redirects, and sends the forms it was shown."""

    def __init__(self, intake, app) -> None:
        self.intake = intake
        transport = httpx.ASGITransport(app=Edge(app), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(
            transport=transport, base_url="http://intake", follow_redirects=True,
            headers={"Accept": "text/html"},
        )  # fmt: skip
        self.token = ""

    async def get(self, path: str) -> httpx.Response:
        return self._shown(await self.http.get(path))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return self._shown(await self.http.post(path, data={"formulir": self.token, **fields}))

    def _shown(self, answer: httpx.Response) -> httpx.Response:
        if found := re.search(r'name="formulir" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    async def sign_in(self, contact: str = MAIL) -> "Reader":
        await self.get("/akun/masuk")
        await self.post("/akun/masuk", kontak=contact)
        code = re.search(r"\d{6}", (await self.intake.answers())[-1])[0]
        answer = await self.post("/akun/kode", kode=code)
        assert answer.url.path == "/akun", answer.text
        return self

    async def open(self, filed: "Filed") -> "Reader":
        await self.get("/lacak")
        answer = await self.post("/lacak", nomor=filed.tracking_id, kode=filed.access_code)
        assert answer.url.path == f"/lacak/{filed.tracking_id}"
        return self


def with_pages(app: FastAPI) -> FastAPI:
    """The application with every page of intake, for reporters and for officers."""
    app.state.shell = open_shell(SimpleNamespace(public_url="http://intake"))
    for router in (*page_routers, *desk_routers):
        app.include_router(router)
    app.state.shell.install(app)
    return app


@pytest.fixture(scope="session")
def pages() -> FastAPI:
    """Built once: reading all routes and templates takes longer than most tests."""
    app = FastAPI()
    install_problem_handlers(app)
    return with_pages(app)


@pytest.fixture
async def read(open_intake, keys, pages):
    """Opens browsers in front of one intake."""
    opened: list[Reader] = []
    intake = await open_intake(push_public_key=keys["LAPOR_PUSH_PUBLIC_KEY"])
    pages.state.desk = intake.desk

    def one() -> Reader:
        opened.append(Reader(intake, pages))
        return opened[-1]

    yield one
    for reader in opened:
        await reader.http.aclose()
