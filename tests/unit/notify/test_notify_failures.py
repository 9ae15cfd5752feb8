"""What a provider's refusal means, and when to try again."""

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.email import classify, smtp_options
from services.notify.channels.port import Refused, Unavailable
from services.notify.domain.retry import LONGEST_SECONDS, delay_before_next, delay_while_held

PERSON = "sari@pelapor.example"


def refused(code: int) -> aiosmtplib.SMTPRecipientsRefused:
    return aiosmtplib.SMTPRecipientsRefused(
        [aiosmtplib.SMTPRecipientRefused(code, f"no such user {PERSON}", PERSON)]
    )


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (refused(550), Refused, "smtp 550"),
        (refused(451), Unavailable, "smtp 451"),
        (aiosmtplib.SMTPDataError(554, PERSON), Refused, "smtp 554"),
        (aiosmtplib.SMTPResponseException(421, PERSON), Unavailable, "smtp 421"),
        (aiosmtplib.SMTPAuthenticationError(535, PERSON), Unavailable, "smtp 535"),
        (aiosmtplib.SMTPConnectError(PERSON), Unavailable, "smtp SMTPConnectError"),
        (aiosmtplib.SMTPNotSupported(PERSON), Refused, "address not supported by the server"),
        (OSError(PERSON), Unavailable, "smtp OSError"),
        (ValueError(PERSON), Refused, "address not usable"),
    ],
)
def test_a_mail_failure_is_told_by_its_code_and_never_by_its_words(error, kind, reason):
    told = classify(error)
    assert (type(told), told.reason) == (kind, reason)
    assert PERSON not in repr(told)


def test_the_mail_servers_address_may_carry_credentials_and_insist_on_tls():
    options = smtp_options("smtp+tls://lapor:ra%40hasia@mail.example:587", 5)
    assert (options["username"], options["password"], options["start_tls"]) == ("lapor", "ra@hasia", True)


def test_a_mail_servers_address_of_another_kind_is_refused_without_repeating_it():
    with pytest.raises(ValueError, match="LAPOR_SMTP_URL") as caught:
        smtp_options("https://user:rahasia@mail.example", 5)
    assert "rahasia" not in str(caught.value)


@given(st.integers(1, 1000), st.floats(0, 1))
def test_waiting_grows_to_ten_minutes_and_never_vanishes(attempts: int, chance: float):
    delay = delay_before_next(attempts, chance)
    assert 0.5 <= delay <= LONGEST_SECONDS
    assert delay <= delay_before_next(attempts + 2, chance)


def test_two_failures_at_one_moment_do_not_return_together():
    assert delay_before_next(5, 0.1) != delay_before_next(5, 0.9)


@pytest.mark.parametrize(
    ("age", "shortest", "longest"), [(0, 1, 1), (8, 1, 2), (40, 5, 10), (10_000, 30, 60)]
)
def test_what_is_held_back_is_looked_at_less_often_the_longer_it_waits(age, shortest, longest):
    assert (delay_while_held(age, 0.0), delay_while_held(age, 1.0)) == (shortest, longest)
