"""Bodies with a limit: what their announced length says, whatever stands there."""

import pytest
from fastapi import Request

from services.intake.api.bodies import check_length
from shared.web.problems import Problem

LIMIT = 1_000


def announcing(length: bytes) -> Request:
    return Request({"type": "http", "headers": [(b"content-length", length)]})


def test_what_announces_to_be_too_long_is_refused():
    with pytest.raises(Problem):
        check_length(announcing(b"1001"), LIMIT)


@pytest.mark.parametrize("length", [b"", b"-5", b"1000", b"1e9", b"\xb2\xb2\xb2\xb2", b"many"])
def test_what_announces_no_length_that_is_too_long_is_read(length):
    check_length(announcing(length), LIMIT)
