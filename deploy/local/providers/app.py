"""The stand-ins' HTTP, as plain ASGI: whoever measures a sender must not measure a framework.

Under /providers/{name}: PUT tells how to behave, GET what it was handed (and /messages which), POST /receipts
brings one; /sms, /messages, /bot<token>/sendMessage and /push/<id> are the interfaces.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from deploy.local.providers import push
from deploy.local.providers.behaviour import Gateway

PREFIX = "/providers/"
HANG_SECONDS = 3600.0
Answer = tuple[int, Any]


class Providers:
    """All stand-ins, each made when it is first spoken of."""

    def __init__(self) -> None:
        self.gateways: dict[str, Gateway] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await _body(receive)
        name, _, rest = scope["path"].removeprefix(PREFIX).partition("/")
        gateway = self.gateways.setdefault(name, Gateway(name))
        headers = {key.decode().lower(): value.decode("latin-1") for key, value in scope["headers"]}
        try:
            status, content = await self._answer(gateway, scope["method"], rest, headers, body)
        except (ValueError, KeyError, TypeError) as error:
            status, content = 400, {"error": {"code": 100, "message": type(error).__name__}}
        raw = json.dumps(content).encode() if content is not None else b""
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": raw})

    async def _answer(
        self, gateway: Gateway, method: str, rest: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        if method == "PUT" and rest.startswith("push/"):
            told = json.loads(body)
            return 201, push.subscribe(gateway, rest.removeprefix("push/"), told["origin"])
        if method == "DELETE" and not rest:
            del self.gateways[gateway.name]
            return 204, None
        if (method, rest) in _CONTROL:
            return 200, await _CONTROL[method, rest](gateway, body)
        interface = _INTERFACES.get("bot" if rest.startswith("bot") else rest.partition("/")[0])
        if method != "POST" or interface is None:
            return 404, {"error": {"code": 100}}
        return await self._interface(gateway, interface, rest, headers, body)

    async def _interface(
        self,
        gateway: Gateway,
        interface: "Interface",
        rest: str,
        headers: dict[str, str],
        body: bytes,
    ) -> Answer:
        told = gateway.behaviour
        if told.delay:
            await asyncio.sleep(told.delay)
        wrong = told.goes_wrong()
        if wrong == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if wrong and wrong.isdigit():
            gateway.refused += 1
            return int(wrong), None
        status, answer = interface(gateway, rest, headers, body, None if wrong == "lost" else wrong)
        if status >= 400 or (wrong and wrong != "lost"):
            gateway.refused += 1
        if wrong == "lost":
            await asyncio.sleep(HANG_SECONDS)
        return status, answer


Interface = Callable[[Gateway, str, dict[str, str], bytes, str | None], Answer]


async def _behave(gateway: Gateway, body: bytes) -> Any:
    gateway.told(json.loads(body))
    return gateway.summary()


async def _summary(gateway: Gateway, _: bytes) -> Any:
    return gateway.summary()


async def _messages(gateway: Gateway, _: bytes) -> Any:
    return [asdict(message) for message in gateway.handed.values()]


async def _arrivals(gateway: Gateway, _: bytes) -> Any:
    return {key: message.at for key, message in gateway.handed.items()}


async def _receipt(gateway: Gateway, body: bytes) -> Any:
    told = json.loads(body)
    return {"answered": await gateway.say(gateway.handed[told["key"]], told["status"], told.get("code"))}


_CONTROL: dict[tuple[str, str], Callable[[Gateway, bytes], Awaitable[Any]]] = {
    ("PUT", ""): _behave,
    ("GET", ""): _summary,
    ("GET", "messages"): _messages,
    ("GET", "arrivals"): _arrivals,
    ("POST", "receipts"): _receipt,
}


def _sms(gateway: Gateway, _: str, headers: dict[str, str], body: bytes, wrong: str | None) -> Answer:
    if not _signed_in(gateway, headers):
        return 401, {"status": "rejected", "error": {"code": "token"}}
    if wrong:
        return 200, {"status": "rejected", "error": {"code": wrong}}
    sms = json.loads(body)
    message = gateway.take("sms", headers.get("idempotency-key") or sms["id"], sms["to"], sms["text"])
    return 202, {"status": "accepted", "id": message.ref}


def _whatsapp(gateway: Gateway, _: str, headers: dict[str, str], body: bytes, wrong: str | None) -> Answer:
    if not _signed_in(gateway, headers):
        return 401, {"error": {"code": 190, "message": "Invalid OAuth access token."}}
    if wrong:
        code = int(wrong.removeprefix("code")) if wrong.startswith("code") else 131000
        return 200, {"error": {"code": code, "message": "an error about +628…"}}
    told = json.loads(body)
    template = told["template"]
    assert told["messaging_product"] == "whatsapp" and told["type"] == "template"
    text = " | ".join(each["text"] for each in template["components"][0]["parameters"])
    key = f"{told.get('biz_opaque_callback_data')}"
    ref = f"wamid.{gateway.name}.{len(gateway.handed) + 1}"
    message = gateway.take("whatsapp", key, told["to"], f"[{template['name']}] {text}", ref)
    return 200, {"messaging_product": "whatsapp", "messages": [{"id": message.ref}]}


def _telegram(
    gateway: Gateway, rest: str, _headers: dict[str, str], body: bytes, wrong: str | None
) -> Answer:
    token, _, method = rest.removeprefix("bot").partition("/")
    if gateway.behaviour.token and token != gateway.behaviour.token:
        return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
    if wrong == "throttled":
        return 429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 1}}
    if wrong:
        code = {"blocked": 403, "unknown": 400}.get(wrong, 500)
        return (code if wrong != "error" else 200), {"ok": False, "error_code": code}
    told = json.loads(body)
    assert method == "sendMessage"
    message = gateway.take("telegram", None, str(told["chat_id"]), told["text"])
    return 200, {"ok": True, "result": {"message_id": len(gateway.handed), "text": message.text}}


def _signed_in(gateway: Gateway, headers: dict[str, str]) -> bool:
    wanted = gateway.behaviour.token
    return wanted is None or headers.get("authorization") == f"Bearer {wanted}"


_INTERFACES: dict[str, Interface] = {
    "sms": _sms,
    "messages": _whatsapp,
    "bot": _telegram,
    "push": push.receive,
}


async def _body(receive: Callable[[], Awaitable[Any]]) -> bytes:
    content = b""
    while True:
        message = await receive()
        content += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return content
