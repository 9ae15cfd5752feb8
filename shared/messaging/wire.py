"""Properties of a message that cannot be read count as none: it is parked like any other that says nothing.

The client library gives up the whole connection over text that is no UTF-8 or tables nested too deeply, and
the broker hands the message out again: one partner's mistake would stop everything that the process reads.
"""

import struct
from typing import Any

from pamqp.commands import Basic
from pamqp.header import ContentHeader

_FIXED = struct.Struct(">HHQ")
"""Class, weight and the body's size in bytes, before the properties."""
_read = ContentHeader.unmarshal


def _read_what_can_be_read(self: Any, data: bytes) -> None:
    try:
        _read(self, data)
    except Exception:  # a RecursionError, too
        self.class_id, self.weight, self.body_size = _FIXED.unpack_from(data)
        self.properties = Basic.Properties()


def tolerate_unreadable_properties() -> None:
    """For every connection of this process."""
    ContentHeader.unmarshal = _read_what_can_be_read  # type: ignore[method-assign]
