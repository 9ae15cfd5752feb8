"""Keeps who follows what, and what is new on public pages; whom that concerns is looked up afterwards."""

from collections.abc import Sequence
from typing import Any

from services.notify.domain.deadlines import zone_named
from services.notify.domain.delivery import Template
from services.notify.domain.following import area_digest, case_changed, next_hour
from services.notify.following import store
from shared.calendar import UnknownRegion, Zone, zone_of
from shared.contracts import FollowChanged, PublicCaseChanged, PublicCaseHidden, PublicCaseListed
from shared.db.database import Transaction
from shared.messaging.consumer import Event, Together


async def keep_follows(tx: Transaction, events: Sequence[Event]) -> None:
    """Keep who follows what, by the follow's id; contacts come apart from it."""
    await store.save(tx, [_follow(tx, event.fact) for event in events])


async def hear_changes(tx: Transaction, events: Sequence[Event]) -> None:
    """Have the followers of these cases told."""
    rows = [_fan_out(event, case_changed(event.fact).details, Template.FOLLOWED_CHANGED) for event in events]
    await store.fan_out(tx, rows)


async def hear_new_cases(tx: Transaction, events: Sequence[Event]) -> None:
    """Keep new cases for the digests of their areas, and have systems told at once."""
    facts = [event.fact for event in events]
    await store.list_cases(
        tx,
        [_case(fact) for fact in facts],
        [
            {"area": area, "listed_at": tx.now, "report_id": fact.report_id}
            for fact in facts
            for area in fact.areas
        ],
    )
    await store.fan_out(tx, [_to_systems(event) for event in events])


async def hear_hidden(tx: Transaction, events: Sequence[Event]) -> None:
    """Tell nothing more of these cases."""
    rows = [{"report_id": event.fact.report_id, "tracking_id": event.fact.tracking_id} for event in events]
    await store.hide(tx, rows)


FOLLOWS: dict[type, Together] = {FollowChanged: Together(keep_follows)}
NEWS: dict[type, Together] = {
    PublicCaseChanged: Together(hear_changes),
    PublicCaseListed: Together(hear_new_cases),
    PublicCaseHidden: Together(hear_hidden),
}


def _follow(tx: Transaction, fact: FollowChanged) -> dict[str, Any]:
    zone = zone_named(fact.zone, None).key
    digests = fact.area is not None and not fact.system and not fact.withdrawn
    return {
        "follow_id": fact.report_id,
        "followed": fact.followed,
        "area": fact.area,
        "about": fact.about,
        "tracking_id": fact.tracking_id,
        "system": fact.system,
        "recipient": None if fact.withdrawn else fact.recipient,
        "hour": fact.hour,
        "zone": zone,
        "ended": fact.withdrawn,
        "said_at": fact.occurred_at,
        "next_at": next_hour(tx.now, fact.hour, zone) if digests else None,
    }


def _case(fact: PublicCaseListed) -> dict[str, Any]:
    return {
        "report_id": fact.report_id,
        "tracking_id": fact.tracking_id,
        "title": fact.title,
        "filed_on": _filed_on(fact),
    }


def _filed_on(fact: PublicCaseListed) -> str:
    try:
        zone = zone_of(fact.region) if fact.region else Zone.WIB
    except UnknownRegion:
        zone = Zone.WIB
    return zone.date_of(fact.filed_at).isoformat()


def _to_systems(event: Event) -> dict[str, Any]:
    fact = event.fact
    line = (fact.tracking_id, fact.title, _filed_on(fact))
    details = {
        **area_digest([line], 0, "", (fact.category, fact.region)).details,
        "status": fact.status.value,
        "tracking_id": fact.tracking_id,
    }
    return {**_fan_out(event, details, Template.AREA_DIGEST), "areas": list(fact.areas)}


def _fan_out(event: Event, details: Any, template: Template) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "report_id": event.fact.report_id,
        "areas": [],
        "template": template,
        "details": dict(details),
        "occurred_at": event.fact.occurred_at,
    }
