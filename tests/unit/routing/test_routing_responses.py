"""How a message of an agency is read."""

import json
from uuid import uuid4

import pytest

from services.routing.responses import decode_response
from shared.contracts import ResponseKind
from shared.messaging.envelope import Envelope
from shared.messaging.failures import Unprocessable


def envelope(routing_key: str, body: bytes = b"{}") -> Envelope:
    return Envelope(
        message_id=uuid4(),
        type=None,
        routing_key=routing_key,
        body=body,
        traceparent=None,
        attempts=0,
        history=(),
    )


def test_who_speaks_is_read_from_the_routing_key_and_never_from_the_body():
    body = json.dumps({"leg_id": str(uuid4()), "agency": "kl.kemensos"}).encode()
    assert decode_response(envelope("response.35.3578.dishub.response", body)).agency == "35.3578.dishub"


@pytest.mark.parametrize("kind", ResponseKind)
def test_every_kind_of_response_is_understood(kind):
    assert decode_response(envelope(f"response.kl.kemensos.{kind}")).kind is kind


@pytest.mark.parametrize(
    "key",
    [
        "response",
        "response.response",
        "response..response",
        "response.kl.kemensos",
        "response.KL.return",
        "disposition.a.return",
    ],
)
def test_a_key_without_agency_or_kind_goes_to_the_dead_letters(key):
    with pytest.raises(Unprocessable):
        decode_response(envelope(key))


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"leg_id": "x"}', b"\xff\xfe"])
def test_a_body_that_cannot_be_read_is_a_message_with_an_error(body):
    message = decode_response(envelope("response.kl.kemensos.response", body))
    assert (message.body, bool(message.error)) == (None, True)


@pytest.mark.parametrize("said_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_no_database_tells_is_refused_and_not_lost(said_at):
    leg_id = uuid4()
    body = json.dumps({"leg_id": str(leg_id), "text": "Sudah diperbaiki.", "said_at": said_at}).encode()
    message = decode_response(envelope("response.kl.kemensos.response", body))
    assert (message.body, message.leg_id, "said_at" in message.error) == (None, leg_id, True)


def test_the_leg_is_told_back_even_if_the_rest_is_wrong():
    leg_id = uuid4()
    body = json.dumps({"leg_id": str(leg_id), "text": 7}).encode()
    assert decode_response(envelope("response.kl.kemensos.response", body)).leg_id == leg_id


def test_the_error_holds_no_control_characters():
    body = json.dumps({"leg_id": "\x00\x07"}).encode()
    assert decode_response(envelope("response.kl.kemensos.response", body)).error.isprintable()
