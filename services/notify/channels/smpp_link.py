"""One SMPP 3.4 connection in a thread of its own: bind as transceiver, submit, enquire, and hear receipts.

Nothing of smpplib waits anywhere else. Whatever ends the link ends every message in its hands as unconfirmed.
"""

import logging
import select
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import smpplib.client
import smpplib.consts as smpp
from smpplib.exceptions import ConnectionError as Lost
from smpplib.exceptions import PDUError

from services.notify.channels.port import Refused, SendFailed, Throttled, Unavailable, Unconfirmed

ENQUIRE_SECONDS = 30.0
_REFUSED = {
    smpp.SMPP_ESME_RINVDSTADR: "invalid number",
    smpp.SMPP_ESME_RINVMSGLEN: "content refused",
    smpp.SMPP_ESME_RX_P_APPN: "smpp: refused for good",
    smpp.SMPP_ESME_RX_R_APPN: "smpp: rejected",
}
_THROTTLED = frozenset({smpp.SMPP_ESME_RTHROTTLED, smpp.SMPP_ESME_RMSGQFUL})

Deliver = Callable[[Any, Callable[[], None]], None]
"""What was delivered, and what acknowledges it, from any thread. Whatever is not acknowledged comes again."""


class _Client(smpplib.client.Client):  # type: ignore[misc]
    """Acknowledges nothing by itself."""

    def _message_received(self, pdu: Any) -> None:
        self.message_received_handler(pdu=pdu)


@dataclass(frozen=True)
class Account:
    """Where an SMSC is, and who we are there."""

    host: str
    port: int
    system_id: str
    password: str
    context: ssl.SSLContext | None = None


@dataclass
class Submission:
    """One message in its parts. Done with the SMSC's id of the last part, for which a receipt is asked."""

    number: str
    sender: str
    parts: Sequence[bytes]
    esm_class: int
    data_coding: int
    done: "Future[str]" = field(default_factory=Future)
    left: int = 0

    def fail(self, error: SendFailed) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class Link:
    """Open until it is closed or lost; then another must be made."""

    def __init__(self, account: Account, timeout: float, deliver: Deliver) -> None:
        self._account, self._timeout, self._deliver = account, timeout, deliver
        self._queue: deque[Submission] = deque()
        self._acknowledged: deque[int] = deque()
        self._waiting: dict[int, Submission] = {}
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._lock = threading.Lock()
        self.open = True
        self._closing = False
        threading.Thread(target=self._run, name="smpp", daemon=True).start()

    def submit(self, submission: Submission) -> None:
        with self._lock:
            if not self.open:
                submission.fail(Unavailable("smpp not connected"))
                return
            self._queue.append(submission)
        self._ring()

    def close(self) -> None:
        self._closing = True
        self._ring()

    def _ring(self) -> None:
        """Never waits: where no more fits, the thread is woken already; a link that ended wakes nobody."""
        with suppress(OSError):
            self._wake.send(b"\0")

    def _run(self) -> None:
        logging.getLogger("smpp").disabled = True  # it logs whole messages, numbers and all
        account = self._account
        client = _Client(
            account.host,
            account.port,
            timeout=self._timeout,
            ssl_context=account.context,
            logger_name="smpp",
            allow_unknown_opt_params=True,
        )
        try:
            client.connect()
            client.bind_transceiver(system_id=account.system_id, password=account.password)
            client.set_message_sent_handler(self._accepted)
            client.set_error_pdu_handler(self._refused)
            client.set_message_received_handler(self._received)
            self._serve(client)
        except (Lost, PDUError, OSError):
            pass
        finally:
            self._end()
            with suppress(Exception):
                client.disconnect()

    def _serve(self, client: Any) -> None:
        silent = 0
        while not self._closing:
            ready, _, _ = select.select([client._socket, self._woken], [], [], ENQUIRE_SECONDS)
            if not ready:
                if (silent := silent + 1) > 1:
                    return  # nothing came back from the last question either
                client.send_pdu(smpplib.smpp.make_pdu("enquire_link", client=client))
                continue
            if client._socket in ready:
                silent = 0
                client.read_once()
            if self._woken in ready:
                self._woken.recv(4096)
                while self._queue:
                    self._send(client, self._queue.popleft())
                while self._acknowledged:
                    answer = smpplib.smpp.make_pdu("deliver_sm_resp", client=client)
                    answer.sequence = self._acknowledged.popleft()
                    client.send_pdu(answer)
        with suppress(Lost, PDUError):
            client.unbind()

    def _send(self, client: Any, submission: Submission) -> None:
        submission.left = len(submission.parts)
        for number, part in enumerate(submission.parts, 1):
            pdu = smpplib.smpp.make_pdu(
                "submit_sm",
                client=client,
                source_addr_ton=smpp.SMPP_TON_ALNUM,
                source_addr=submission.sender,
                dest_addr_ton=smpp.SMPP_TON_INTL,
                dest_addr_npi=smpp.SMPP_NPI_ISDN,
                destination_addr=submission.number,
                esm_class=submission.esm_class,
                data_coding=submission.data_coding,
                short_message=part,
                registered_delivery=number == len(submission.parts),
            )
            self._waiting[pdu.sequence] = submission
            client.send_pdu(pdu)

    def _accepted(self, pdu: Any) -> None:
        if submission := self._waiting.pop(pdu.sequence, None):
            submission.left -= 1
            if submission.left == 0 and not submission.done.done():
                submission.done.set_result(_text(pdu.message_id))

    def _refused(self, pdu: Any) -> None:
        if submission := self._waiting.pop(pdu.sequence, None):
            submission.fail(failure(pdu.status))

    def _received(self, pdu: Any) -> None:
        sequence = pdu.sequence
        self._deliver(pdu, lambda: self._acknowledge(sequence))

    def _acknowledge(self, sequence: int) -> None:
        with self._lock:
            if not self.open:
                return  # its receipt comes again, and changes nothing then
            self._acknowledged.append(sequence)
        self._ring()

    def _end(self) -> None:
        with self._lock:
            self.open = False
        for submission in self._waiting.values():
            submission.fail(Unconfirmed("smpp connection lost"))
        for submission in self._queue:
            submission.fail(Unavailable("smpp not connected"))
        self._wake.close()
        self._woken.close()


def failure(status: int) -> SendFailed:
    """What a command status means (SMPP 3.4, 5.1.3)."""
    if status in _THROTTLED:
        return Throttled(f"smpp {status:#04x}")
    return Refused(_REFUSED[status]) if status in _REFUSED else Unavailable(f"smpp {status:#04x}")


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
