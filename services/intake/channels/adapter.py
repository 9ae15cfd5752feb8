"""What every channel gives the rest of intake: messages to keep, and who reads them later."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.service import Loop


@dataclass(frozen=True)
class InboundMessage:
    """A provider's message as it waits in its queue. Its body names nobody: a sender is sealed.

    `message_id` is the same for the same message of the provider, so that a delivery repeated is known.
    """

    message_id: UUID
    type: str
    body: bytes


class ChannelAdapter(Protocol):
    """One channel. `subscriptions` and `loops` are its worker's part."""

    channel: Channel

    def subscriptions(self) -> Sequence[Subscription]: ...

    def loops(self) -> Sequence[Loop]: ...


@runtime_checkable
class WebHook(Protocol):
    """A channel whose provider calls us. `most_bytes` of a call, `accepted` is the status of the answer."""

    channel: Channel
    most_bytes: int
    accepted: int

    @property
    def configured(self) -> bool:
        """Whether there is a secret to check the provider by; without one the channel is not served."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raises `InvalidSignature` unless the provider sent just these bytes."""
        ...

    def translate(self, raw: bytes, now: datetime) -> Sequence[InboundMessage]:
        """The messages in a call; none where it holds something else. Raises `pydantic.ValidationError` or
        `shared.web.problems.Problem`.
        """
        ...


@runtime_checkable
class Challenged(Protocol):
    """A channel whose provider asks, by GET, whether the address is ours before it calls."""

    def challenge(self, query: Mapping[str, str]) -> str | dict[str, str]:
        """The answer, as text or JSON. Raises `InvalidSignature`."""
        ...


@dataclass(frozen=True)
class File:
    """A file of a provider, as it streams. `content_type` is what the provider claims."""

    content_type: str | None
    chunks: AsyncIterator[bytes]


class FileGone(Exception):
    """The provider does not have the file, or will never hand it out; the text is safe to show."""


class FileUnavailable(Exception):
    """It cannot be had now; the text is safe to show."""


class FileSource(Protocol):
    """Where the files of a channel's messages are had from."""

    def open(self, source: str) -> AbstractAsyncContextManager[File]:
        """Raises `FileGone` or `FileUnavailable`."""
        ...

    async def forget(self, source: str) -> None:
        """It was kept, or never will be."""
        ...
