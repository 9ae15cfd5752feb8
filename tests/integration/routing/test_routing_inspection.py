"""What supervisors see: dispositions by what is due, and how many are late where. They change nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.security.tokens import Role
from tests.unit.routing.stories import ANSWER, DONE, MONDAY, verified

ROADS, CITY, PROVINCE = "35.3578.dpubm", "35.3578", "35"
DAY = timedelta(days=1)


@pytest.fixture
def supervisor(sign):
    return sign(Role.SUPERVISOR, "35")


@pytest.fixture
async def year(routing, clock):
    """Three weeks of cases at a unit, its city, its province, and elsewhere."""
    clock.set(MONDAY)
    await routing.hear(verified(report_id=uuid4(), agencies=(ROADS,)))
    clock.set(MONDAY + 7 * DAY)
    await routing.hear(verified(MONDAY + 7 * DAY, report_id=uuid4(), agencies=(CITY, "kl.kemensos")))
    clock.set(MONDAY + 8 * DAY)
    await routing.hear(
        verified(MONDAY + 8 * DAY, report_id=uuid4(), agencies=(PROVINCE,), classification="information")
    )


async def listed(client, headers, **query) -> list[dict]:
    answer = await client.get("/v1/dispositions", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["dispositions"]


async def test_the_most_urgent_comes_first_with_the_working_days_that_remain(client, supervisor, year):
    lines = await listed(client, supervisor, order="due")
    assert [(line["agency"], line["remaining_working_days"], line["overdue"]) for line in lines] == [
        (ROADS, 0, True),
        (CITY, 4, False),
        (PROVINCE, 5, False),
    ]


async def test_pages_by_urgency_hold_each_disposition_once(client, supervisor, year):
    seen, after = [], None
    while True:
        query = {"order": "due", "limit": 1} | ({"after": after} if after else {})
        page = (await client.get("/v1/dispositions", headers=supervisor, params=query)).json()
        seen += [line["agency"] for line in page["dispositions"]]
        if (after := page["next"]) is None:
            break
    assert seen == [ROADS, CITY, PROVINCE]


async def test_only_what_is_late_is_shown_where_that_is_asked(client, supervisor, year):
    assert [line["agency"] for line in await listed(client, supervisor, overdue=True)] == [ROADS]


async def test_a_subtree_is_narrowed_and_never_widened(client, supervisor, sign, year):
    assert {line["agency"] for line in await listed(client, supervisor, subtree=CITY)} == {CITY, ROADS}
    assert await listed(client, supervisor, subtree="kl") == []
    assert len(await listed(client, sign(Role.SUPERVISOR), subtree="kl")) == 1


async def test_a_stage_is_several_states(client, supervisor, sign, year):
    (leg,) = await listed(client, supervisor, subtree=CITY, state="created", overdue=True)
    path = f"/v1/dispositions/{leg['leg_id']}/responses"
    await client.post(path, headers=sign(Role.LIAISON, ROADS), json={"text": ANSWER})
    assert [line["state"] for line in await listed(client, supervisor, stage="in_progress")] == ["answered"]
    assert len(await listed(client, supervisor, stage="waiting")) == 2


async def test_an_answer_leaves_the_settlement_to_be_done(client, supervisor, sign, year):
    (leg,) = await listed(client, supervisor, overdue=True)
    path = f"/v1/dispositions/{leg['leg_id']}/responses"
    await client.post(path, headers=sign(Role.LIAISON, ROADS), json={"text": ANSWER})
    (line,) = await listed(client, supervisor, subtree=ROADS)
    assert (line["respond_by"], line["due_at"], line["overdue"]) == (None, line["settle_by"], False)


async def test_what_is_completed_owes_nothing(client, supervisor, sign, year):
    (leg,) = await listed(client, supervisor, subtree=ROADS)
    path = f"/v1/dispositions/{leg['leg_id']}/completion"
    await client.post(path, headers=sign(Role.LIAISON, ROADS), json=DONE)
    (line,) = await listed(client, supervisor, subtree=ROADS)
    assert (line["due_at"], line["remaining_working_days"], line["overdue"]) == (None, None, False)


async def test_counts_tell_states_and_who_is_late_within_the_scope(client, supervisor, year):
    counts = (await client.get("/v1/dispositions/counts", headers=supervisor)).json()
    assert counts["states"] == [{"key": "created", "legs": 3, "overdue": 1, "due_soon": 0}]
    assert [(one["key"], one["overdue"]) for one in counts["agencies"]] == [
        (ROADS, 1),
        (PROVINCE, 0),
        (CITY, 0),
    ]


async def test_counts_of_a_subtree_leave_the_rest_out(client, supervisor, year):
    counts = (await client.get("/v1/dispositions/counts?subtree=35.3578", headers=supervisor)).json()
    assert [one["legs"] for one in counts["states"]] == [2]


async def test_closed_dispositions_are_counted_where_that_is_asked(client, supervisor, sign, year):
    (leg,) = await listed(client, supervisor, subtree=ROADS)
    path = f"/v1/dispositions/{leg['leg_id']}/completion"
    await client.post(path, headers=sign(Role.LIAISON, ROADS), json=DONE)
    counts = [
        (await client.get("/v1/dispositions/counts", headers=supervisor, params=query)).json()["states"]
        for query in ({}, {"closed": True})
    ]
    assert [{one["key"] for one in states} for states in counts] == [{"created"}, {"created", "completed"}]


@pytest.mark.parametrize("query", [{"subtree": "Kota Surabaya"}, {"stage": "late"}, {"order": "name"}])
async def test_a_wrong_filter_is_named(client, supervisor, query):
    answer = await client.get("/v1/dispositions", headers=supervisor, params=query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(query)))
