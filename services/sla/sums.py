"""Reading the sums of the reports on performance. Whatever is asked, only the cells of its rows are read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from services.sla.domain.cells import COUNTS, HISTOGRAMS
from services.sla.domain.report import Asked, By, Sums
from shared.db.database import Transaction

_DIMENSIONS = ("agency", "region", "category", "classification", "channel")
_TOTAL = "*"

_SUMS = sa.text(
    f"""
    WITH wanted (key, {", ".join(_DIMENSIONS)}) AS (
      SELECT '*', {", ".join(f":{d}" for d in _DIMENSIONS)}
      UNION ALL
      SELECT member, {", ".join(f"CASE :by WHEN '{d}' THEN member ELSE :{d} END" for d in _DIMENSIONS)}
      FROM performance_members WHERE dimension = :by AND above = :above
    ), found AS MATERIALIZED (
      SELECT CASE :by WHEN 'month' THEN to_char(p.month, 'FM0000"-"00') ELSE w.key END AS key,
        {", ".join(f"p.{name}" for name in (*COUNTS, *HISTOGRAMS))}
      FROM wanted w JOIN performance p ON p.edition = COALESCE((SELECT shown FROM performance_edition), 1)
        AND {" AND ".join(f"p.{d} = w.{d}" for d in _DIMENSIONS)} AND p.month BETWEEN :first AND :last
    ), counts AS (
      SELECT key, ARRAY[{", ".join(f"sum({name})" for name in COUNTS)}] AS counts FROM found GROUP BY key
    ), days AS (
      SELECT key, day - 1 AS day, {", ".join(f"COALESCE(sum(d.{name}), 0) AS {name}" for name in HISTOGRAMS)}
      FROM found f, unnest({", ".join(f"f.{name}" for name in HISTOGRAMS)}) WITH ORDINALITY
        AS d ({", ".join(HISTOGRAMS)}, day)
      GROUP BY key, day
    ), histograms AS (
      SELECT key, array_agg(ARRAY[day, {", ".join(HISTOGRAMS)}]) AS days FROM days GROUP BY key
    )
    SELECT key, counts, days FROM counts LEFT JOIN histograms USING (key)
    """  # noqa: S608 (the names are our own)
).bindparams(*(sa.bindparam(name, type_=sa.Text) for name in ("by", "above", *_DIMENSIONS)))
"""The primary key of `performance` finds a row's cells at once; `performance_members` names the rows."""

_WAITING = sa.text("SELECT count(*) FROM (SELECT FROM tallies WHERE count_at <= :now LIMIT :most) waiting")
"""Index tallies_to_count."""


async def sums(tx: Transaction, asked: Asked) -> tuple[dict[str, Sums], Sums]:
    """The sums of every row, and of all together."""
    above = getattr(asked, asked.by.value) if asked.by in {By.AGENCY, By.REGION} else "*"
    parameters = {name: getattr(asked, name) for name in asked.__slots__}
    read = await tx.execute(_SUMS, {**parameters, "by": asked.by.value, "above": above})
    rows = {row.key: _sums(row.counts, row.days or []) for row in read}
    total = rows.pop(_TOTAL, None) or added(rows.values())
    return rows, total


def _sums(counts: Sequence[Any], days: Sequence[Sequence[Any]]) -> Sums:
    histograms: dict[str, dict[int, int]] = {name: {} for name in HISTOGRAMS}
    for day, *numbers in days:
        for name, number in zip(HISTOGRAMS, numbers, strict=True):
            if number:
                histograms[name][int(day)] = int(number)
    return Sums({name: int(count) for name, count in zip(COUNTS, counts, strict=True)}, histograms)


def added(rows: Iterable[Sums]) -> Sums:
    """Parts that do not overlap, as one."""
    counts, days = Counter[str](), {name: Counter[int]() for name in HISTOGRAMS}
    for row in rows:
        counts.update(row.counts)
        for name, histogram in row.days.items():
            days[name].update(histogram)
    return Sums({name: counts[name] for name in COUNTS}, {name: dict(each) for name, each in days.items()})


async def waiting(tx: Transaction, most: int = 1000) -> int:
    """How many cases have changed and are not added up yet, counted up to `most`."""
    count: Any = (await tx.execute(_WAITING, {"now": tx.now, "most": most})).scalar_one()
    return int(count)
