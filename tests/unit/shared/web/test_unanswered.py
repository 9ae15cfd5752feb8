"""How many people wait for an answer right now: whoever can wait longer gives way to them."""

import asyncio

import pytest

from shared.web.edge import Edge

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
START = {"type": "http.response.start", "status": 200, "headers": []}
MORE = {"type": "http.response.body", "body": b"a", "more_body": True}


async def nothing(*_):
    return {"type": "http.request", "body": b""}


async def test_a_call_counts_until_its_answer_begins():
    begin, end = asyncio.Event(), asyncio.Event()

    async def app(scope, receive, send):
        await begin.wait()
        await send(START)
        await send(MORE)
        await end.wait()

    edge = Edge(app)
    calls = [asyncio.create_task(edge(dict(SCOPE), nothing, nothing)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting = edge.unanswered
    begin.set()
    await asyncio.sleep(0)
    streaming = edge.unanswered
    end.set()
    await asyncio.gather(*calls)
    assert (waiting, streaming, edge.unanswered) == (3, 0, 0)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_call_that_fails_does_not_wait_for_ever(answers):
    async def app(scope, receive, send):
        if answers:
            await send(START)
        raise ValueError

    edge = Edge(app)
    await asyncio.gather(edge(dict(SCOPE), nothing, nothing), return_exceptions=True)
    assert edge.unanswered == 0


async def test_a_caller_who_hangs_up_does_not_wait_for_ever():
    async def app(scope, receive, send):
        await asyncio.Event().wait()

    edge = Edge(app)
    call = asyncio.create_task(edge(dict(SCOPE), nothing, nothing))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert edge.unanswered == 0
