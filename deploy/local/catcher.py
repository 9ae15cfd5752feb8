"""Catches every mail and SMS the system sends, and shows them; beside it, stand-ins of providers' interfaces.

Delivers nothing.

Settings: LAPOR_CATCHER_HOST, LAPOR_CATCHER_SMTP_PORT, LAPOR_CATCHER_HTTP_PORT, LAPOR_CATCHER_FOLDER.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from deploy.local.caught import Box
from deploy.local.caught_page import page
from deploy.local.providers.app import PREFIX, Providers


class Sms(BaseModel):
    """What an SMS provider is asked to send."""

    to: str
    text: str
    id: str | None = None


class MailHandler:
    """Takes every mail, from anyone to anyone."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offers pipelining (RFC 2920), as providers do."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self._box.add_mail(envelope.mail_from, list(envelope.rcpt_tos), raw)
        return "250 OK"


def http(box: Box) -> FastAPI:
    """The SMS provider's stand-in, and the list of what arrived."""
    app = FastAPI(title="Catcher", docs_url=None, redoc_url=None)

    @app.post("/sms", status_code=202)
    async def receive_sms(sms: Sms) -> dict[str, str]:
        caught = box.add_sms(sms.to, sms.text, sms.id)
        return {"status": "accepted", "id": sms.id or str(caught.sequence)}

    @app.get("/messages")
    def list_messages() -> list[dict[str, Any]]:
        return [message.as_json() for message in box.messages()]

    @app.delete("/messages", status_code=204)
    def forget_messages() -> Response:
        box.clear()
        return Response(status_code=204)

    @app.get("/", response_class=HTMLResponse)
    def show() -> str:
        return page(box.messages())

    return app


def either(catcher: FastAPI, providers: Providers) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """The stand-ins of providers answer below their own path; the rest is the catcher's."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        own = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        await (providers if own else catcher)(scope, receive, send)

    return app


async def serve(host: str, smtp_port: int, http_port: int, folder: Path) -> None:
    """Run both listeners until told to stop."""
    box = Box(folder)
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(MailHandler(box), enable_SMTPUTF8=True, ident="catcher", loop=loop), host, smtp_port
    )
    async with smtp:
        config = uvicorn.Config(
            either(http(box), Providers()), host=host, port=http_port, access_log=False, log_level="warning"
        )
        await uvicorn.Server(config).serve()


def main() -> None:
    setting = os.environ.get
    uvloop.run(
        serve(
            setting("LAPOR_CATCHER_HOST", "127.0.0.1"),
            int(setting("LAPOR_CATCHER_SMTP_PORT", "1025")),
            int(setting("LAPOR_CATCHER_HTTP_PORT", "8025")),
            Path(setting("LAPOR_CATCHER_FOLDER", "caught")),
        )
    )


if __name__ == "__main__":
    main()
