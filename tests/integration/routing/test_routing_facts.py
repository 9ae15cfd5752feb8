"""What routing does with facts and words, on a real database."""

import asyncio
import json
from uuid import uuid4

from uuid_utils.compat import uuid7

from services.routing.responses import NOBODY
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.unit.routing.stories import ANSWER, DONE, HOUR, MONDAY, WHY_NOT, objected, status, verified


def body(leg_id, **more) -> bytes:
    return json.dumps({"leg_id": str(leg_id), **more}).encode()


async def test_a_verified_case_leaves_as_a_disposition(routing):
    await routing.hear(verified())
    (said,) = await routing.said()
    assert (said.routing_key, said.agency_name) == (
        "disposition.35.3578.dpubm.created",
        "Dinas Sumber Daya Air dan Bina Marga Kota Surabaya",
    )


async def test_a_case_heard_of_twice_has_one_leg(routing):
    await routing.hear(verified(), verified())
    assert len(await routing.legs()) == len(await routing.said()) == 1


async def test_a_case_heard_of_twice_at_once_has_one_leg(routing):
    await asyncio.gather(*(routing.hear(verified()) for _ in range(4)))
    assert len(await routing.said()) == 1


async def test_a_case_that_ended_first_has_a_settled_leg(routing):
    await routing.hear(status(CaseStatus.WITHDRAWN, 5, MONDAY + HOUR), verified())
    assert [leg.state for leg in await routing.legs()] == ["settled"]


async def test_the_same_facts_reversed_leave_the_same_rows(routing, database):
    story = [verified(), status(CaseStatus.CLOSED, 5, MONDAY + HOUR), objected(MONDAY + 2 * HOUR)]
    await routing.hear(*story)
    forward = [row._asdict() | {"created_at": None} for row in await routing.legs()]
    await database("routing")
    await routing.hear(*reversed(story))
    assert [row._asdict() | {"created_at": None} for row in await routing.legs()] == forward


async def test_an_agency_acknowledges_answers_and_completes(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    await routing.agency_says("response.35.3578.dpubm.acknowledgement", body(leg.leg_id))
    await routing.agency_says("response.35.3578.dpubm.response", body(leg.leg_id, text=ANSWER))
    await routing.agency_says("response.35.3578.dpubm.completion", body(leg.leg_id, **DONE))
    assert [fact.type.partition(".")[2] for fact in await routing.said()] == [
        "created",
        "acknowledged",
        "responded",
        "completed",
    ]
    assert [(row.state, row.version) for row in await routing.legs()] == [("completed", 4)]


async def test_an_objection_puts_the_leg_back_to_work(routing, clock):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    await routing.agency_says("response.35.3578.dpubm.completion", body(leg.leg_id, **DONE))
    clock.advance(HOUR)
    await routing.hear(objected(clock.now()))
    assert [(row.state, row.answered_at) for row in await routing.legs()] == [("acknowledged", None)]


async def test_a_returned_leg_goes_on_to_the_next(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    await routing.agency_says("response.35.3578.dpubm.return", body(leg.leg_id, text=WHY_NOT))
    assert [(row.agency, row.state, row.hop) for row in await routing.legs()] == [
        ("35.3578.dpubm", "returned", 1),
        ("35.3578", "created", 2),
    ]


async def test_a_refused_response_is_answered_with_the_reason_and_recorded(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    message_id = uuid7()
    await routing.agency_says("response.35.3578.dpubm.response", body(leg.leg_id, text="Ya."), message_id)
    refusal = (await routing.said())[-1]
    assert isinstance(refusal, c.DispositionRefused)
    assert refusal.routing_key == "disposition.35.3578.dpubm.refused"
    assert (refusal.response_id, refusal.leg_id) == (str(message_id), leg.leg_id)
    assert refusal.report_id == leg.report_id
    (recorded,) = await routing.rows("SELECT * FROM responses")
    assert (recorded.response_id, recorded.refused, recorded.reason) == (
        message_id,
        "too-short",
        refusal.reason,
    )


async def test_a_foreign_leg_and_an_unknown_one_are_refused_alike(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    unknown = uuid4()
    for leg_id in (leg.leg_id, unknown):
        await routing.agency_says("response.35.3578.dishub.response", body(leg_id, text=ANSWER))
    foreign, missing = (await routing.said())[1:]
    assert foreign.report_id == missing.report_id == NOBODY
    assert foreign.model_dump(exclude={"response_id", "leg_id"}) == missing.model_dump(
        exclude={"response_id", "leg_id"}
    )
    assert (await routing.legs())[0].version == 1


async def test_a_message_that_is_no_json_is_refused_to_its_agency(routing):
    await routing.agency_says("response.kl.kemensos.response", b"\x00not json\xff")
    (refusal,) = await routing.said()
    assert (refusal.agency, refusal.leg_id) == ("kl.kemensos", NOBODY)


async def test_a_word_for_a_settled_leg_is_refused(routing):
    await routing.hear(verified(), status(CaseStatus.WITHDRAWN, 5, MONDAY + HOUR))
    (leg,) = await routing.legs()
    await routing.agency_says("response.35.3578.dpubm.acknowledgement", body(leg.leg_id))
    assert "Dicabut" in (await routing.said())[-1].reason


async def test_a_city_answers_for_its_unit_and_a_unit_for_what_it_was_given(routing):
    await routing.hear(verified(agencies=("35.3578",)))
    (leg,) = await routing.legs()
    await routing.agency_says("response.35.3578.delegation", body(leg.leg_id, unit="dishub"))
    await routing.agency_says("response.35.3578.dishub.acknowledgement", body(leg.leg_id))
    await routing.agency_says("response.35.3578.completion", body(leg.leg_id, **DONE))
    assert [(row.state, row.holder) for row in await routing.legs()] == [("completed", "35.3578.dishub")]


async def test_two_words_at_once_are_taken_one_after_the_other(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    key, word = "response.35.3578.dpubm.acknowledgement", body(leg.leg_id)
    await asyncio.gather(*(routing.agency_says(key, word) for _ in range(4)))
    kinds = [fact.type for fact in await routing.said()]
    assert (kinds.count("disposition.acknowledged"), kinds.count("disposition.refused")) == (1, 3)
