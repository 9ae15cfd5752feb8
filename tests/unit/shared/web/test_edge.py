"""What becomes of an answer when the application fails before, in the middle of, or after it."""

import json

import pytest

from shared.web.edge import Edge

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
START = {"type": "http.response.start", "status": 422, "headers": []}
PART = {"type": "http.response.body", "body": b"a", "more_body": True}
REST = {"type": "http.response.body", "body": b"b"}


class Caller:
    def __init__(self):
        self.heard = []

    async def call(self, *messages):
        """The application says these, and fails."""

        async def app(scope, receive, send):
            for message in messages:
                await send(dict(message))
            raise RuntimeError("sari@pelapor.example")

        await Edge(app)(dict(SCOPE), self.receive, self.send)

    async def receive(self):
        return {"type": "http.request", "body": b""}

    async def send(self, message):
        self.heard.append(message)


async def test_a_failure_before_any_answer_is_a_problem_that_quotes_nothing():
    caller = Caller()
    await caller.call()
    start, body = caller.heard
    assert (start["status"], json.loads(body["body"])["type"]) == (500, "urn:lapor:problem:internal")
    assert b"sari" not in body["body"]


async def test_a_failure_in_the_middle_breaks_the_connection():
    caller = Caller()
    with pytest.raises(RuntimeError):
        await caller.call(START, PART)


async def test_a_failure_after_a_whole_answer_changes_nothing():
    caller = Caller()
    await caller.call(START, PART, REST)
    assert [message.get("status") for message in caller.heard] == [422, None, None]
