"""Sketches in PostgreSQL: kept for every report, and asked for those that agree with another in some band."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.sketch import PAIRS, PLACED
from shared.contracts import ReportSubmitted
from shared.contracts.codec import decode
from shared.db.database import Transaction

BANDS = [f"b{n}" for n in range(PAIRS + PLACED)]
NEWEST = 64
"""Of each band so many of the newest reports: what a template has in common with thousands is cut short."""
LOOKED_AT = 40
"""Of all found, so many that agree in most bands."""

_UUID = pg.UUID(as_uuid=True)
_KEEP = sa.text(
    f"""
    INSERT INTO sketches (report_id, {", ".join(BANDS)})
    SELECT * FROM unnest(:report_ids, {", ".join(f":{band}" for band in BANDS)})
    ON CONFLICT (report_id) DO UPDATE SET {", ".join(f"{band} = excluded.{band}" for band in BANDS)}
    """  # noqa: S608
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)),
    *(sa.bindparam(band, type_=pg.ARRAY(sa.Integer())) for band in BANDS),
)
_ONE_BAND = "(SELECT no FROM sketches WHERE {band} = :{band} ORDER BY no DESC LIMIT :newest)"
"""Indexes sketches_b0 to sketches_b10, and nothing but them."""
_ALIKE = sa.text(
    f"""
    WITH agreeing AS (
      SELECT no, count(*) AS bands
      FROM ({" UNION ALL ".join(_ONE_BAND.format(band=band) for band in BANDS)}) AS found
      GROUP BY no ORDER BY bands DESC, no DESC LIMIT :rows
    )
    SELECT report_id FROM agreeing JOIN sketches USING (no)
    WHERE report_id IS DISTINCT FROM CAST(:own AS uuid) ORDER BY bands DESC, no DESC
    """  # noqa: S608
).bindparams(sa.bindparam("own", type_=_UUID), *(sa.bindparam(band, type_=sa.Integer()) for band in BANDS))
_SUBMITTED = sa.text(
    "SELECT report_id, body FROM entries WHERE report_id = ANY(:report_ids) AND type = :type"
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))
"""Index entries_in_order."""


async def keep(tx: Transaction, sketches: Mapping[UUID, Sequence[int]]) -> None:
    """Add these sketches, or renew them."""
    if not sketches:
        return
    columns = zip(*sketches.values(), strict=True)
    values = {band: list(column) for band, column in zip(BANDS, columns, strict=True)}
    await tx.execute(_KEEP, {"report_ids": list(sketches), **values})


async def alike(tx: Transaction, bands: Sequence[int], own: UUID | None) -> list[UUID]:
    """The reports that agree with these bands, those that agree in most of them first."""
    values: dict[str, Any] = dict(zip(BANDS, bands, strict=True))
    rows = await tx.execute(_ALIKE, {**values, "newest": NEWEST, "rows": LOOKED_AT + 1, "own": own})
    return list(rows.scalars())


async def submissions(tx: Transaction, report_ids: Sequence[UUID]) -> dict[UUID, ReportSubmitted]:
    """The reports as they were filed."""
    name = ReportSubmitted.schema_name()
    rows = await tx.execute(_SUBMITTED, {"report_ids": list(report_ids), "type": name})
    return {row.report_id: decode(name, row.body) for row in rows}  # type: ignore[misc]
