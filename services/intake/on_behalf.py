"""Records who filed for somebody else, and the consent to it. Never who that somebody is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction
from shared.security.tokens import Officer


class Manner(StrEnum):
    """How consent was given."""

    SPOKEN = "spoken"
    RECORDED = "recorded"
    """On the telephone, with the recording kept by the call centre."""
    WRITTEN = "written"


class Consenting(StrEnum):
    """Whose consent it is."""

    REPORTER = "reporter"
    REPRESENTATIVE = "representative"
    """A parent, a guardian or somebody with a written authority."""


@dataclass(frozen=True)
class Consent:
    """That an officer files, and keeps what is filed."""

    by: Consenting
    manner: Manner
    at: datetime


_RECORD = sa.text(
    """
    INSERT INTO filed_on_behalf (report_id, officer_id, officer_role, officer_agency, consent_by,
      consent_manner, consent_at, filed_at)
    VALUES (:report_id, :officer_id, :officer_role, :officer_agency, :consent_by, :consent_manner,
      :consent_at, :filed_at)
    """
).bindparams(
    sa.bindparam("report_id", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("consent_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("filed_at", type_=sa.DateTime(timezone=True)),
)


async def record_consent(tx: Transaction, report_id: UUID, officer: Officer, consent: Consent) -> None:
    """With the report, in its transaction."""
    await tx.execute(
        _RECORD,
        {
            "report_id": report_id,
            "officer_id": officer.id,
            "officer_role": officer.role.value,
            "officer_agency": officer.agency,
            "consent_by": consent.by.value,
            "consent_manner": consent.manner.value,
            "consent_at": consent.at,
            "filed_at": tx.now,
        },
    )
