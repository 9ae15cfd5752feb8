"""A report by WhatsApp, from its reporter's first message to the button that withdraws it."""

import hmac
import json
import random
from hashlib import sha256
from typing import Any
from uuid import uuid4

from deploy.demo.world import World
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.codes import format_tracking_id

SIGNATURE = "X-Hub-Signature-256"


async def whatsapp(world: World) -> None:
    """F. Filed by WhatsApp; the reporter adds a position, and then withdraws by a button."""
    sender = f"6281{random.randrange(10**8, 10**9)}"
    text = "KOTA SURABAYA pohon besar hampir tumbang di depan halte Jalan Diponegoro, mohon dipangkas."
    await _send(world, sender, "text", body=text)
    fact = await world.heard(
        lambda f: (
            isinstance(f, c.ReportSubmitted)
            and f.channel is c.Channel.WHATSAPP
            and f.occurred_at >= world.began
        ),
        "the WhatsApp message has become a report",
    )
    world.timeline.follow(fact.report_id, "F")
    world.expect(fact.agency_hint == "KOTA SURABAYA", "the keyword names the place")
    await world.case_exists(fact.report_id)
    await _send(world, sender, "location", latitude=-7.2892, longitude=112.7343, name="Halte Diponegoro")
    added = await world.heard(
        lambda f: isinstance(f, c.ReportSupplemented) and f.report_id == fact.report_id,
        "the position is added to the report",
    )
    world.expect("Halte Diponegoro" in added.text, "the addition says where")
    number = format_tracking_id(fact.tracking_id)
    button = {"id": f"CABUT {number}", "title": "Cabut laporan"}
    await _send(world, f"62899{random.randrange(10**7, 10**8)}", "interactive", button_reply=button)
    await _send(world, sender, "interactive", button_reply=button)
    await world.status(fact.report_id, CaseStatus.WITHDRAWN)
    withdrawn = [f for f in world.timeline.of(fact.report_id) if isinstance(f, c.ReportWithdrawn)]
    world.expect(len(withdrawn) == 1, "nobody but its reporter withdraws it")


async def _send(world: World, sender: str, kind: str, **content: Any) -> None:
    """What Meta's platform posts, signed as it signs; twice, as it may."""
    message = {"id": f"wamid.{uuid4()}", "from": sender, "type": kind, kind: content}
    change = {"field": "messages", "value": {"messages": [message]}}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}).encode()
    digest = hmac.new(world.place.whatsapp_secret, body, sha256).hexdigest()
    headers = {SIGNATURE: f"sha256={digest}", "Content-Type": "application/json"}
    for _ in range(2):
        await world.ok(await world.http.post("/v1/channels/whatsapp", content=body, headers=headers), 200)
