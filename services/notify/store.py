"""What this service knows: sealed contacts, cases, legs, and the deliveries planned for them.

Every statement takes many rows at once, and gives the same result whichever of two facts comes first. Rows
are written in the order of their keys, so that two transactions cannot wait for each other.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.notify.domain.delivery import DeliveryState, Planned
from services.notify.domain.digest import waits_until
from shared.contracts import CaseStatusChanged, ContactRegistered, DispositionCreated, SupportedStatusChanged
from shared.db.database import Transaction

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))

_SAVE_CONTACTS = sa.text(
    """
    INSERT INTO contacts (report_id, sealed, channel, channels, language, withdrawn, said_at, event_id)
    SELECT DISTINCT ON (report_id)
      report_id, sealed, channel, channels, language, withdrawn, said_at, event_id
    FROM jsonb_populate_recordset(CAST(NULL AS contacts), CAST(:rows AS jsonb))
    ORDER BY report_id, said_at DESC, withdrawn DESC, event_id DESC
    ON CONFLICT (report_id) DO UPDATE SET sealed = excluded.sealed, channel = excluded.channel,
      channels = excluded.channels, language = excluded.language, withdrawn = excluded.withdrawn,
      said_at = excluded.said_at, event_id = excluded.event_id
    WHERE (excluded.said_at, excluded.withdrawn, excluded.event_id)
        > (contacts.said_at, contacts.withdrawn, contacts.event_id)
    """
)
"""The latest word wins; at one instant, the wish to be forgotten."""

_DROP_WITHDRAWN = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = 'contact withdrawn', details = '{}', finished_at = now()
    WHERE report_id = ANY(:report_ids) AND recipient IN ('reporter', 'browser')
      AND state IN ('pending', 'waiting_hours', 'waiting_digest')
      AND EXISTS (SELECT FROM contacts WHERE contacts.report_id = deliveries.report_id AND withdrawn)
    """
).bindparams(_IDS)

_SAVE_CASES = sa.text(
    """
    INSERT INTO cases AS known (report_id, tracking_id, anonymous, secret, version, category, region)
    SELECT DISTINCT ON (report_id) report_id, tracking_id, anonymous, secret, version,
      max(category) OVER (PARTITION BY report_id), max(region) OVER (PARTITION BY report_id)
    FROM jsonb_populate_recordset(CAST(NULL AS cases), CAST(:rows AS jsonb))
    ORDER BY report_id, version DESC
    ON CONFLICT (report_id) DO UPDATE SET
      anonymous = CASE WHEN excluded.version > known.version THEN excluded.anonymous ELSE known.anonymous END,
      secret = CASE WHEN excluded.version > known.version THEN excluded.secret ELSE known.secret END,
      version = GREATEST(excluded.version, known.version),
      category = GREATEST(excluded.category, known.category),
      region = GREATEST(excluded.region, known.region)
    WHERE excluded.version > known.version OR excluded.category > COALESCE(known.category, '')
      OR excluded.region > COALESCE(known.region, '')
    """
)
"""Category and region say whom an announcement concerns; of several, the same one whatever their order."""

_SAVE_LEGS = sa.text(
    """
    INSERT INTO legs (leg_id, agency_name, desk_email, coordinator_email)
    SELECT leg_id, agency_name, desk_email, coordinator_email
    FROM jsonb_populate_recordset(CAST(NULL AS legs), CAST(:rows AS jsonb)) ORDER BY leg_id
    ON CONFLICT DO NOTHING
    """
)

_ADD = sa.text(
    """
    INSERT INTO deliveries
      (id, event_id, report_id, leg_id, recipient, channel, template, details, state, reason, opens_at,
       digest_until, traceparent, finished_at)
    SELECT id, event_id, report_id, leg_id, recipient, 'none', template, details, state, reason, opens_at,
      digest_until, traceparent, CASE WHEN state = 'skipped' THEN now() END
    FROM jsonb_populate_recordset(CAST(NULL AS deliveries), CAST(:rows AS jsonb))
    ON CONFLICT (event_id, recipient) DO NOTHING
    """
)
"""Nobody is told of one fact twice (constraint told_once)."""

TOLD_BY = "CASE WHEN wishes.channel = ANY(contacts.channels) THEN wishes.channel ELSE contacts.channel END"
"""Of the channels that reach a reporter, the one that they wish for."""
_RELEASE = """
    WITH released AS (
    UPDATE deliveries SET
      state = CASE WHEN known.channel IS NULL THEN 'skipped'
                   WHEN known.digest_at IS NOT NULL THEN 'waiting_digest'
                   WHEN COALESCE(known.quiet_end, opens_at) > :now THEN 'waiting_hours' ELSE 'pending' END,
      opens_at = COALESCE(known.digest_at, known.quiet_end, opens_at),
      channel = COALESCE(known.channel, 'none'),
      reason = CASE WHEN known.channel IS NULL THEN known.absence END,
      details = CASE WHEN known.channel IS NULL THEN '{{}}'::jsonb ELSE details END,
      finished_at = CASE WHEN known.channel IS NULL THEN now() END,
      due_at = now()
    FROM (
      SELECT waiting.id,
        CASE WHEN waiting.recipient = 'reporter'
               THEN CASE WHEN wishes.muted THEN NULL ELSE {told_by} END
             WHEN CASE WHEN waiting.recipient = 'national' THEN :national_desk
                       WHEN waiting.recipient LIKE 'coordinator:%' THEN legs.coordinator_email <> ''
                       ELSE legs.desk_email <> '' END THEN 'email' END AS channel,
        CASE WHEN waiting.recipient = 'national' THEN 'no national desk address'
             WHEN waiting.recipient LIKE 'coordinator:%' THEN 'no coordinator address'
             WHEN waiting.recipient <> 'reporter' THEN 'no desk address'
             WHEN contacts.withdrawn THEN 'contact withdrawn'
             WHEN contacts.channel IS NOT NULL OR wishes.muted THEN 'muted by the reporter'
             ELSE 'no contact' END AS absence,
        quiet.ends_at AS quiet_end, digest.at AS digest_at
      FROM deliveries AS waiting
      LEFT JOIN cases USING (report_id)
      LEFT JOIN contacts ON waiting.recipient = 'reporter' AND contacts.report_id = waiting.report_id
      LEFT JOIN legs ON waiting.recipient <> 'reporter' AND legs.leg_id = waiting.leg_id
      LEFT JOIN wishes ON waiting.recipient = 'reporter' AND wishes.report_id = waiting.report_id
      LEFT JOIN LATERAL (
        SELECT (here::date + quiet_until
                + CASE WHEN here::time < quiet_until THEN interval '0' ELSE interval '1 day' END)
          AT TIME ZONE wishes.zone AS ends_at
        FROM (SELECT :now AT TIME ZONE wishes.zone AS here) AS clock
        WHERE CASE WHEN quiet_from < quiet_until THEN here::time >= quiet_from AND here::time < quiet_until
                   ELSE here::time >= quiet_from OR here::time < quiet_until END
      ) AS quiet ON true
      LEFT JOIN LATERAL (
        SELECT here::date + wishes.digest_at
          + CASE WHEN here::time < wishes.digest_at THEN interval '0' ELSE interval '1 day' END AS local
        FROM (SELECT :now AT TIME ZONE wishes.zone AS here) AS clock WHERE waiting.digest_until IS NOT NULL
      ) AS next_digest ON true
      LEFT JOIN LATERAL (
        SELECT next_digest.local AT TIME ZONE wishes.zone AS at
        WHERE next_digest.local::date <= waiting.digest_until
      ) AS digest ON true
      WHERE waiting.state = 'waiting_contact' AND {which}
        AND (cases.report_id IS NOT NULL OR waiting.template = 'answer')
        AND (contacts.report_id IS NOT NULL OR legs.leg_id IS NOT NULL
             OR (waiting.recipient = 'national' AND waiting.leg_id IS NULL))
      ORDER BY waiting.id LIMIT 1000 FOR NO KEY UPDATE OF waiting
    ) AS known
    WHERE deliveries.id = known.id AND deliveries.state = 'waiting_contact'
    RETURNING deliveries.*
    ), to_browsers AS (
      INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, state,
        opens_at, traceparent, lane)
      SELECT gen_random_uuid(), released.event_id, report_id, 'browser', 'push', released.template, '{{}}',
        CASE WHEN released.opens_at > :now THEN 'waiting_hours' ELSE 'pending' END,
        released.opens_at, released.traceparent, released.lane
      FROM released JOIN browsers USING (report_id)
      WHERE released.recipient = 'reporter' AND browsers.sealed IS NOT NULL
        AND released.state <> 'waiting_digest' AND released.announcement_id IS NULL
        AND (released.state <> 'skipped' OR released.reason IN ('no contact', 'contact withdrawn'))
      ON CONFLICT (event_id, recipient) DO NOTHING
      RETURNING channel, state
    )
    SELECT CASE WHEN told.state = 'pending' THEN told.channel ELSE 'none' END
    FROM (SELECT channel, state FROM released UNION ALL SELECT channel, state FROM to_browsers) AS told
"""
"""What waited for an address and now has one becomes due, once its office is open or the reporter's quiet
hours are over; what will never have one is skipped. A browser that was told to hears beside the contact, or
instead of one: it has no words to wait for, and nothing is asked where there is none.
"""

_CIRCUMSTANCES = (
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    sa.bindparam("national_desk", type_=sa.Boolean),
)
_RELEASE_REPORTS = sa.text(
    _RELEASE.format(which="waiting.report_id = ANY(:report_ids)", told_by=TOLD_BY)
).bindparams(_IDS, *_CIRCUMSTANCES)
_RELEASE_ANY = sa.text(_RELEASE.format(which="true", told_by=TOLD_BY)).bindparams(*_CIRCUMSTANCES)


@dataclass(frozen=True)
class Registered:
    """What was said of a contact, by which event, and the kinds of address in it, the best of them first."""

    event_id: UUID
    fact: ContactRegistered
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Telling:
    """Somebody who is to be told of an event."""

    event_id: UUID
    report_id: UUID
    planned: Planned
    traceparent: str | None


async def save_contacts(tx: Transaction, registered: Sequence[Registered]) -> None:
    """Keep contacts sealed, with the kind of address in each; forget one if that is what was said."""
    await tx.execute(_SAVE_CONTACTS, as_rows(_contact(each) for each in registered))
    if withdrawn := {each.fact.report_id for each in registered if each.fact.withdrawn}:
        await tx.execute(_DROP_WITHDRAWN, {"report_ids": sorted(withdrawn)})


def _contact(registered: Registered) -> dict[str, Any]:
    fact = registered.fact
    channels = () if fact.withdrawn else registered.channels
    return {
        "report_id": fact.report_id,
        "sealed": fact.sealed if channels else None,
        "channel": channels[0] if channels else None,
        "channels": channels or None,
        "language": fact.language,
        "withdrawn": fact.withdrawn,
        "said_at": fact.occurred_at,
        "event_id": registered.event_id,
    }


async def save_cases(
    tx: Transaction, facts: Sequence[CaseStatusChanged | DispositionCreated | SupportedStatusChanged]
) -> None:
    """Keep what a message needs to know of a case: its tracking id, and whether it must be discreet."""
    if not facts:
        return
    rows = (
        {
            "report_id": fact.report_id,
            "tracking_id": fact.tracking_id,
            "anonymous": fact.anonymous,
            "secret": fact.secret,
            "version": fact.case_version,
            "category": fact.category if isinstance(fact, DispositionCreated) else None,
            "region": fact.place.region if isinstance(fact, DispositionCreated) else None,
        }
        for fact in facts
    )
    await tx.execute(_SAVE_CASES, as_rows(rows))


async def save_legs(tx: Transaction, facts: Sequence[DispositionCreated]) -> None:
    """Keep where the agencies' desks, and those above them, are written to."""
    if not facts:
        return
    rows = (
        {
            "leg_id": fact.leg_id,
            "agency_name": fact.agency_name,
            "desk_email": fact.desk_email,
            "coordinator_email": fact.coordinator and fact.coordinator.email,
        }
        for fact in facts
    )
    await tx.execute(_SAVE_LEGS, as_rows(rows))


async def add(tx: Transaction, tellings: Sequence[Telling]) -> None:
    """Record who is to be told of what; what is recorded already stays as it is."""
    if tellings:
        await tx.execute(_ADD, as_rows(_delivery(telling) for telling in tellings))


def _delivery(telling: Telling) -> dict[str, Any]:
    planned = telling.planned
    return {
        "id": uuid7(),
        "event_id": telling.event_id,
        "report_id": telling.report_id,
        "leg_id": planned.leg_id,
        "recipient": planned.recipient,
        "template": planned.template,
        "details": dict(planned.details),
        "state": DeliveryState.SKIPPED if planned.skip else DeliveryState.WAITING_CONTACT,
        "reason": planned.skip,
        "opens_at": planned.opens_at,
        "digest_until": waits_until(planned),
        "traceparent": telling.traceparent,
    }


def as_rows(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Rows as the one parameter that `jsonb_populate_recordset` takes."""
    return {"rows": json.dumps(list(rows), default=str)}


async def release(tx: Transaction, report_ids: Collection[UUID], *, national_desk: bool) -> set[str]:
    """Let go what waits in these reports for an address and need not any longer (index deliveries_waiting).

    `national_desk`: whether it can be written to. Returns the channels of what is due now; one of them is
    `none` if something waits for its office to open or is never to be sent.
    """
    circumstances = {"now": tx.now, "national_desk": national_desk}
    rows = await tx.execute(_RELEASE_REPORTS, {"report_ids": sorted(report_ids), **circumstances})
    return set(rows.scalars())


async def release_any(tx: Transaction, *, national_desk: bool) -> int:
    """The same for all reports: two facts that crossed in two transactions do not see each other."""
    return len((await tx.execute(_RELEASE_ANY, {"now": tx.now, "national_desk": national_desk})).all())
