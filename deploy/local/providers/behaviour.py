"""How one stand-in behaves, what it was handed, and what it says later of it."""

import asyncio
import hashlib
import hmac
import json
import random
import time
from dataclasses import dataclass, field, fields
from typing import Any

import httpx

from shared.security.signatures import HEADER, sign


@dataclass
class Behaviour:
    """Set with PUT /providers/{name}; seconds of real time."""

    token: str | None = None
    """What must come along as a bearer token; without it, anything may."""
    delay: float = 0.0
    fail: str | None = None
    """What goes wrong: an HTTP status, ``hang``, ``lost`` (accepted, then silence), ``error`` (200 with an
    error inside) or a code of the interface, as ``invalid_number``.
    """
    share: float = 1.0
    """The part of messages that goes wrong."""
    receipts: str | None = None
    """Where receipts go; without it, there are none unasked."""
    secret: str = ""
    receipt_status: str = "delivered"
    receipt_code: str | None = None
    receipt_delay: float = 0.0
    receipt_times: int = 1

    def goes_wrong(self) -> str | None:
        return self.fail if self.fail and random.random() < self.share else None


@dataclass
class Handed:
    """A message as it came. `ref` is the id that the interface gave it."""

    key: str
    to: str
    text: str
    ref: str
    at: float
    interface: str


@dataclass
class Gateway:
    """One provider's stand-in. A key that it knows is answered as before, and not handed on again."""

    name: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    handed: dict[str, Handed] = field(default_factory=dict)
    repeated: int = 0
    refused: int = 0
    mailboxes: dict[str, Any] = field(default_factory=dict)
    _errands: set[asyncio.Task[None]] = field(default_factory=set)

    def told(self, behaviour: dict[str, Any]) -> None:
        """Behave so from now on. Raises TypeError for a word that is none of Behaviour's."""
        self.behaviour = Behaviour(**behaviour)

    def take(self, interface: str, key: str | None, to: str, text: str, ref: str | None = None) -> Handed:
        """Keep a message, or find it by its key."""
        number = len(self.handed) + 1
        known = self.handed.get(key) if key else None
        if known is not None:
            self.repeated += 1
            return known
        key = key or f"{self.name}-{number}"
        self.handed[key] = Handed(key, to, text, ref or f"{self.name}.{number}", time.time(), interface)
        if self.behaviour.receipts:
            self._later(self._confirm(self.handed[key]))
        return self.handed[key]

    def summary(self) -> dict[str, Any]:
        return {
            "handed": len(self.handed),
            "repeated": self.repeated,
            "refused": self.refused,
            "behaviour": {each.name: getattr(self.behaviour, each.name) for each in fields(Behaviour)},
        }

    async def say(self, message: Handed, status: str, code: str | None) -> int:
        """Bring one receipt; returns the status of the answer."""
        body = json.dumps(_receipt(message, status, code)).encode()
        secret = self.behaviour.secret.encode()
        if message.interface == "whatsapp":
            headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}
        else:
            headers = {HEADER: sign(secret, body)}
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            return (await http.post(self.behaviour.receipts or "", content=body, headers=headers)).status_code

    async def _confirm(self, message: Handed) -> None:
        told = self.behaviour
        await asyncio.sleep(told.receipt_delay)
        for _ in range(told.receipt_times):
            await self.say(message, told.receipt_status, told.receipt_code)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _receipt(message: Handed, status: str, code: str | None) -> dict[str, Any]:
    if message.interface == "whatsapp":
        told: dict[str, Any] = {"id": message.ref, "status": status, "recipient_id": message.to}
        if code:
            told["errors"] = [{"code": int(code)}]
        return {"entry": [{"changes": [{"value": {"statuses": [told]}}]}]}
    return {"receipts": [{"id": message.key, "status": status, **({"code": code} if code else {})}]}
