"""What providers' calls hold, one message at a time: one that cannot be read never takes others with it."""

import json
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.intake.channels.adapter import InboundMessage
from services.intake.channels.message import Unreadable, identity_of, unreadable_of
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.contracts.codec import explain

Read = TypeVar("Read", bound=BaseModel)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def whole(raw: bytes) -> bytes:
    """JSON without halves of surrogate pairs, which are left where an SMS was cut inside an emoji."""
    if not _SURROGATE.search(raw):
        return raw
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "ignore")
    except (ValueError, RecursionError):
        return raw


def each(
    model: type[Read], given: Iterable[Any], keys: Keyring, channel: Channel
) -> tuple[Sequence[Read], Sequence[InboundMessage]]:
    """Those that can be read, and the others on their way to the dead letters.

    Raises `ValidationError` where none can be read: then the provider hears of it.
    """
    read: list[Read] = []
    parked: list[InboundMessage] = []
    refusal: ValidationError | None = None
    for one in given:
        try:
            read.append(model.model_validate(one))
        except ValidationError as error:
            refusal = error
            parked.append(_parked(keys, channel, one, error))
    if refusal is not None and not read:
        raise refusal
    return read, parked


def _parked(keys: Keyring, channel: Channel, given: Any, error: ValidationError) -> InboundMessage:
    content = json.dumps(given)
    message_id = identity_of(channel, sha256(content.encode()).hexdigest())
    sealed = keys.box.seal_text(str(message_id), content)
    body = Unreadable(reason=explain(error)[:500], sealed=sealed)
    return InboundMessage(message_id, unreadable_of(channel), body.model_dump_json().encode())
