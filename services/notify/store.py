"""What this service knows: sealed contacts, cases, legs, and the deliveries planned for them.

Every statement gives the same result whichever of two facts comes first.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.notify.domain.delivery import DeliveryState, Planned
from shared.contracts import CaseStatusChanged, ContactRegistered, DispositionCreated, Fact
from shared.db.database import Transaction
from shared.telemetry.traces import current_traceparent

_SAVE_CONTACT = sa.text(
    """
    INSERT INTO contacts (report_id, sealed, channel, language, withdrawn, said_at, event_id)
    VALUES (:report_id, :sealed, :channel, :language, :withdrawn, :said_at, :event_id)
    ON CONFLICT (report_id) DO UPDATE SET sealed = excluded.sealed, channel = excluded.channel,
      language = excluded.language, withdrawn = excluded.withdrawn, said_at = excluded.said_at,
      event_id = excluded.event_id
    WHERE (excluded.said_at, excluded.withdrawn, excluded.event_id)
        > (contacts.said_at, contacts.withdrawn, contacts.event_id)
    """
)
"""The latest word wins; at one instant, the wish to be forgotten."""

_DROP_WITHDRAWN = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = 'contact withdrawn', details = '{}', finished_at = now()
    WHERE report_id = :report_id AND recipient = 'reporter' AND state = 'pending'
      AND EXISTS (SELECT FROM contacts WHERE report_id = :report_id AND withdrawn)
    """
)

_SAVE_CASE = sa.text(
    """
    INSERT INTO cases (report_id, tracking_id, anonymous, secret, version)
    VALUES (:report_id, :tracking_id, :anonymous, :secret, :version)
    ON CONFLICT (report_id) DO UPDATE SET anonymous = excluded.anonymous, secret = excluded.secret,
      version = excluded.version
    WHERE excluded.version > cases.version
    """
)

_SAVE_LEG = sa.text(
    """
    INSERT INTO legs (leg_id, agency_name, desk_email) VALUES (:leg_id, :agency_name, :desk_email)
    ON CONFLICT DO NOTHING
    """
)

_ADD = sa.text(
    """
    INSERT INTO deliveries
      (id, event_id, report_id, leg_id, recipient, channel, template, details, state, reason, traceparent,
       finished_at)
    SELECT :id, :event_id, :report_id, :leg_id, :recipient, 'none', :template, :details, :state, :reason,
      :traceparent, CASE WHEN :state = 'skipped' THEN now() END
    WHERE NOT EXISTS (SELECT FROM deliveries WHERE event_id = :event_id AND recipient = :recipient)
    ON CONFLICT DO NOTHING
    """
).bindparams(
    *(sa.bindparam(name, type_=pg.UUID(as_uuid=True)) for name in ("id", "event_id", "report_id", "leg_id")),
    *(
        sa.bindparam(name, type_=sa.Text)
        for name in ("recipient", "template", "state", "reason", "traceparent")
    ),
    sa.bindparam("details", type_=pg.JSONB),
)
"""Nobody is told of one fact twice (constraint told_once), even after the channel has become known."""

_RELEASE = """
    UPDATE deliveries SET
      state = CASE WHEN known.channel IS NULL THEN 'skipped' ELSE 'pending' END,
      channel = COALESCE(known.channel, 'none'),
      reason = CASE WHEN known.channel IS NULL THEN known.absence END,
      details = CASE WHEN known.channel IS NULL THEN '{{}}'::jsonb ELSE details END,
      finished_at = CASE WHEN known.channel IS NULL THEN now() END,
      due_at = now()
    FROM (
      SELECT waiting.id,
        CASE WHEN waiting.recipient = 'reporter' THEN contacts.channel
             WHEN legs.desk_email IS NOT NULL THEN 'email' END AS channel,
        CASE WHEN waiting.recipient <> 'reporter' THEN 'no desk address'
             WHEN contacts.withdrawn THEN 'contact withdrawn' ELSE 'no contact' END AS absence
      FROM deliveries AS waiting
      JOIN cases USING (report_id)
      LEFT JOIN contacts ON waiting.recipient = 'reporter' AND contacts.report_id = waiting.report_id
      LEFT JOIN legs ON waiting.recipient <> 'reporter' AND legs.leg_id = waiting.leg_id
      WHERE waiting.state = 'waiting_contact' AND {which}
        AND (contacts.report_id IS NOT NULL OR legs.leg_id IS NOT NULL)
      LIMIT 1000
    ) AS known
    WHERE deliveries.id = known.id AND deliveries.state = 'waiting_contact'
"""
"""What waited for an address and now has one becomes due; what will never have one is skipped."""

_RELEASE_REPORT = sa.text(_RELEASE.format(which="waiting.report_id = :report_id"))
_RELEASE_ANY = sa.text(_RELEASE.format(which="true"))


async def save_contact(tx: Transaction, fact: ContactRegistered, event_id: UUID, channel: str | None) -> None:
    """Keep the contact sealed, with the kind of address in it; forget it if that is what was said."""
    await tx.execute(
        _SAVE_CONTACT,
        {
            "report_id": fact.report_id,
            "sealed": fact.sealed if channel and not fact.withdrawn else None,
            "channel": None if fact.withdrawn else channel,
            "language": fact.language,
            "withdrawn": fact.withdrawn,
            "said_at": fact.occurred_at,
            "event_id": event_id,
        },
    )
    if fact.withdrawn:
        await tx.execute(_DROP_WITHDRAWN, {"report_id": fact.report_id})


async def save_case(tx: Transaction, fact: CaseStatusChanged | DispositionCreated) -> None:
    """Keep what a message needs to know of a case: its tracking id, and whether it must be discreet."""
    await tx.execute(
        _SAVE_CASE,
        {
            "report_id": fact.report_id,
            "tracking_id": fact.tracking_id,
            "anonymous": fact.anonymous,
            "secret": fact.secret,
            "version": fact.case_version,
        },
    )


async def save_leg(tx: Transaction, fact: DispositionCreated) -> None:
    await tx.execute(
        _SAVE_LEG, {"leg_id": fact.leg_id, "agency_name": fact.agency_name, "desk_email": fact.desk_email}
    )


async def add(tx: Transaction, fact: Fact, event_id: UUID, planned: Iterable[Planned]) -> None:
    """Record who is to be told of a fact; what is recorded already stays as it is."""
    for one in planned:
        state = DeliveryState.SKIPPED if one.skip else DeliveryState.WAITING_CONTACT
        await tx.execute(
            _ADD,
            {
                "id": uuid7(),
                "event_id": event_id,
                "report_id": fact.report_id,
                "leg_id": one.leg_id,
                "recipient": one.recipient,
                "template": one.template.value,
                "details": dict(one.details),
                "state": state.value,
                "reason": one.skip,
                "traceparent": current_traceparent(),
            },
        )


async def release(tx: Transaction, report_id: UUID) -> None:
    """Let go what waits in this report and need not wait any longer (index deliveries_waiting)."""
    await tx.execute(_RELEASE_REPORT, {"report_id": report_id})


async def release_any(tx: Transaction) -> int:
    """The same for all reports: two facts that crossed in two transactions do not see each other."""
    return (await tx.execute(_RELEASE_ANY)).rowcount
