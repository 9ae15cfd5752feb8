"""Which queues are kept by which rules: no queue is without its limits, and none is deleted at its peril."""

import re

import pytest

from shared.messaging.topology import POLICIES, QUEUES, RETIRED


def strategies(queue: str) -> set[object]:
    """How the policies that fit a queue hand its dead letters on."""
    fitting = [definition for pattern, definition in POLICIES.values() if re.search(pattern, queue)]
    return {definition.get("dead-letter-strategy") for definition in fitting}


@pytest.mark.parametrize("queue", [queue.name for queue in QUEUES if queue.dead_letters])
def test_a_queue_with_dead_letters_loses_none_on_the_way_there(queue):
    assert strategies(queue) == {"at-least-once"}


@pytest.mark.parametrize("queue", RETIRED)
def test_a_queue_that_is_deleted_hands_nothing_on_meanwhile(queue):
    assert "at-least-once" not in strategies(queue)
