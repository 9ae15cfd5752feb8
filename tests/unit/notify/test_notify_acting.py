"""The links by which an office acts from its mail."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notify.domain.delivery import Planned
from services.notify.domain.planning import plan
from services.notify.rendering import Letterhead, Occasion, render
from shared import contracts as c
from shared.security.keys import load_signing_key
from shared.security.links import LinkExpired, Purpose, verify
from tests.unit.notify.facts import AGENCY, LEG, REPORT, everything, fact

ORIGIN = "https://lapor.example"
LINK = re.compile(rf"{ORIGIN}/l/([\w.-]+)")


@pytest.fixture(scope="module")
def letterhead(keys) -> Letterhead:
    return Letterhead(ORIGIN, link_key=load_signing_key(keys["LAPOR_LINK_PRIVATE_KEY"]))


def mail(planned: Planned, letterhead: Letterhead, *, anonymous: bool = False, secret: bool = False) -> str:
    flags = {"anonymous": anonymous, "secret": secret}
    message = render(
        Occasion(
            planned.template,
            planned.recipient,
            planned.details,
            "K7MQ3XW9FA",
            report_id=REPORT,
            leg_id=planned.leg_id,
            **flags,
        ),
        "id",
        letterhead,
    )
    assert set(LINK.findall(message.html)) == set(LINK.findall(message.text))
    assert not LINK.search(message.subject + message.sms)
    return message.text


@pytest.mark.parametrize(
    ("purpose", "last_day"),
    [(Purpose.ACKNOWLEDGE, 24), (Purpose.ASK, 24), (Purpose.ANSWER, 24), (Purpose.RETURN, 13)],
)
def test_a_disposition_carries_a_link_for_each_purpose_that_is_good_through_its_last_day(
    keys, letterhead, purpose: Purpose, last_day: int
):
    [planned] = plan(fact(c.DispositionCreated))
    midnight = datetime(2026, 7, last_day, 17, tzinfo=UTC)
    public = keys["LAPOR_LINK_PUBLIC_KEY"]
    found = [
        verify(public, token, datetime(2026, 7, 6, tzinfo=UTC))
        for token in LINK.findall(mail(planned, letterhead))
    ]
    [link] = [link for link in found if link.purpose is purpose]
    assert (link.leg_id, link.agency, link.expires_at) == (LEG, AGENCY, midnight)


def test_a_link_works_in_the_last_second_of_its_day_and_not_after(keys, letterhead):
    [planned] = plan(fact(c.DispositionCreated))
    token = LINK.findall(mail(planned, letterhead))[0]
    midnight = datetime(2026, 7, 24, 17, tzinfo=UTC)
    assert verify(keys["LAPOR_LINK_PUBLIC_KEY"], token, midnight - timedelta(microseconds=1))
    with pytest.raises(LinkExpired):
        verify(keys["LAPOR_LINK_PUBLIC_KEY"], token, midnight)


def test_only_the_desk_that_has_the_duty_is_sent_links(letterhead):
    for news in everything():
        for planned in plan(news):
            if not planned.skip and LINK.search(mail(planned, letterhead)):
                assert planned.recipient.startswith("agency:")


def test_a_reminder_lets_the_late_agency_answer_or_complete_and_nothing_else(keys, letterhead):
    [planned] = plan(fact(c.SlaReminded))
    key, now = keys["LAPOR_LINK_PUBLIC_KEY"], datetime(2026, 7, 6, tzinfo=UTC)
    tokens = LINK.findall(mail(planned, letterhead))
    assert [verify(key, one, now).purpose for one in tokens] == [Purpose.ANSWER, Purpose.COMPLETE]


def test_a_secret_report_is_not_acted_on_from_a_mail(letterhead):
    [planned] = plan(fact(c.DispositionCreated))
    assert not LINK.search(mail(planned, letterhead, secret=True))


def test_an_anonymous_report_is(letterhead):
    [planned] = plan(fact(c.DispositionCreated, anonymous=True))
    assert len(LINK.findall(mail(planned, letterhead, anonymous=True))) == len(Purpose)


def test_without_a_key_there_are_no_links():
    [planned] = plan(fact(c.DispositionCreated))
    assert "/l/" not in mail(planned, Letterhead(ORIGIN))


def test_the_key_and_the_links_are_no_part_of_what_is_kept(letterhead):
    [planned] = plan(fact(c.DispositionCreated, leg_id=UUID(int=9)))
    kept = f"{planned} {letterhead!r}"
    assert "/l/" not in kept
    assert not re.search(r"eyJ|Ed25519", kept)
