"""A receiver of web hooks with nothing but Python: checks the signature and the time, and keeps each id once.

    LAPOR_WEBHOOK_SECRET=whsec_… python webhook_receiver.py 8090

Answer with 2xx within ten seconds, after storing. Anything else is tried again, for a day.
"""

import base64
import hmac
import json
import os
import sys
import time
from email.message import Message
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["LAPOR_WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 300
SEEN: set[str] = set()


def genuine(headers: Message, body: bytes) -> bool:
    """Whether LAPOR signed exactly this, just now. Several signatures: a secret is being changed."""
    delivery, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    digest = hmac.new(KEY, f"{delivery}.{stamp}.".encode() + body, sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(expected, one) for one in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not genuine(self.headers, body):
            self.send_response(401)
        else:
            if self.headers["webhook-id"] not in SEEN:  # a real system keeps these in its database
                SEEN.add(self.headers["webhook-id"])
                delivery = json.loads(body)
                print(delivery["type"], delivery["data"].get("leg_id", ""), flush=True)
            self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()

# ruff: noqa: INP001
