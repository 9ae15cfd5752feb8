"""Dead letters for the pages: found, chosen, settled. A letter is known by its queue and its id together.

One fact can lie dead in several queues under the same id; what is chosen in one must not be done in another.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy.cli.dead import each_letter
from deploy.cli.letters import SUFFIX, Letter, dead_queues, hold
from deploy.cli.target import Broker

MOST = 1_000
"""How many are looked at, and settled, at once. What is beyond comes into sight as these are dealt with."""
LIFETIME_SECONDS = 900
LOOKS = 8
PAUSE_SECONDS = 0.25

Act = Callable[[AbstractChannel, Letter], Awaitable[None]]


@dataclass(frozen=True, order=True)
class Key:
    """Which letter. As text: the queue, a space, the id; no queue's name holds a space."""

    queue: str
    id: str

    @classmethod
    def read(cls, text: str) -> "Key | None":
        queue, _, identity = text.partition(" ")
        return cls(queue, identity) if queue and identity else None

    def __str__(self) -> str:
        return f"{self.queue} {self.id}"


def key_of(letter: Letter) -> Key:
    return Key(letter.queue, letter.id)


@dataclass(frozen=True)
class Found:
    """Letters that lie there now, at most MOST, and how many there are in each queue."""

    letters: list[Letter]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def chosen(self, queue: str, reason: str) -> list[Letter]:
        """Those of one queue and one reason; an empty word asks for any."""
        return [
            letter
            for letter in self.letters
            if (not queue or letter.queue == queue) and (not reason or letter.reason == reason)
        ]


class DeadLetters:
    """One look or errand at a time: what one holds in hand, another would not find."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._lock = asyncio.Lock()

    async def find(self, queue: str = "") -> Found:
        """Takes none away: each goes back as the channel closes."""
        letters: list[Letter] = []
        counts: dict[str, int] = {}
        async with self._lock, await aio_pika.connect(self._broker.amqp_url) as connection:
            for name in await dead_queues(self._broker.management_url):
                async with connection.channel() as channel:
                    declared = await channel.declare_queue(name, passive=True)
                    if count := declared.declaration_result.message_count or 0:
                        counts[name.removesuffix(SUFFIX)] = count
                    if count and (not queue or name == queue + SUFFIX):
                        async for letter in hold(channel, name):
                            letters.append(letter)
                            if len(letters) >= MOST:
                                break
                if len(letters) >= MOST:
                    break
        return Found(letters, counts)

    async def one(self, key: Key) -> Letter | None:
        """One letter, looked for a few times: what was just looked at goes back a moment later."""
        for attempt in range(LOOKS):
            found = await self.find(key.queue)
            for letter in found.letters:
                if key_of(letter) == key:
                    return letter
            if key.queue not in found.counts and attempt:
                return None
            await asyncio.sleep(PAUSE_SECONDS)
        return None

    async def settle(self, keys: Collection[Key], act: Act) -> list[Key]:
        """Do `act` with each of `keys` that is still there; returns what was done."""
        left, done = set(keys), list[Key]()
        async with self._lock:
            for _ in range(LOOKS):
                for queue, wanted in groupby(sorted(left), key=lambda key: key.queue):
                    ids = {key.id for key in wanted}
                    settled = await each_letter(self._broker, queue, ids, act)
                    done += [Key(queue, identity) for identity in settled]
                left -= set(done)
                if not left:
                    break
                await asyncio.sleep(PAUSE_SECONDS)
        return done


async def discard(_: AbstractChannel, letter: Letter) -> None:
    """Throw it away for good."""
    await letter.message.ack()


class Confirmations:
    """Proof that an officer was shown what an action will do: to these letters and no others, for a while.

    The key lives in this process: after a restart the page is simply shown once more.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def give(self, officer: str, action: str, keys: Collection[Key], *, now: float | None = None) -> str:
        until = str(int((time.time() if now is None else now) + LIFETIME_SECONDS))
        return f"{until}.{self._seal(until, officer, action, keys)}"

    def holds(self, proof: str, officer: str, action: str, keys: Collection[Key]) -> bool:
        """Whether `proof` was given to this officer for exactly this, and lately."""
        until, _, seal = proof.partition(".")
        right = self._seal(until, officer, action, keys)
        return (
            hmac.compare_digest(seal.encode(), right.encode())
            and until.isascii()
            and until.isdigit()
            and time.time() < int(until)
        )

    def _seal(self, until: str, officer: str, action: str, keys: Collection[Key]) -> str:
        told = "\0".join([until, officer, action, *sorted(map(str, keys))])
        return hmac.new(self._key, told.encode("utf-8", "replace"), sha256).hexdigest()
