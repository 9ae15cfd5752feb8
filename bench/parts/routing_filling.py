"""Fills the routing service's tables with made-up legs and the facts they follow from."""

import asyncio
import gc
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bench.parts.bulk import copy, in_steps, without_indexes
from bench.parts.intake_filling import category_of, leg_id
from bench.parts.made_up import NOW, VOCABULARY, agency_of, drawn, filed_at, report_id, status_of, tracking_id
from shared import contracts as c
from shared.contracts.codec import encode

CHUNK = 20_000
OPEN_DAYS = 60
"""What is still open came in so many days."""
_STATES = {"forwarded": "created", "in_progress": "acknowledged", "awaiting_reporter": "completed"}
_FACTS = UUID("0198e000-0000-7000-8000-000000000000").int
_DOCKET = ("report_id", "case_version", "status")
_ENTRY = ("event_id", "report_id", "type", "body", "actor", "note")
_LEG = (
    "leg_id", "report_id", "agency", "holder", "round", "hop", "version", "state", "tracking_id", "title",
    "category", "classification", "region", "anonymous", "secret", "why", "created_at", "answered_at",
    "zone", "respond_by", "settle_by", "due_at",
)  # fmt: skip


async def fill(url: str, cases: int) -> None:
    """A docket for each case, and a leg for each that was verified; on empty tables."""
    async with without_indexes(url, "dockets", "entries", "legs"):
        await in_steps(_fill, url, cases, CHUNK)


def _fill(url: str, start: int, count: int) -> None:
    gc.disable()  # a process that only fills makes no cycles
    words, regions = drawn(start, count)
    legs, entries, dockets = [], [], []
    for n, (chosen, region) in enumerate(zip(words.tolist(), regions, strict=True), start):
        status = status_of(n)
        dockets.append((report_id(n), 3, status))
        if status in {"received", "on_hold"}:
            continue
        title, text = " ".join(VOCABULARY[word] for word in chosen[:4]), VOCABULARY[chosen[4]]
        legs.append(_leg(n, status, region, title))
        entries += _facts(n, region, title, text)
    tables = {"dockets": (_DOCKET, dockets), "entries": (_ENTRY, entries), "legs": (_LEG, legs)}
    asyncio.run(copy(url, tables))


def _sent_at(n: int) -> datetime:
    """Of what is open, in the last weeks; of what is over, when it was filed."""
    if status_of(n) == "closed":
        return filed_at(n)
    return NOW - timedelta(minutes=n * 7 % (OPEN_DAYS * 24 * 60))


def _leg(n: int, status: str, region: str, title: str) -> tuple[Any, ...]:
    at, agency, state = _sent_at(n), agency_of(n, region), _STATES.get(status, "settled")
    respond = _closing(at, 7) if state == "created" else None
    settle = _closing(at, 20) if state in {"created", "acknowledged"} else None
    return (
        leg_id(n), report_id(n), agency, agency, 1, 1, 1, state, tracking_id(n), title, category_of(n),
        "non_supervision", region, False, n % 33 == 0, "aturan", at, None, "WIB", respond, settle,
        respond or settle,
    )  # fmt: skip


def _closing(at: datetime, days: int) -> datetime:
    """The close of a working day, which many deadlines share."""
    return (at + timedelta(days=days)).replace(hour=16, minute=59, second=59, microsecond=0)


def _facts(n: int, region: str, title: str, text: str) -> list[tuple[Any, ...]]:
    """As they are recorded, from one written by the contracts themselves."""
    own = {
        _ID: str(report_id(n)), _LEG_ID: str(leg_id(n)), "NUMBER": tracking_id(n), "TITLE": title,
        "TEXT": text, "REGION": region, "CATEGORY": category_of(n), "AGENCY": agency_of(n, region),
        "1999-09-09T00:00:00Z": _sent_at(n).isoformat(),
    }  # fmt: skip
    rows = []
    for place, (kind, template) in enumerate(_TEMPLATES):
        body = template
        for name, value in own.items():
            body = body.replace(name, value)
        rows.append((UUID(int=_FACTS + 4 * n + place), report_id(n), kind, body.encode(), None, None))
    return rows


_ID = "00000000-0000-0000-0000-00000000000a"
_LEG_ID = "00000000-0000-0000-0000-00000000000b"
_THEN = datetime.fromisoformat("1999-09-09T00:00:00+00:00")
_COMMON: dict[str, Any] = {
    "report_id": UUID(_ID), "occurred_at": _THEN, "tracking_id": "NUMBER", "case_version": 2,
    "title": "TITLE", "text": "TEXT", "category": "CATEGORY", "place": c.Place(region="REGION"),
    "classification": c.Classification.NON_SUPERVISION, "anonymous": False, "secret": False,
}  # fmt: skip
_TEMPLATES = [
    (fact.schema_name(), encode(fact).decode())
    for fact in (
        c.CaseVerified(**_COMMON),
        c.DispositionCreated(
            **_COMMON, leg_id=UUID(_LEG_ID), leg_version=1, agency="AGENCY", agency_name="AGENCY", zone="WIB"
        ),
    )
]
