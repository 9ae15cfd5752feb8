"""Fills the verification service's tables with made-up cases, as if each had been submitted and sketched."""

import asyncio
import gc
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np

from bench.parts.bulk import copy, in_steps, without_indexes
from bench.parts.made_up import (
    VOCABULARY,
    city_of,
    drawn,
    filed_at,
    report_id,
    status_of,
    tracking_id,
)
from services.verification.domain.chain import Chain, Link, digest_of
from services.verification.domain.sketch import bands_of, hashes_of, short
from services.verification.sketch_store import BANDS

CHUNK = 20_000
_EVENTS = UUID("0198b000-0000-7000-8000-000000000000").int
_short = lru_cache(2_000_000)(short)
"""Words that come often make the same bands again and again."""
_CASE = (
    "report_id", "tracking_id", "version", "status", "title", "category", "classification", "region",
    "channel", "anonymous", "secret", "submitted_at", "due_at", "agencies", "chain_length", "chain_head",
    "unsealed",
)  # fmt: skip
_ENTRY = ("event_id", "report_id", "type", "body", "seq", "hash", "recorded_at")


async def fill(url: str, cases: int) -> None:
    """So many cases, each with its submission and its sketch; on empty tables."""
    async with without_indexes(url, "cases", "entries", "sketches"):
        await in_steps(_fill, url, cases, CHUNK)


def _fill(url: str, start: int, count: int) -> None:
    gc.disable()  # a process that only fills makes no cycles
    words, regions = drawn(start, count)
    rows = [
        _rows(n, [VOCABULARY[word] for word in chosen], region)
        for n, (chosen, region) in enumerate(zip(words.tolist(), regions, strict=True), start)
    ]
    tables = {
        "cases": (_CASE, [case for case, _ in rows]),
        "entries": (_ENTRY, [entry for _, entry in rows]),
        "sketches": (
            ("report_id", *BANDS),
            [
                (case[0], *map(_short, range(len(BANDS)), bands_of(minima, region)))
                for (case, _), minima, region in zip(rows, _minima(words).tolist(), regions, strict=True)
            ],
        ),
    }
    asyncio.run(copy(url, tables))


def _minima(words: Any) -> Any:
    """The minima of `sketch`, for many reports at once."""
    table = np.asarray([hashes_of(word) for word in VOCABULARY], dtype=np.uint32)
    return table[words].min(axis=1)


def _rows(n: int, words: list[str], region: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    key, number, at, status = report_id(n), tracking_id(n), filed_at(n), status_of(n)
    title, text = " ".join(words[:4]), " ".join(words[4:])
    body = (  # nothing in it needs escaping
        f'{{"report_id":"{key}","occurred_at":"{at.isoformat()}","tracking_id":"{number}",'
        f'"channel":"web","title":"{title}","text":"{text}","place":{{"region":"{region}"}}}}'
    ).encode()
    event_id = UUID(int=_EVENTS + n)
    link = Link(key, event_id, "report.submitted.v1", body, None, None, at)
    chain = Chain().joined(digest_of(key, event_id, 1, sha256(text.encode()).digest(), link.rest_hash))
    due = at + timedelta(days=5) if status == "received" else None
    agencies = [region[:2], city_of(region)] if status not in {"received", "on_hold"} else []
    case = (
        key, number, 1, status, title, f"kategori {n % 21}", "non_supervision", region, "web", False,
        False, at, due, agencies, 1, chain.head,
        False,  # else the service would seal all of them at once, which no day of work comes to
    )  # fmt: skip
    return case, (event_id, key, "report.submitted.v1", body, 1, chain.head, at)
