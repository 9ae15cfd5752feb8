"""A browser that lets itself be told, by the push service's stand-in: Chromium has none of its own here."""

import json

import asyncpg
import httpx

from deploy.local.stack import Stack
from tests.browser.conftest import Visit

_SUBSCRIBED = """(subscription) => {
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async () => ({ toJSON: () => subscription });
}"""


class PushService:
    """One of the catcher's stand-ins, by its name."""

    def __init__(self, http: httpx.AsyncClient, catcher_url: str, name: str) -> None:
        self._http, self._origin = http, catcher_url
        self._url = f"{catcher_url}/providers/{name}"

    async def serve(self, window: Visit) -> None:
        """From now on this window's pages subscribe there, and their reader allows it."""
        made = (await self._http.put(f"{self._url}/push/satu", json={"origin": self._origin})).json()
        await window.context.grant_permissions(["notifications"], origin=window.url)
        await window.context.add_init_script(f"({_SUBSCRIBED})({json.dumps(made)})")

    async def messages(self) -> list[str]:
        """What it was handed, decrypted as a browser would."""
        return [one["text"] for one in (await self._http.get(f"{self._url}/messages")).json()]


async def browsers_known(lapor: Stack) -> int:
    """How many notify could tell now: what happened before it hears of a browser is not told to it."""
    connection = await asyncpg.connect(lapor.database_url("notify").replace("+asyncpg", ""))
    try:
        return await connection.fetchval("SELECT count(*) FROM browsers WHERE sealed IS NOT NULL")
    finally:
        await connection.close()
