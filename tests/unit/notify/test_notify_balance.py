"""How providers share a channel, and what their receipts say together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.balance import SLOW_SECONDS, WINDOW_SECONDS, Verdict, Window, choose
from services.notify.domain.rate import Bucket
from services.notify.domain.receipt import ReceiptStatus, heavier
from services.notify.domain.retry import FAITHFUL_ATTEMPTS, FailureKind, stays_with_provider


def window(*attempts: tuple[bool, float]) -> Window:
    made = Window()
    for ok, took in attempts:
        made.note(0.0, ok=ok, took=took)
    return made


GOOD, BAD, SLOW = (True, 0.05), (False, 0.05), (True, SLOW_SECONDS + 1)


@pytest.mark.parametrize(
    ("attempts", "hanging", "verdict"),
    [
        ([], 0, Verdict.FINE),
        ([GOOD] * 50, 0, Verdict.FINE),
        ([BAD] * 2, 0, Verdict.FINE),
        ([BAD] * 3, 0, Verdict.BROKEN),
        ([BAD] * 3 + [GOOD] * 3, 0, Verdict.BROKEN),
        ([BAD] * 3 + [GOOD] * 20, 0, Verdict.ERRORS),
        ([BAD] * 3 + [GOOD] * 40, 0, Verdict.FINE),
        ([SLOW] * 3 + [GOOD] * 5, 0, Verdict.SLOW),
        ([SLOW] * 3 + [GOOD] * 30, 0, Verdict.FINE),
        ([], 3, Verdict.BROKEN),
        ([GOOD] * 50, 3, Verdict.FINE),
    ],
)
def test_a_provider_is_judged_by_what_part_of_its_attempts_went_wrong(attempts, hanging, verdict):
    assert window(*attempts).verdict(1.0, hanging) is verdict


def test_what_is_long_past_is_forgotten():
    assert window(*[BAD] * 9).verdict(WINDOW_SECONDS + 1) is Verdict.FINE


def test_the_same_attempts_do_not_lower_a_weight_twice():
    tried = window(*[BAD] * 9)
    tried.forget()
    assert tried.verdict(1.0) is Verdict.FINE


@given(
    st.dictionaries(st.text(max_size=3), st.floats(0, 100), max_size=5),
    st.floats(0, 1, exclude_max=True),
)
def test_nobody_without_weight_is_ever_chosen_and_somebody_is_if_anybody_has_some(weights, chance):
    chosen = choose(weights, chance)
    assert (chosen is None) == (not any(weights.values()))
    assert chosen is None or weights[chosen] > 0


def test_each_is_chosen_as_often_as_its_weight_says():
    chosen = [choose({"a": 75, "b": 25}, number / 1000) for number in range(1000)]
    assert (chosen.count("a"), chosen.count("b")) == (750, 250)


def test_a_slice_that_was_leased_is_good_for_a_second():
    bucket = Bucket(10)
    assert bucket.allows(0.0) == 0
    bucket.grant(0.0, 10)
    bucket.take(4)
    assert (bucket.allows(0.9), bucket.allows(1.0)) == (6, 0)


def test_nothing_is_leased_unless_somebody_has_something_to_send():
    bucket = Bucket(10)
    assert bucket.wish(0.0) == 0
    bucket.allows(0.0)
    assert (bucket.wish(0.0), bucket.wish(0.0)) == (10, 0)


def test_a_message_in_bulk_leaves_half_of_a_fresh_slice_to_the_others():
    bucket = Bucket(10)
    bucket.grant(0.0, 10)
    assert (bucket.allows(0.0, bulk=True), bucket.allows(0.9, bulk=True), bucket.allows(0.0)) == (5, 9, 10)


def test_bulk_has_its_turn_also_where_one_message_a_second_is_all_there_is():
    bucket = Bucket(1)
    bucket.grant(0.0, 1)
    assert [bucket.allows(now, bulk=True) for now in (0.0, 0.4, 0.6, 1.0)] == [0, 0, 1, 0]


@given(
    st.integers(1, 50), st.lists(st.tuples(st.floats(0, 2), st.integers(0, 60), st.booleans()), max_size=30)
)
def test_no_more_is_handed_over_than_was_leased(rate, steps):
    bucket, now, leased, used = Bucket(rate), 0.0, 0, 0
    for passed, granted, bulk in steps:
        now += passed
        bucket.grant(now, granted)
        leased += granted
        taken = bucket.allows(now, bulk=bulk)
        bucket.take(taken)
        used += taken
    assert used <= leased


def test_a_provider_that_asked_for_a_pause_is_left_alone():
    bucket = Bucket(None)
    bucket.pause(0.0, 5.0)
    assert (bucket.allows(4.9), bucket.allows(5.1) > 0) == (0, True)


@given(st.lists(st.sampled_from(ReceiptStatus), min_size=1), st.randoms())
def test_receipts_say_the_same_in_any_order_and_however_often(receipts, random):
    def folded(statuses):
        result = statuses[0]
        for status in statuses:
            result = heavier(result, status)
        return result

    shuffled = receipts * 2
    random.shuffle(shuffled)
    assert folded(shuffled) is folded(receipts)


def test_a_message_that_was_there_has_not_failed():
    assert heavier(ReceiptStatus.FAILED, ReceiptStatus.DELIVERED) is ReceiptStatus.DELIVERED


@pytest.mark.parametrize(
    ("kind", "attempts", "stays"),
    [
        (FailureKind.UNKNOWN, 1, True),
        (FailureKind.UNKNOWN, FAITHFUL_ATTEMPTS, False),
        (FailureKind.TEMPORARY, 1, False),
        (FailureKind.THROTTLED, 1, False),
    ],
)
def test_only_who_may_have_the_message_is_asked_again_and_not_for_ever(kind, attempts, stays):
    assert stays_with_provider(kind, attempts) is stays
