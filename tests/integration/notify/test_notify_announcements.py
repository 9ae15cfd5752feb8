"""An officer's message to many: previewed, told once to each, and stopped when asked."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.notify.announcements import running, store
from services.notify.domain.delivery import Lane
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from shared import contracts as c
from shared.security.tokens import Role
from tests.integration.notify.announcing import WORDS, announced, office_until, reported, run
from tests.integration.notify.conftest import SARI, Office, Provider
from tests.unit.notify.facts import fact


async def test_everyone_in_the_category_and_region_is_told_in_the_bulk_lane(office: Office, call):
    await reported(office)
    await reported(office, category="jalan")
    await reported(office, place=c.Place(region="31.71"))
    preview = (await call(category="air", region="35.78", **WORDS)).json()
    await run(office)
    mail = Provider()
    async with office.sending(office.sending_by(Pool("email", [Carrier("email", mail)]), Lane.BULK)):
        await office_until(office, "delivered")
    assert (preview["reports"], preview["reachable"]) == (1, 1)
    assert await announced(office) == {("bulk", "delivered", None): 1}


async def test_the_words_arrive_as_they_were_written(office: Office, call):
    await reported(office, SARI)
    await call(category="air", **WORDS)
    await run(office)
    pool = Pool("email", [Carrier("email", office.mail())])
    async with office.sending(office.sending_by(pool, Lane.BULK)):
        await office_until(office, "delivered")
    [mail] = await office.caught()
    assert mail["headers"]["Subject"] == WORDS["title"]
    assert WORDS["text"] in mail["text"]


async def test_a_dry_run_counts_and_tells_nobody(office: Office, call):
    await reported(office)
    preview = (await call(category="air", dry_run=True, **WORDS)).json()
    await run(office)
    assert preview == {"id": None, "reports": 1, "reachable": 1, "sealed": 0}
    assert await announced(office) == {}


async def test_somebody_with_several_reports_is_told_once(office: Office, call):
    for _ in range(3):
        await reported(office, SARI)
    await call(category="air", **WORDS)
    await run(office)
    assert await announced(office) == {
        ("bulk", "pending", None): 1,
        ("bulk", "skipped", running.DUPLICATE): 2,
    }


@pytest.mark.parametrize("kind", ["anonymous", "secret"])
async def test_whoever_reported_anonymously_or_in_secret_is_not_written_to(office: Office, call, kind: str):
    await reported(office, **{kind: True})
    await call(category="air", **WORDS)
    await run(office)
    assert await announced(office) == {("bulk", "skipped", running.SEALED): 1}


async def test_steps_that_are_interrupted_or_repeated_tell_nobody_twice(office: Office, call, monkeypatch):
    monkeypatch.setattr(running, "PAGE", 2)
    for _ in range(5):
        await reported(office)
    identity = (await call(category="air", **WORDS)).json()["id"]
    await run(office, 2)
    async with office.database.transaction() as tx:
        await store.reached(tx, UUID(identity), None, finished=False)  # the record of the steps was lost
    await run(office, 4)
    assert sum((await announced(office)).values()) == 5
    assert len({row.report_id for row in await office.deliveries() if row.lane == "bulk"}) == 5


async def test_an_announcement_waits_for_its_time(office: Office, call):
    await reported(office)
    later = office.database.clock.now() + timedelta(hours=1)
    await call(category="air", begins_at=later.isoformat(), **WORDS)
    await run(office)
    before = await announced(office)
    office.database.clock.advance(timedelta(hours=2))
    await run(office)
    assert (before, sum((await announced(office)).values())) == ({}, 1)


async def test_a_cancelled_announcement_is_sent_no_further(office: Office, call):
    await reported(office)
    identity = (await call(category="air", **WORDS)).json()["id"]
    await run(office)
    told = await call(path=f"/{identity}/cancellation")
    assert (told.status_code, told.json()["state"]) == (202, "cancelled")
    assert await announced(office) == {("bulk", "skipped", "announcement cancelled"): 1}


async def test_progress_tells_states_and_reasons_and_no_recipient(office: Office, call):
    await reported(office, SARI)
    await reported(office, SARI)
    identity = (await call(category="air", **WORDS)).json()["id"]
    await run(office)
    answer = await call("GET", f"/{identity}")
    assert answer.json()["deliveries"] == {"pending": 1, "skipped": 1}
    assert answer.json()["state"] == "planned"
    assert SARI.email not in answer.text


async def test_a_cluster_is_its_case_and_those_that_joined_it(office: Office, call):
    main, joined, left, _ = [await reported(office) for _ in range(4)]
    for report in (joined, left):
        await office.hear(fact(c.CaseMerged, report_id=report, into=main, case_version=3))
    await office.hear(fact(c.CaseUnmerged, report_id=left, case_version=4))
    await office.hear(fact(c.CaseMerged, report_id=left, into=main, case_version=3))
    assert (await call(cluster=str(main), dry_run=True, **WORDS)).json()["reports"] == 2


async def test_what_is_announced_twice_with_one_id_is_announced_once(office: Office, call):
    await reported(office)
    identity = str(uuid4())
    for _ in range(2):
        await call(id=identity, category="air", **WORDS)
    await run(office, 3)
    assert sum((await announced(office)).values()) == 1


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.COORDINATOR, Role.SUPERVISOR])
async def test_only_national_administrators_announce(call, role: Role):
    assert (await call(role=role, category="air", **WORDS)).status_code == 403


@pytest.mark.parametrize("body", [WORDS, {"category": "air"}, {"region": "Surabaya", **WORDS}])
async def test_an_announcement_to_everybody_or_without_words_is_refused(call, body):
    assert (await call(**body)).status_code == 422
