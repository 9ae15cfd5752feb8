"""Group acknowledgements: everything settled is given back once, and nothing that is still in hand."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.acks import Acks


class Channel:
    """Keeps a broker's books: refuses a tag it does not know, as RabbitMQ does by closing the channel."""

    is_closed = False

    def __init__(self) -> None:
        self.delivered: set[int] = set()
        self.frames, self.refused = 0, False

    async def basic_ack(self, tag: int, multiple: bool = False, wait: bool = True) -> None:
        given_back = {known for known in self.delivered if known <= tag} if multiple else {tag}
        self.refused = self.refused or tag not in self.delivered
        self.delivered -= given_back
        self.frames += 1


def _taken(count: int) -> tuple[Channel, Acks]:
    channel = Channel()
    fake: Any = channel
    acks = Acks(fake)
    for tag in range(1, count + 1):
        channel.delivered.add(tag)
        acks.took(tag)
    return channel, acks


async def test_a_group_is_acknowledged_with_one_frame():
    channel, acks = _taken(50)
    await acks.settle(range(1, 51))
    assert (channel.delivered, channel.frames) == (set(), 1)


async def test_a_message_in_hand_is_not_acknowledged_with_later_ones():
    channel, acks = _taken(5)
    await acks.settle([1, 2, 4, 5])
    assert channel.delivered == {3}


@given(st.permutations(range(1, 13)), st.lists(st.integers(1, 5), min_size=12, max_size=12))
async def test_in_whatever_groups_messages_settle_exactly_the_others_stay_in_hand(order, sizes):
    channel, acks = _taken(12)
    settled: set[int] = set()
    while order and sizes:
        group, order = order[: sizes[0]], order[sizes[0] :]
        sizes = sizes[1:]
        await acks.settle(group)
        settled |= set(group)
        assert (channel.delivered, channel.refused) == (set(range(1, 13)) - settled, False)
