"""A web hook that hangs takes a few places for a while, never all of them, and none of a neighbour's."""

from contextlib import ExitStack

import pytest

from services.notify.channels.hosts import (
    AT_ONCE,
    EACH_AT_ONCE,
    FIRST_REST_SECONDS,
    HANGS_SECONDS,
    LONGEST_REST_SECONDS,
    MEMORY_SECONDS,
    Hosts,
    host_of,
)
from services.notify.channels.port import Held, Throttled

HOOK = "https://hooks.example/sari"
NEIGHBOUR = "https://hooks.example/tono"


class Watchless:
    """Time that stands still until it is told otherwise."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Watchless()


@pytest.fixture
def hosts(time):
    return Hosts(time)


def hang(hosts, time, hook=HOOK):
    with hosts.visit(hook):
        time.now += HANGS_SECONDS


def give_up(hosts, time):
    with hosts.visit(HOOK):
        time.now += HANGS_SECONDS
        raise TimeoutError


def turned_away(hosts, hook=HOOK):
    with pytest.raises(Throttled) as refused, hosts.visit(hook):
        pass
    return refused.value


def test_one_system_leaves_its_neighbours_at_the_same_host_a_place(hosts):
    with ExitStack() as calls:
        for _ in range(EACH_AT_ONCE):
            calls.enter_context(hosts.visit(HOOK))
        assert isinstance(turned_away(hosts), Held)
        calls.enter_context(hosts.visit(NEIGHBOUR))
    with hosts.visit(HOOK):
        pass


def test_one_host_gets_so_many_calls_at_once_and_others_their_own(hosts):
    with ExitStack() as calls:
        for number in range(AT_ONCE):
            calls.enter_context(hosts.visit(f"https://HOOKS.example:443/{number}"))
        assert isinstance(turned_away(hosts), Held)
        calls.enter_context(hosts.visit("https://other.example/sari"))
    with hosts.visit(HOOK):
        pass


@pytest.mark.parametrize("url", ["https://Hooks.Example/a", "https://hooks.example.:443/b?c"])
def test_a_host_is_the_same_however_it_is_written(url):
    assert host_of(url) == "hooks.example:443"


def test_a_system_that_hangs_is_left_alone_and_then_tried_by_one_call(hosts, time):
    hang(hosts, time)
    assert turned_away(hosts).seconds == FIRST_REST_SECONDS
    time.now += FIRST_REST_SECONDS
    with hosts.visit(HOOK):
        assert turned_away(hosts).reason == "hook busy"
    with hosts.visit(HOOK), hosts.visit(HOOK):  # it answered at once: all is as before
        pass


def test_a_neighbour_of_a_system_that_hangs_is_called_as_ever(hosts, time):
    hang(hosts, time)
    with hosts.visit(NEIGHBOUR), hosts.visit(NEIGHBOUR):
        pass


def test_calls_that_hang_together_count_once(hosts, time):
    with hosts.visit(HOOK), hosts.visit(HOOK), hosts.visit(HOOK):
        time.now += HANGS_SECONDS
    assert turned_away(hosts).seconds == FIRST_REST_SECONDS


def test_each_further_time_it_rests_longer_up_to_a_limit(hosts, time):
    rests = []
    for _ in range(8):
        hang(hosts, time)
        rests.append(turned_away(hosts).seconds)
        time.now += rests[-1]
    assert rests[:3] == [FIRST_REST_SECONDS, 2 * FIRST_REST_SECONDS, 4 * FIRST_REST_SECONDS]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_a_system_that_is_called_no_more_is_forgotten(hosts, time):
    hang(hosts, time)
    time.now += FIRST_REST_SECONDS + MEMORY_SECONDS + 1
    hang(hosts, time, NEIGHBOUR)
    hang(hosts, time)
    assert turned_away(hosts).seconds == FIRST_REST_SECONDS


def test_a_call_that_was_given_up_counts_as_one_that_hung(hosts, time):
    with pytest.raises(TimeoutError):
        give_up(hosts, time)
    assert turned_away(hosts).reason == "hook hangs"


def test_a_system_that_refuses_quickly_does_not_hang(hosts):
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ConnectionError), hosts.visit(HOOK):
            raise ConnectionError
    with hosts.visit(HOOK):
        pass
