"""Files of Telegram messages: `getFile` tells for an id where the file is, for an hour. 20 MB at most."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from pydantic import SecretStr

from services.intake.channels.adapter import File, FileGone
from services.intake.channels.downloads import Provider


class TelegramFiles:
    """See `FileSource`; a source is a file_id. Each address holds the bot's token: none is ever logged."""

    def __init__(self, url: str, token: SecretStr) -> None:
        self._provider, self._token = Provider(url), token

    @asynccontextmanager
    async def open(self, source: str) -> AsyncIterator[File]:
        token = self._token.get_secret_value()
        found = await self._provider.ask(f"bot{token}/getFile", {}, file_id=source)
        result = found.get("result")
        path = result.get("file_path") if isinstance(result, dict) else None
        if not isinstance(path, str) or ".." in path:
            raise FileGone("no path to the file")
        where = self._provider.address(f"file/bot{token}/{quote(path)}")
        async with self._provider.stream(where, {}) as file:
            # It says octet-stream of everything.
            yield File(None, file.chunks)

    async def forget(self, source: str) -> None:
        """Telegram keeps what its people sent."""
