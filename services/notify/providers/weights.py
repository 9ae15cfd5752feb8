"""The providers' weights in the database: every process that sees trouble lowers one, and all go by it.

A weight comes back in steps, so that a provider that is not well yet gets few messages to fail with. Times
are the database's own.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from services.notify.domain.balance import LEAST, STEP, WHOLE, Verdict
from services.notify.providers.pool import Pool, Provider
from shared.db.database import Database, Transaction
from shared.telemetry.logs import log

OPEN_SECONDS = 15.0
"""So long an open circuit lets nothing through; then a hundredth of the messages tries it."""
RETURN_SECONDS = 30.0
"""Between two steps back: from nothing to the whole in about five minutes."""
STEP_SECONDS = 3.0
"""Several processes that see the same trouble lower a weight once."""

_READ = sa.text("SELECT name, weight FROM providers")

_LOWER = sa.text(
    """
    INSERT INTO providers (name, channel, weight, reason)
    VALUES (:name, :channel, GREATEST(:floor, 100 - :step), :reason)
    ON CONFLICT (name) DO UPDATE SET weight = GREATEST(:floor, providers.weight - :step), reason = :reason,
      changed_at = now()
    WHERE providers.weight > :floor AND (:step >= 100 OR providers.weight = 100
      OR providers.changed_at < now() - make_interval(secs => :pause))
    RETURNING weight
    """
).bindparams(
    sa.bindparam("step", type_=sa.Integer),
    sa.bindparam("floor", type_=sa.Integer),
    sa.bindparam("pause", type_=sa.Float),
)

_RETURN = sa.text(
    """
    UPDATE providers SET changed_at = now(),
      weight = CASE WHEN weight = 0 THEN 1 WHEN weight < 10 THEN 10 ELSE LEAST(100, weight + 10) END
    WHERE weight < 100 AND changed_at < now() - make_interval(
      secs => CASE WHEN weight = 0 THEN :open_seconds ELSE :return_seconds END)
    RETURNING name, weight
    """
).bindparams(sa.bindparam("open_seconds", type_=sa.Float), sa.bindparam("return_seconds", type_=sa.Float))

_BACK = sa.text(
    "UPDATE providers SET weight = 1, changed_at = now() WHERE name = ANY(:names) AND weight = 0"
).bindparams(sa.bindparam("names", type_=sa.ARRAY(sa.Text)))


async def balance(database: Database, pools: Sequence[Pool]) -> None:
    """Judge this process's providers by their last seconds, and go by what all processes found."""
    for pool in pools:
        for provider in pool.providers.values():
            if (verdict := provider.trouble()) is not Verdict.FINE:
                await _lower(database, pool.channel, provider, verdict)
    async with database.reading() as tx:
        weights = {row.name: row.weight for row in await tx.execute(_READ)}
    back = [each.name for pool in pools for each in pool.providers.values() if each.came_back()]
    if back:  # a probe came through
        async with database.transaction() as tx:
            await tx.execute(_BACK, {"names": back})
        weights |= {name: max(1, weights.get(name, WHOLE)) for name in back}
    for pool in pools:
        pool.apply(weights)


async def give_back(tx: Transaction) -> None:
    """Let weights grow that were not lowered for a while; one process at a time does it."""
    seconds = {"open_seconds": OPEN_SECONDS, "return_seconds": RETURN_SECONDS}
    for row in await tx.execute(_RETURN, seconds):
        log.info("provider_raised", kind=row.name, count=row.weight)


async def _lower(database: Database, channel: str, provider: Provider, verdict: Verdict) -> None:
    broken = verdict is Verdict.BROKEN
    values = {
        "name": provider.name,
        "channel": channel,
        "step": WHOLE if broken else STEP,
        "floor": 0 if broken else LEAST,
        "reason": verdict.value,
        "pause": STEP_SECONDS,
    }
    async with database.transaction() as tx:
        lowered = (await tx.execute(_LOWER, values)).scalar_one_or_none()
    provider.window.forget()
    if lowered is not None:
        provider.weight = lowered
        log.warning(
            "provider_lowered", channel=channel, kind=provider.name, reason=verdict.value, count=lowered
        )
