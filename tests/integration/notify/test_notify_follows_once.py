"""Overlapping follows of one recipient: one fact is told to it once, whatever leads there."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.notify.following import running
from services.notify.unsubscribing import mute
from shared.security.sealing import Contact
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office
from tests.integration.notify.following import AREA, MORNING, changed, follow, listed, told

DUPLICATE = "duplicate: told by another follow"
HOOK = Contact(hook="https://dasbor.example/lapor rahasia")
CITY, PROVINCE = "*/35.78", "*/35"
AREAS = (AREA, CITY, PROVINCE)


def ends(rows) -> Counter:
    return Counter((row.state, row.reason) for row in rows)


@pytest.mark.parametrize("page", [1, 500])
async def test_a_system_hears_once_of_a_case_in_two_of_its_areas(office: Office, clock, monkeypatch, page):
    monkeypatch.setattr(running, "PAGE", page)
    office.hears_by("webhook")
    for area in (CITY, PROVINCE):
        await office.hear(*follow(office, HOOK, area=area, system=True, recipient="dasbor")[1])
    await office.hear(*follow(office, HOOK, area=CITY, system=True, recipient="another")[1])
    clock.advance(timedelta(minutes=1))
    await office.hear(listed(office, areas=AREAS))
    assert ends(await told(office)) == {("pending", None): 2, ("skipped", DUPLICATE): 1}


async def test_a_browser_that_follows_a_case_twice_hears_of_each_change_once(office: Office, clock):
    case = uuid4()
    for _ in range(2):
        words = follow(office, followed=case, tracking_id="K7MQ3XW9FA", recipient="browser")[1]
        await office.hear(*words)
    clock.advance(timedelta(minutes=1))
    for version in (1, 2):
        await office.hear(changed(office, case, public_version=version))
    assert ends(await told(office)) == {("pending", None): 2, ("skipped", DUPLICATE): 2}


async def test_a_fan_out_that_is_repeated_plans_nothing_more(office: Office, clock):
    office.hears_by("webhook")
    for area in (CITY, PROVINCE):
        await office.hear(*follow(office, HOOK, area=area, system=True, recipient="dasbor")[1])
    clock.advance(timedelta(minutes=1))
    await office.hear(listed(office, areas=AREAS))
    before = {row.id for row in await told(office)}
    async with office.database.transaction() as tx:  # as if the record of the step was lost
        await tx.execute(sa.text("UPDATE fan_outs SET done = false, reached = NULL, details = '{}'"))
    assert {row.id for row in await told(office)} == before


async def digested(office: Office, clock, *follows: dict) -> list[tuple[str, list[str]]]:
    """The follows begin in the morning, two cases come; the digests until the next evening, by area."""
    clock.set(MORNING)
    about = {}
    for each in follows:
        contact = each.pop("contact", SARI)
        follow_id, words = follow(office, contact, zone="WIB", **{"hour": 7, "recipient": "sari", **each})
        about[follow_id] = each["area"]
        await office.hear(*words)
    clock.advance(timedelta(minutes=5))
    await office.hear(listed(office, areas=AREAS, tracking_id="INCITY0001"))
    await office.hear(listed(office, areas=("*/35.73", PROVINCE), tracking_id="ELSEWHERE1"))
    found = {}
    for _ in range(34):
        clock.advance(timedelta(hours=1))
        found |= {row.id: row for row in await told(office)}
    lines = [(about[row.report_id], sorted(one[0] for one in row.details["cases"])) for row in found.values()]
    return sorted(lines)


async def test_two_areas_of_one_contact_tell_each_case_once(office: Office, clock):
    lines = await digested(office, clock, {"area": CITY}, {"area": PROVINCE})
    assert Counter(case for _, cases in lines for case in cases) == {"INCITY0001": 1, "ELSEWHERE1": 1}


@pytest.mark.parametrize(("city", "province"), [(7, 19), (19, 7)])
async def test_whichever_area_comes_first_in_the_day_tells_a_case(office: Office, clock, city, province):
    follows = {"area": CITY, "hour": city}, {"area": PROVINCE, "hour": province}
    lines = await digested(office, clock, *follows)
    assert Counter(case for _, cases in lines for case in cases) == {"INCITY0001": 1, "ELSEWHERE1": 1}


async def test_two_contacts_are_each_told_of_what_is_in_their_area(office: Office, clock):
    follows = {"area": CITY}, {"area": PROVINCE, "recipient": "tono", "contact": PHONE_ONLY}
    lines = await digested(office, clock, *follows)
    assert lines == [(PROVINCE, ["ELSEWHERE1", "INCITY0001"]), (CITY, ["INCITY0001"])]


async def test_an_area_that_was_followed_later_hides_nothing_from_an_older_one(office: Office, clock):
    clock.set(MORNING)
    await office.hear(*follow(office, area=CITY, hour=7, zone="WIB", recipient="sari")[1])
    clock.advance(timedelta(minutes=5))
    await office.hear(listed(office, areas=AREAS, tracking_id="INCITY0001"))
    clock.advance(timedelta(minutes=5))
    await office.hear(*follow(office, area=PROVINCE, hour=19, zone="WIB", recipient="sari")[1])
    clock.advance(timedelta(hours=12))
    assert await told(office) == []
    clock.advance(timedelta(hours=12))
    [row] = await told(office)
    assert [case for case, *_ in row.details["cases"]] == ["INCITY0001"]


async def test_who_ended_one_of_two_follows_is_told_by_the_other(office: Office, clock):
    clock.set(MORNING)
    first, words = follow(office, area=CITY, hour=7, zone="WIB", recipient="sari")
    other, more = follow(office, area=PROVINCE, hour=7, zone="WIB", recipient="sari")
    await office.hear(*words, *more)
    clock.advance(timedelta(minutes=5))
    await office.hear(listed(office, areas=AREAS))
    async with office.database.transaction() as tx:
        await mute(tx, min(first, other))
    clock.advance(timedelta(days=1))
    [row] = await told(office)
    assert row.report_id == max(first, other)
    async with office.database.transaction() as tx:
        kept = (await tx.execute(sa.text("SELECT recipient FROM follows WHERE ended"))).scalar_one()
    assert kept is None
