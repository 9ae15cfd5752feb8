"""What a stranger writes beside a message never costs the connection that it comes by."""

import struct

import pytest
from pamqp import commands, constants, frame
from pamqp.header import ContentHeader

from shared.messaging.wire import tolerate_unreadable_properties

SIZE = 7


def header(flag: int, properties: bytes) -> bytes:
    payload = struct.pack(">HHQH", commands.Basic.frame_id, 0, SIZE, flag) + properties
    return struct.pack(">BHI", constants.FRAME_HEADER, 1, len(payload)) + payload + constants.FRAME_END_CHAR


def nested(levels: int) -> bytes:
    table = struct.pack(">I", 0)
    for _ in range(levels):
        entry = b"\x01aF" + table
        table = struct.pack(">I", len(entry)) + entry
    return table


@pytest.mark.parametrize(
    "raw",
    [
        header(commands.Basic.Properties.flags["message_id"], b"\x01\xe9"),
        header(commands.Basic.Properties.flags["headers"], nested(3_000)),
        header(commands.Basic.Properties.flags["headers"], b"\xff\xff\xff\xff"),
    ],
)
def test_properties_that_cannot_be_read_count_as_none(monkeypatch, raw):
    monkeypatch.setattr(ContentHeader, "unmarshal", ContentHeader.unmarshal)  # put back afterwards
    tolerate_unreadable_properties()
    _, _, read = frame.unmarshal(raw)
    assert (read.body_size, read.properties.message_id, read.properties.headers) == (SIZE, None, None)
