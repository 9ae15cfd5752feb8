from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from services.intake.channels.web import ReportInput
from shared.contracts import Channel
from shared.web.problems import Problem, validation_problem

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)
GOOD = {"title": "Jalan rusak", "text": "Jalan rusak parah di depan pasar lama."}


def refused(**changes) -> list[str]:
    """The fields that a body is refused for."""
    with pytest.raises(ValidationError) as raised:
        ReportInput.model_validate({**GOOD, **changes})
    errors = validation_problem(raised.value.errors()).errors
    assert all(e.message and e.message_en and e.message != e.message_en for e in errors)
    return [e.field for e in errors]


def test_title_and_text_are_enough():
    assert ReportInput.model_validate(GOOD).filing(NOW).channel is Channel.WEB


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "abcd"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "Jalan\nrusak"}, "title"),
        ({"text": "terlalu pendek"}, "text"),
        ({"text": " " * 50}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "Jalan rusak parah\x00 di depan pasar"}, "text"),
        ({"text": "Jalan rusak parah\x1b[2J di depan pasar"}, "text"),
        ({"text": "Jalan rusak parah\ud800 di depan pasar"}, "text"),
        ({"title": None}, "title"),
        ({"event_date": "6 Juli"}, "event_date"),
        ({"classification": "whatever"}, "classification"),
        ({"channel": "sms"}, "channel"),
        ({"anonymous": "mungkin"}, "anonymous"),
        ({"unknown": 1}, "unknown"),
        ({"place": {"region": "surabaya"}}, "place.region"),
        ({"place": {"region": "99.01"}}, "place.region"),
        ({"place": {"latitude": -7.2}}, "place"),
        ({"place": {"latitude": 52.5, "longitude": 13.4}}, "place.latitude"),
        ({"place": {"latitude": float("nan"), "longitude": 112.7}}, "place.latitude"),
        ({"contact": {"phone": "1708"}}, "contact.phone"),
        ({"contact": {"phone": "halo siapa"}}, "contact.phone"),
        ({"contact": {"email": "siti"}}, "contact.email"),
        ({"contact": {"email": "a@b.id\nBcc: x@y.id"}}, "contact.email"),
        ({"contact": {"name": "Siti\x00"}}, "contact.name"),
        ({"contact": {"language": "nl"}}, "contact.language"),
    ],
)
def test_a_wrong_field_is_named_in_both_languages(changes, field):
    assert field in refused(**changes)


@pytest.mark.parametrize("language", ["id", "en", "jv", "su"])
def test_a_reporter_may_be_written_to_in_each_language_of_messages(language):
    filed = ReportInput.model_validate({**GOOD, "contact": {"email": "siti@x.example", "language": language}})
    assert filed.sealed_part().language == language


def test_a_refusal_never_repeats_the_value():
    with pytest.raises(ValidationError) as raised:
        ReportInput.model_validate({**GOOD, "contact": {"phone": "0000-RAHASIA"}})
    assert "RAHASIA" not in str(validation_problem(raised.value.errors()).errors)


def test_tomorrow_is_refused():
    with pytest.raises(Problem) as raised:
        ReportInput.model_validate({**GOOD, "event_date": "2026-07-07"}).filing(NOW)
    assert raised.value.errors[0].field == "event_date"


def test_today_in_the_east_is_not_tomorrow():
    late_evening = datetime(2026, 7, 6, 16, tzinfo=UTC)  # 7 July, 01:00 in Jayapura
    filing = ReportInput.model_validate({**GOOD, "event_date": "2026-07-07"}).filing(late_evening)
    assert filing.event_date == date(2026, 7, 7)


def test_today_in_the_east_is_tomorrow_in_the_west():
    late_evening = datetime(2026, 7, 6, 16, tzinfo=UTC)
    body = {**GOOD, "event_date": "2026-07-07", "place": {"region": "35.78"}}
    with pytest.raises(Problem):
        ReportInput.model_validate(body).filing(late_evening)


def test_a_telephone_number_is_kept_in_its_international_form():
    contact = ReportInput.model_validate({**GOOD, "contact": {"phone": "0812-3456-7890"}}).sealed_part()
    assert contact is not None
    assert contact.phone == "+6281234567890"


def test_an_empty_contact_is_none():
    assert ReportInput.model_validate({**GOOD, "contact": {"language": "en"}}).sealed_part() is None


def test_the_printed_form_of_a_report_shows_no_contact():
    body = ReportInput.model_validate({**GOOD, "contact": {"name": "Siti Aminah", "email": "siti@contoh.id"}})
    assert "Siti" not in repr(body)
    assert "siti@" not in str(body)


@pytest.mark.parametrize("channel", ["web", "mobile", "api"])
def test_three_channels_file_in_json(channel):
    assert ReportInput.model_validate({**GOOD, "channel": channel}).filing(NOW).channel is Channel(channel)


def test_line_ends_and_tabs_are_welcome():
    text = "Jalan rusak:\r\n\t- di depan pasar\n\t- di depan sekolah"
    assert ReportInput.model_validate({**GOOD, "text": text}).text == text
