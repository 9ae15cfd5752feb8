"""Too many tries are refused, each caller by itself, and no caller's address is kept."""

from datetime import UTC, datetime
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.security import limits
from shared.security.limits import RateLimiter


def test_tries_up_to_the_rate_pass_and_the_next_does_not() -> None:
    limiter = RateLimiter("3/minute")
    assert [limiter.hit("10.0.0.1") for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("amount", [7, 11, 49])
def test_a_rate_that_does_not_divide_evenly_allows_its_whole_burst(amount: int) -> None:
    limiter = RateLimiter(f"{amount}/minute")
    assert [limiter.hit("a") for _ in range(amount + 1)] == [*[True] * amount, False]


def test_one_caller_does_not_use_up_anothers_tries() -> None:
    limiter = RateLimiter("1/minute")
    limiter.hit("10.0.0.1")
    assert limiter.hit("10.0.0.2")


def test_a_refused_caller_is_told_how_long_to_wait() -> None:
    limiter = RateLimiter("1/minute")
    limiter.hit("10.0.0.1")
    assert 55 <= limiter.retry_after("10.0.0.1") <= 60


def test_a_caller_with_tries_left_need_not_wait() -> None:
    assert RateLimiter("1/minute").retry_after("10.0.0.1") == 0


def test_after_a_burst_tries_come_back_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    limiter = RateLimiter("3/minute")
    assert [limiter.hit("a") for _ in range(4)] == [True, True, True, False]
    now += limiter.retry_after("a")
    assert now == 1_020
    assert [limiter.hit("a"), limiter.hit("a")] == [True, False]


@given(st.lists(st.floats(0, 30), max_size=60))
@settings(deadline=None)
def test_no_more_pass_than_a_burst_and_the_rate(waits: list[float]) -> None:
    now, limiter, passed = 1_000.0, RateLimiter("5/minute"), 0
    with mock.patch.object(limits.time, "time") as clock:
        for wait in waits:
            now += wait
            clock.return_value = now
            passed += limiter.hit("a")
    assert passed <= 5 + (now - 1_000) * 5 / 60 + 1e-6


def test_who_has_rested_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    monkeypatch.setattr(limits, "_MOST_IDLE", 10)
    limiter = RateLimiter("3/minute")
    for number in range(100):
        limiter.hit(str(number))
        now += 60
    assert len(limiter._used_until) <= 11


def test_no_address_is_held() -> None:
    limiter = RateLimiter("1/minute")
    limiter.hit("10.0.0.1")
    assert limiter._used_until
    assert "10.0.0.1" not in str(limiter._used_until)


def test_the_same_address_is_another_key_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    class Day:
        today = datetime(2026, 3, 2, tzinfo=UTC)

        @classmethod
        def now(cls, _: object) -> datetime:
            return cls.today

    monkeypatch.setattr(limits, "datetime", Day)
    limiter = RateLimiter("1/hour")
    before = limiter._today("10.0.0.1")
    assert limiter._today("10.0.0.1") == before
    Day.today = datetime(2026, 3, 3, tzinfo=UTC)
    assert limiter._today("10.0.0.1") != before


def test_a_rate_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="banyak"):
        RateLimiter("banyak")
