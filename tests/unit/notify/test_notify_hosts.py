"""A web hook that hangs takes a few places for a while, and never all of them."""

from contextlib import ExitStack

import pytest

from services.notify.channels.hosts import (
    AT_ONCE,
    FIRST_REST_SECONDS,
    HANGS_SECONDS,
    LONGEST_REST_SECONDS,
    Hosts,
)
from services.notify.channels.port import Throttled

HOST = "hook.example"


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


def hang(hosts, time, seconds=HANGS_SECONDS):
    with hosts.visit(HOST):
        time.now += seconds


def give_up(hosts, time):
    with hosts.visit(HOST):
        time.now += HANGS_SECONDS
        raise TimeoutError


def turned_away(hosts, host=HOST):
    with pytest.raises(Throttled) as refused, hosts.visit(host):
        pass
    return refused.value


def test_one_host_gets_so_many_calls_at_once_and_others_their_own(hosts):
    with ExitStack() as calls:
        for _ in range(AT_ONCE):
            calls.enter_context(hosts.visit(HOST))
        assert turned_away(hosts).reason == "hook busy"
        calls.enter_context(hosts.visit("other.example"))
    with hosts.visit(HOST):
        pass


def test_a_host_that_hangs_is_left_alone_and_then_tried_by_one_call(hosts, time):
    hang(hosts, time)
    assert turned_away(hosts).seconds == FIRST_REST_SECONDS
    time.now += FIRST_REST_SECONDS
    with hosts.visit(HOST):
        assert turned_away(hosts).reason == "hook busy"
    with hosts.visit(HOST), hosts.visit(HOST):  # it answered at once: all is as before
        pass


def test_calls_that_hang_together_count_once(hosts, time):
    with hosts.visit(HOST), hosts.visit(HOST), hosts.visit(HOST):
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


def test_a_call_that_was_given_up_counts_as_one_that_hung(hosts, time):
    with pytest.raises(TimeoutError):
        give_up(hosts, time)
    assert turned_away(hosts).reason == "hook hangs"


def test_a_host_that_refuses_quickly_does_not_hang(hosts):
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ConnectionError), hosts.visit(HOST):
            raise ConnectionError
    with hosts.visit(HOST):
        pass
