"""Agencies ask, hear the reporter, and flood: on a real database, over HTTP and from mails."""

import json
from uuid import uuid4

import pytest
from uuid_utils.compat import uuid7

from services.routing.handlers import record_facts
from services.routing.pace import Pace
from services.routing.responses import Listener, hear_agencies
from services.routing.webhooks import registry
from shared import contracts as c
from shared.contracts import ReporterWord
from shared.messaging.consumer import Event
from shared.messaging.envelope import Envelope
from shared.security.tokens import Role
from tests.integration.intake.statements import counting
from tests.unit.routing.stories import ANSWER, HOUR, replied, silent, verified

ROADS = "35.3578.dpubm"
QUESTION = "Lubangnya di sisi mana jalan?"


def body(leg_id, **more) -> bytes:
    return json.dumps({"leg_id": str(leg_id), **more}).encode()


async def asked(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    await routing.agency_says(f"response.{ROADS}.question", body(leg.leg_id, text=QUESTION))
    return leg


async def test_a_question_pauses_what_the_lists_show(routing):
    before = await asked(routing)
    (leg,) = await routing.legs()
    assert (await routing.said())[-1].text == QUESTION
    assert (leg.state, before.due_at is None, leg.due_at) == ("acknowledged", False, None)


async def test_its_answer_reaches_the_agency_and_time_runs_again(routing, clock):
    leg = await asked(routing)
    clock.advance(HOUR)
    await routing.hear(replied(clock.now()))
    said = (await routing.said())[-1]
    assert said.routing_key == f"disposition.{ROADS}.reporter-said"
    assert (said.leg_id, said.word, said.answers_question) == (leg.leg_id, ReporterWord.REPLY, True)
    assert (await routing.legs())[0].due_at is not None


async def test_the_reporters_silence_gives_the_leg_back_to_its_agency(routing, clock):
    leg = await asked(routing)
    question = (await routing.said())[-1]
    clock.advance(HOUR)
    await routing.hear(silent(question.occurred_at, clock.now()))
    said = (await routing.said())[-1]
    assert (said.leg_id, said.word, said.text) == (leg.leg_id, ReporterWord.SILENCE, None)
    assert (await routing.legs())[0].due_at is not None


async def test_a_web_hook_is_called_with_the_question_and_the_answer_in_their_order(routing, clock):
    async with routing.database.transaction() as tx:
        await registry.register(
            tx, uuid7(), agency="35.3578", url="https://x.example", secret=b"x", officer="o"
        )
    await asked(routing)
    clock.advance(HOUR)
    await routing.hear(replied(clock.now()))
    rows = await routing.rows("SELECT type FROM webhook_deliveries ORDER BY id")
    assert [row.type for row in rows] == [
        "disposition.created.v1",
        "disposition.asked.v1",
        "disposition.reporter-said.v1",
    ]


async def test_a_second_question_is_refused_and_recorded(routing):
    leg = await asked(routing)
    await routing.agency_says(f"response.{ROADS}.question", body(leg.leg_id, text=QUESTION))
    assert isinstance((await routing.said())[-1], c.DispositionRefused)
    rows = await routing.rows("SELECT refused FROM responses ORDER BY received_at, response_id")
    assert [row.refused for row in rows] == [None, "question-open"]


async def test_an_officer_asks_over_http_and_sees_the_question(routing, client, sign):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    officer = sign(Role.LIAISON, ROADS)
    url = f"/v1/dispositions/{leg.leg_id}"
    answer = await client.post(f"{url}/question", json={"text": QUESTION}, headers=officer)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    shown = (await client.get(url, headers=officer)).json()
    assert shown["question"]["text"] == QUESTION
    (line,) = (await client.get("/v1/dispositions", headers=officer)).json()["dispositions"]
    assert (line["paused"], line["due_at"]) == (True, None)


@pytest.mark.parametrize(("text", "status"), [("Apa?", 422), (QUESTION, 409)])
async def test_what_cannot_be_asked_is_refused_over_http(routing, client, sign, text, status):
    leg = await asked(routing)
    answer = await client.post(
        f"/v1/dispositions/{leg.leg_id}/question", json={"text": text}, headers=sign(Role.LIAISON, ROADS)
    )
    assert answer.status_code == status


def word(agency: str, leg_id, kind: str = "response") -> Envelope:
    message_id = uuid7()
    key = f"response.{agency}.{kind}"
    return Envelope(message_id, None, key, body(leg_id, text=ANSWER), None, 0, (), said_id=str(message_id))


async def hear(routing, listener: Listener, envelopes: list[Envelope]) -> None:
    events = [Event(one.message_id, listener.decode(one)) for one in envelopes]
    async with routing.database.transaction() as tx:
        await hear_agencies(tx, events)


async def test_a_flood_is_refused_with_the_reason_and_recorded_and_nobody_else_is(routing):
    await routing.hear(verified())
    (leg,) = await routing.legs()
    flood = [word("kl.kemensos", uuid4()) for _ in range(30)]
    await hear(routing, Listener(Pace("5/minute")), [*flood, word(ROADS, leg.leg_id)])
    answered = [fact for fact in await routing.said() if isinstance(fact, c.DispositionResponded)]
    refusals = [fact for fact in await routing.said() if isinstance(fact, c.DispositionRefused)]
    assert [fact.agency for fact in answered] == [ROADS]
    waits = [fact.retry_after_seconds for fact in refusals if fact.retry_after_seconds]
    assert (len(waits), all(0 < wait <= 60 for wait in waits)) == (25, True)
    recorded = await routing.rows("SELECT count(*) AS n FROM responses WHERE refused = 'too-many'")
    assert recorded[0].n == 25


async def test_an_agency_that_invents_units_is_still_one_agency(routing):
    await routing.hear(verified())  # the directory is known
    listener = Listener(Pace("5/minute"))
    heard = [listener.decode(word(f"35.3578.unit-{n}", uuid4())) for n in range(20)]
    assert sum(message.wait > 0 for message in heard) == 15


@pytest.mark.parametrize("rate", ["5/minute", "6000/minute"])
async def test_a_flood_costs_the_statements_of_one_message(routing, rate):
    """So whoever stands behind it in the queue waits for a few statements a batch, not for each message."""
    listener = Listener(Pace(rate))
    await hear(routing, listener, [word("kl.kemensos", uuid4())])
    with counting(routing.database) as for_one:
        await hear(routing, listener, [word("kl.kemensos", uuid4())])
    with counting(routing.database) as for_many:
        await hear(routing, listener, [word("kl.kemensos", uuid4()) for _ in range(64)])
    assert 0 < len(for_many) == len(for_one)


async def test_many_words_of_many_cases_cost_the_statements_of_one(routing):
    cases = [verified(report_id=uuid4()) for _ in range(5)]
    await routing.hear(*cases)
    words = [word(ROADS, leg.leg_id) for leg in await routing.legs()]
    listener = Listener(Pace())
    with counting(routing.database) as for_one:
        await hear(routing, listener, words[:1])
    with counting(routing.database) as for_many:
        await hear(routing, listener, words[1:])
    assert 0 < len(for_many) == len(for_one)


async def test_many_facts_of_many_cases_cost_the_statements_of_one(routing):
    async def together(count: int) -> int:
        events = [Event(uuid7(), verified(report_id=uuid4())) for _ in range(count)]
        async with routing.database.transaction() as tx:
            with counting(routing.database) as sent:
                await record_facts(tx, events)
        return len(sent)

    await together(1)  # reads the directory
    assert 0 < await together(20) == await together(1)
