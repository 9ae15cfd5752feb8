"""Telegram by its Bot API. A bot may write only to who has written to it; there are no receipts, no keys."""

from typing import Any
from uuid import UUID

from services.notify.channels.http import HttpProvider, failure_of, pause_of
from services.notify.channels.port import Refused, Rendered, SendFailed, Throttled, Unavailable, Unconfirmed

_LONGEST = 4096


class TelegramSender:
    """`url` is the API's origin; the bot's token is part of the path, as Telegram wants it."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._url = f"{url.rstrip('/')}/bot{token}/sendMessage"
        self._http = HttpProvider(timeout)

    async def send(self, _: UUID, address: str, message: Rendered) -> str | None:
        body = {
            "chat_id": address,
            "text": message.text[:_LONGEST],
            "link_preview_options": {"is_disabled": True},
        }
        status, answer = await self._http.post(self._url, body)
        told = answer if isinstance(answer, dict) else {}
        if told.get("ok") is True:
            return str(told.get("result", {}).get("message_id", "")) or None
        if told.get("ok") is False:
            raise failure(told)
        raise failure_of(status) if not 200 <= status < 300 else Unconfirmed("an answer that is none")

    async def close(self) -> None:
        await self._http.close()


def failure(told: dict[str, Any]) -> SendFailed:
    """What an answer that is not ok means, by its code alone."""
    match code := told.get("error_code"):
        case 429:
            return Throttled("telegram 429", pause_of((told.get("parameters") or {}).get("retry_after")))
        case 403:
            return Refused("blocked recipient")
        case 400:
            return Refused("telegram 400: chat not found")
        case 401 | 404:
            return Unavailable(f"telegram {code}")
    return Unconfirmed(f"telegram {code}" if isinstance(code, int) else "telegram error")
