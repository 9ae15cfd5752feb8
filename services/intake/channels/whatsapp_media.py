"""Media of WhatsApp messages: the Graph API tells for an id where the file is, for some minutes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from services.intake.channels.adapter import File
from services.intake.channels.downloads import Provider

HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
"""Where Meta keeps media."""


class WhatsAppMedia:
    """See `FileSource`; a source is a media id."""

    def __init__(self, url: str, token: SecretStr) -> None:
        self._provider, self._token = Provider(url, HOSTS), token

    @asynccontextmanager
    async def open(self, source: str) -> AsyncIterator[File]:
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        media = await self._provider.ask(source, headers)
        async with self._provider.stream(str(media.get("url", "")), headers) as file:
            yield File(str(media.get("mime_type") or file.content_type or ""), file.chunks)

    async def forget(self, source: str) -> None:
        """Meta forgets by itself, after 30 days."""
