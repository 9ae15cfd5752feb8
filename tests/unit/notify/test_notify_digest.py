"""What may wait for a digest, for how long, and when a digest comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delivery import REPORTER, Planned, Template
from services.notify.domain.digest import MAY_WAIT, SOON, outside_quiet, waits_until
from services.notify.domain.following import next_hour
from services.notify.domain.planning import plan
from services.notify.proofreading.facts import everything

ASKS = {
    Template.ASKED,
    Template.ANSWERED,
    Template.COMPLETED,
    Template.ON_HOLD,
    Template.ARCHIVED,
    Template.CLOSED,
}
AT_ONCE = {Template.IDENTITY_REVEALED, Template.ANNOUNCEMENT, Template.ANSWERED_IN_PART}
"""The last: told later, it might come after the invitation to accept, and say the contrary."""
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize("template", sorted(ASKS | AT_ONCE))
def test_what_asks_for_an_answer_never_waits(template):
    assert waits_until(Planned(REPORTER, template)) is None


@pytest.mark.parametrize("news", everything(), ids=lambda fact: fact.type)
def test_nobody_but_a_reporter_waits_for_a_digest(news):
    for planned in plan(news):
        if planned.recipient != REPORTER or planned.skip:
            assert waits_until(planned) is None


@given(st.sampled_from(sorted(MAY_WAIT)), days)
def test_a_deadline_is_never_told_on_its_last_days(template, deadline):
    until = waits_until(Planned(REPORTER, template, {"deadline": deadline.isoformat()}))
    assert until == deadline - SOON


@given(days, days)
def test_of_a_date_that_moved_the_sooner_one_counts(before, after):
    moved = (("reply", before.isoformat(), after.isoformat()),)
    until = waits_until(Planned(REPORTER, Template.DEADLINES_MOVED, {"moved": moved}))
    assert until == min(before, after) - SOON


@given(hours, hours, hours)
def test_a_digest_never_comes_in_quiet_hours(at, begin, end):
    chosen = outside_quiet(at, begin, end)
    quiet = begin <= chosen < end if begin < end else (begin != end and not end <= chosen < begin)
    assert not quiet
    assert chosen in {at, end}


@given(
    st.integers(0, 527_040).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(0, 23),
    st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
)
def test_the_next_hour_is_within_a_day(now, hour, zone):
    found = next_hour(now, hour, zone)
    assert timedelta() < found - now <= timedelta(days=1)
    assert found.timetz().replace(tzinfo=None) == time(hour)
