"""A message centre that speaks SMPP 3.4 (smpplib's own PDUs), behaves as it is told and sends receipts."""

import asyncio
import struct
from typing import Any

from smpplib import consts, smpp

from deploy.local.providers.behaviour import Gateway

FAILURES = {
    "throttled": consts.SMPP_ESME_RTHROTTLED,
    "invalid_number": consts.SMPP_ESME_RINVDSTADR,
    "error": consts.SMPP_ESME_RSYSERR,
}


class _Numbers:
    """What smpplib's PDUs ask of a client."""

    def __init__(self) -> None:
        self._last = 0

    def next_sequence(self) -> int:
        self._last += 1
        return self._last


class MessageCentre:
    """`gateway.behaviour`: `token` is the password; `fail`, `receipt_status` as for any stand-in.

    Parts of one message are joined by their header; a receipt is sent for the part that asks for one.
    """

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._parts: dict[tuple[str, int], dict[int, str]] = {}
        self._numbers = _Numbers()
        self.unacknowledged: dict[int, bytes] = {}
        """Receipts that nobody has confirmed: they are told again to whoever binds next."""

    async def serve(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._talk, host, port)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(4)
                raw = head + await reader.readexactly(struct.unpack(">L", head)[0] - 4)
                pdu = smpp.parse_pdu(raw, client=self._numbers, allow_unknown_opt_params=True)
                if not await self._answer(pdu, writer):
                    return
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, pdu: Any, writer: asyncio.StreamWriter) -> bool:
        """False ends the connection."""
        told = self.gateway.behaviour
        match pdu.command:
            case "bind_transceiver":
                right = told.token is None or _text(pdu.password) == told.token
                status = consts.SMPP_ESME_ROK if right else consts.SMPP_ESME_RINVPASWD
                self._respond(writer, pdu, status, system_id="SMSC")
                if right:
                    writer.write(b"".join(self.unacknowledged.values()))
            case "deliver_sm_resp":
                self.unacknowledged.pop(pdu.sequence, None)
            case "enquire_link" | "unbind":
                self._respond(writer, pdu)
                return bool(pdu.command == "enquire_link")
            case "submit_sm":
                await asyncio.sleep(told.delay)
                wrong = told.goes_wrong()
                if wrong == "lost":
                    return False
                if wrong:
                    self.gateway.refused += 1
                    self._respond(writer, pdu, FAILURES[wrong])
                    return True
                ref = self._take(pdu)
                self._respond(writer, pdu, message_id=ref)
                if pdu.registered_delivery:
                    self._confirm(writer, pdu, ref)
        return True

    def _take(self, pdu: Any) -> str:
        number, text = _text(pdu.destination_addr), pdu.short_message
        if pdu.esm_class & consts.SMPP_GSMFEAT_UDHI:
            reference, total, place = text[3:6]
            parts = self._parts.setdefault((number, reference), {})
            parts[place] = _read(text[6:])
            if len(parts) < total:
                return f"part-{number[-3:]}-{reference}-{place}"
            whole = "".join(parts[each] for each in sorted(self._parts.pop((number, reference))))
            return self.gateway.take("smpp", None, number, whole).ref
        return self.gateway.take("smpp", None, number, _read(text)).ref

    def _confirm(self, writer: asyncio.StreamWriter, pdu: Any, ref: str) -> None:
        status = "DELIVRD" if self.gateway.behaviour.receipt_status == "delivered" else "UNDELIV"
        told = smpp.make_pdu(
            "deliver_sm",
            client=self._numbers,
            source_addr=_text(pdu.destination_addr),
            destination_addr=_text(pdu.source_addr),
            esm_class=4,
            short_message=f"id:{ref} sub:001 dlvrd:001 stat:{status} err:000 text:".encode(),
        )
        self.unacknowledged[told.sequence] = told.generate()
        writer.write(self.unacknowledged[told.sequence])

    def _respond(self, writer: asyncio.StreamWriter, pdu: Any, status: int = 0, **more: Any) -> None:
        answer = smpp.make_pdu(f"{pdu.command}_resp", client=self._numbers, status=status, **more)
        answer.sequence = pdu.sequence
        writer.write(answer.generate())


def _read(text: bytes) -> str:
    """GSM 03.38 without what neither stands in ASCII nor is needed to compare."""
    return text.replace(b"\x00", b"@").replace(b"\x11", b"_").decode("ascii", "replace")


def _text(value: Any) -> str:
    return value.decode().rstrip("\0") if isinstance(value, bytes) else str(value or "")
