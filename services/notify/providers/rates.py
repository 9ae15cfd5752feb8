"""What a provider takes in a second, shared by all processes: each leases a slice of it for a second.

A statement a slice, and none for a message. Without the database nothing is leased, and so nothing is sent.
"""

import asyncio
import random
import time
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.rate import Bucket
from services.notify.providers.pool import Pool
from shared.db.database import Database
from shared.messaging.failures import is_outage, reason_of
from shared.telemetry.logs import log

LOOK_SECONDS = 0.05
"""How soon somebody who has nothing to send with asks for more."""
SLICE_SECONDS = 0.2
"""Between two leases of a process, give or take a half: chance makes the processes' parts even."""

_LEASE = sa.text(
    """
    WITH wanted AS (
      SELECT * FROM unnest(:names, :rates, :wishes) AS wanted (provider, rate, wish)
    ), known AS (
      INSERT INTO rates AS r (provider, tokens, filled_at)
      SELECT provider, GREATEST(1, rate) - LEAST(wish, floor(GREATEST(1, rate))), clock_timestamp()
      FROM wanted ORDER BY provider
      ON CONFLICT (provider) DO NOTHING
      RETURNING provider
    ), filled AS (
      SELECT r.provider, LEAST(GREATEST(1, rate), tokens
        + rate * GREATEST(0, EXTRACT(epoch FROM clock_timestamp() - filled_at))) AS tokens, wish, rate
      FROM rates AS r JOIN wanted USING (provider) ORDER BY r.provider FOR UPDATE OF r
    ), leased AS (
      UPDATE rates SET tokens = filled.tokens - LEAST(wish, floor(filled.tokens)),
        filled_at = clock_timestamp()
      FROM filled WHERE rates.provider = filled.provider
      RETURNING rates.provider, LEAST(wish, floor(filled.tokens)) AS granted
    )
    SELECT provider, granted::int FROM leased
    UNION ALL
    SELECT provider, LEAST(wish, floor(GREATEST(1, rate)))::int FROM known JOIN wanted USING (provider)
    """
).bindparams(
    sa.bindparam("names", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("rates", type_=pg.ARRAY(sa.Float)),
    sa.bindparam("wishes", type_=pg.ARRAY(sa.Integer)),
)
"""A token bucket that holds what a calm second allows; its row is locked while it is filled."""


async def lease_rates(database: Database, pools: Sequence[Pool]) -> None:
    """Run until cancelled: give the buckets of this process what they ask for, as far as there is any."""
    buckets = {
        provider.name: provider.bucket
        for pool in pools
        for provider in pool.providers.values()
        if provider.bucket.per_second is not None
    }
    if not buckets:
        await asyncio.Event().wait()  # nobody here is limited
    while True:
        now = time.monotonic()
        wishes = {name: wish for name, bucket in buckets.items() if (wish := bucket.wish(now))}
        if wishes:
            await lease(database, buckets, wishes)
        await asyncio.sleep(SLICE_SECONDS * (0.5 + random.random()) if wishes else LOOK_SECONDS)  # noqa: S311


async def lease(database: Database, buckets: dict[str, Bucket], wishes: dict[str, int]) -> None:
    """Ask once for all of these."""
    values = {
        "names": sorted(wishes),
        "rates": [buckets[name].per_second for name in sorted(wishes)],
        "wishes": [wishes[name] for name in sorted(wishes)],
    }
    try:
        async with database.transaction() as tx:
            granted = {row.provider: row.granted for row in await tx.execute(_LEASE, values)}
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("rates_wait", reason=reason_of(error))
        return
    now = time.monotonic()
    for name, count in granted.items():
        buckets[name].grant(now, count)
