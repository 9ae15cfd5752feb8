"""An officer's browser without JavaScript: it sends forms as the page gave them."""

import re

import httpx

ROADS, CITY = "35.3578.dpubm", "35.3578"
QUESTION = "Di sisi mana lubangnya, dekat rumah nomor berapa?"


class Browser(httpx.AsyncClient):
    """Sends forms as the page gave them."""

    async def fill(self, path: str, address: str, **fields: str) -> httpx.Response:
        """The form of `address` on the page at `path`, with these fields."""
        page = await self.get(path)
        return await self.post(f"{path}/{address}", data={**hidden_in(page), **fields})


def hidden_in(page: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: value for name, value in found if name in {"formulir", "versi", "kiriman", "sampai"}}


async def states(routing) -> list[str]:
    return [leg.state for leg in await routing.legs()]
