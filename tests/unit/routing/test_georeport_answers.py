"""What a city's Open311 endpoint answers is read, or refused as unreadable, whatever it is."""

import pytest

from services.routing.open311.georeport import Unreadable, accepted, update


@pytest.mark.parametrize("body", [b"[" * 60_000, b"", b"{}", b"[]", b"[1]", b"\xff", b"null"])
@pytest.mark.parametrize("read", [accepted, update])
def test_an_answer_that_is_none_is_unreadable(read, body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)
