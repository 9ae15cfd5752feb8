"""Too many tries are refused, each caller by itself, and no caller's address is kept."""

from datetime import UTC, datetime

import pytest

from shared.security import limits
from shared.security.limits import RateLimiter


def test_tries_up_to_the_rate_pass_and_the_next_does_not() -> None:
    limiter = RateLimiter("3/minute")
    assert [limiter.hit("10.0.0.1") for _ in range(4)] == [True, True, True, False]


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


def test_no_address_is_held() -> None:
    limiter = RateLimiter("1/minute")
    limiter.hit("10.0.0.1")
    held = str(vars(limiter._window.storage)["events"])
    assert "LIMITER" in held
    assert "10.0.0.1" not in held


def test_the_same_address_is_another_key_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    class Day:
        today = datetime(2026, 3, 2, tzinfo=UTC)

        @classmethod
        def now(cls, _: object) -> datetime:
            return cls.today

    monkeypatch.setattr(limits, "datetime", Day)
    limiter = RateLimiter("1/hour")
    before = limiter._today("10.0.0.1")[1]
    assert limiter._today("10.0.0.1")[1] == before
    Day.today = datetime(2026, 3, 3, tzinfo=UTC)
    assert limiter._today("10.0.0.1")[1] != before


def test_a_rate_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="banyak"):
        RateLimiter("banyak")
