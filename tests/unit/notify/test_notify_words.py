"""The words of messages: every template with every kind of news, in every language."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date

from services.notify.channels.port import Rendered
from services.notify.channels.whatsapp import WhatsAppSender
from services.notify.domain.delivery import REPORTER, Template
from services.notify.proofreading.messages import FLAGS
from services.notify.proofreading.preview import CHANNELS, preview
from services.notify.proofreading.samples import DIRECT, TO_DESKS, WORDLESS, occasions
from services.notify.rendering import (
    DESK_LANGUAGES,
    LANGUAGES,
    Letterhead,
    Occasion,
    Unrenderable,
    render,
    words,
)
from services.notify.wording import long_date, short_date
from tests.unit.notify.facts import ANSWER, QUESTION, REPORT, TEXT, TITLE

ORIGIN = "https://lapor.example"
NEXT = {"id": "Selanjutnya", "en": "What is next", "jv": "Salajengipun", "su": "Salajengna"}
NEVER_ASKED = {
    "id": "tidak pernah meminta kode akses",
    "en": "ever asks for your access code",
    "jv": "boten nate nyuwun kodhe akses",
    "su": "moal pernah ménta kode aksés",
}


def messages(
    language: str, anonymous: bool = False, secret: bool = False, instead: Mapping[str, str] | None = None
) -> list[tuple[Occasion, Rendered]]:
    """Of cases alone; offices are written to in `language` where it is one of theirs."""
    found = [o for o in occasions(anonymous=anonymous, secret=secret) if o.template not in DIRECT]
    put = [
        replace(o, details={name: (instead or {}).get(name, value) for name, value in o.details.items()})
        for o in found
    ]
    letterhead = Letterhead(ORIGIN, desk_language=language)
    return [(o, render(o, language, letterhead)) for o in put]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS)
def test_every_message_says_the_tracking_id_what_is_next_and_where(
    language: str, anonymous: bool, secret: bool
):
    for occasion, message in messages(language, anonymous, secret):
        page = f"disposisi/{occasion.leg_id}" if occasion.leg_id else f"kasus/{REPORT}"
        where = f"{ORIGIN}/petugas/{page}"
        if occasion.recipient == REPORTER:
            where = f"{ORIGIN}/lacak" if secret else f"{ORIGIN}/lacak/K7MQ3XW9FA"
        if occasion.template == Template.AREA_DIGEST:
            where = f"{ORIGIN}/laporan?"
        for form in (message.text, message.html):
            assert "K7M-Q3XW-9FA" in form
            assert where in form
        if occasion.template != Template.AREA_DIGEST:  # which is of several reports
            assert "K7M-Q3XW-9FA" in message.subject
        assert NEXT[message.language] in message.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS[1:])
def test_a_discreet_message_tells_nothing_of_the_content(language: str, anonymous: bool, secret: bool):
    telling = "|".join(map(re.escape, (QUESTION, ANSWER, TEXT, TITLE, "Dinas", "SARA", "hate ")))
    revealing = re.compile(rf"\b({telling})")
    for occasion, message in messages(language, anonymous, secret):
        if occasion.recipient == REPORTER:
            for form in (message.subject, message.text, message.html, message.sms):
                assert not revealing.search(form), occasion.template


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_secret_report_is_not_named_to_whoever_picks_up_the_telephone(language: str):
    """It answers nobody without the code, and the number alone leads nowhere."""
    for occasion, message in messages(language, secret=True):
        if occasion.recipient == REPORTER:
            assert message.sms.endswith(f"{ORIGIN}/lacak") or f"{ORIGIN}/lacak " in message.sms


def test_an_agency_reads_no_word_of_a_secret_case():
    for occasion, message in messages("id", anonymous=False, secret=True):
        if occasion.recipient != REPORTER:
            for form in (message.subject, message.text, message.html):
                assert TITLE not in form
                assert TEXT not in form


def test_what_an_agency_wrote_cannot_become_markup():
    evil = "<script>alert(1)</script> {{ tracking_id }} <b>tebal</b>"
    instead = {"content": evil, "agency_name": evil}
    html = [m.html for o, m in messages("id", instead=instead) if "content" in o.details]
    assert html
    for form in html:
        assert "<script>" not in form
        assert "<b>" not in form
        assert "{{ tracking_id }}" in form


def test_what_an_agency_wrote_cannot_add_a_header_or_a_line_to_the_subject():
    instead = {"content": "baris\r\nBcc: x@y.example", "agency_name": "Dinas\r\nBcc: x@y.example"}
    for _, message in messages("id", instead=instead):
        assert len(message.subject.splitlines()) == 1


def test_the_number_is_not_broken_over_two_lines_of_a_mail():
    [(_, message), *_] = [each for each in messages("id") if each[0].template == Template.RECEIVED]
    assert '<span style="white-space:nowrap">K7M-Q3XW-9FA</span>' in message.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_asks_for_the_access_code_or_carries_one(language: str):
    for occasion, message in messages(language):
        if occasion.recipient == REPORTER:
            assert NEVER_ASKED[language] in message.text
            assert not re.search(r"code=|kode=", message.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_to_somebody_without_a_report_says_what_it_has_to_and_points_nowhere(language: str):
    said = {"content": "Kirim STATUS spasi nomor."}
    asked = Occasion(Template.ANSWER, REPORTER, said, "", anonymous=False, secret=False, report_id=REPORT)
    message = render(asked, language, Letterhead(ORIGIN))
    assert message.sms == "Kirim STATUS spasi nomor."
    for form in (message.text, message.html):
        assert "Kirim STATUS spasi nomor." in form
        assert "/lacak" not in form
        assert "K7M" not in form


def test_paragraphs_stay_apart():
    [archived] = [m for o, m in messages("id") if o.details.get("reason") == "in_court"]
    assert "instansi.\n\nAlasannya: sedang dalam proses peradilan." in archived.text


def test_an_unknown_language_is_answered_in_indonesian():
    [occasion, *_] = occasions()
    assert render(occasion, "nl", Letterhead(ORIGIN)).language == "id"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - set(DESK_LANGUAGES)))
def test_an_office_that_asks_for_a_language_of_reporters_is_written_to_in_indonesian(language: str):
    for occasion, message in messages(language):
        assert message.language == (language if occasion.recipient == REPORTER else "id")


def test_a_detail_that_is_missing_is_an_error_and_not_a_gap():
    bare = Occasion("overdue", REPORTER, {}, "K7MQ3XW9FA", anonymous=False, secret=False, report_id=REPORT)
    with pytest.raises(Unrenderable, match="overdue"):
        render(bare, "id", Letterhead(ORIGIN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_days_are_named_as_the_unicode_locale_data_names_them(language: str):
    locale = Locale.parse({"en": "en_GB"}.get(language, language))
    for month in range(1, 13):
        day = date(2026, month, month)
        context = words().from_string("").new_context({"language": language})
        assert long_date(context, day.isoformat()) == format_date(day, "EEEE, d MMMM y", locale)
        if language != "en":  # where CLDR cuts September to four letters
            assert short_date(context, day.isoformat()) == format_date(day, "d MMM y", locale)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_can_be_seen_as_its_channel_carries_it(language: str, channel: str):
    for occasion in occasions():
        if channel == "email" or occasion.template not in TO_DESKS:
            assert preview(occasion, language, channel).text.strip()


@pytest.mark.parametrize(("language", "approved"), [("id", "id"), ("en", "en"), ("jv", "id"), ("su", "id")])
async def test_whatsapp_gets_a_template_in_a_language_that_it_knows(language: str, approved: str):
    [occasion, *_] = occasions()
    sender = WhatsAppSender("https://graph.example/messages", "token", "kabar", timeout=1.0)
    body = sender._body(REPORT, "+6281234567890", render(occasion, language, Letterhead(ORIGIN)))
    await sender.close()
    assert body["template"]["language"]["code"] == approved


def test_every_template_has_a_sample():
    assert {occasion.template for occasion in occasions()} == set(Template) - WORDLESS


def test_in_a_mail_only_our_own_addresses_can_be_followed():
    foreign = "Lihat https://jahat.example/masuk"
    (digest,) = [
        render(
            replace(o, details={**o.details, "cases": [("K7MQ3XW9FA", foreign, "2026-07-06")]}),
            "id",
            Letterhead(ORIGIN),
        )
        for o in occasions()
        if o.template == Template.AREA_DIGEST and o.details["more"]
    ]
    assert f'href="{ORIGIN}/lacak/K7M-Q3XW-9FA"' in digest.html
    assert foreign in digest.html
    assert "jahat.example/masuk</a>" not in digest.html


def test_a_list_in_a_message_has_no_empty_line():
    for _, message in messages("id"):
        assert not re.search(r"<li[^>]*></li>|^- *$", message.html + message.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        ("LAPOR! Kode masuk Anda: 006007. Berlaku 5 menit.", "Kode masuk Anda: 006007"),
        (
            "LAPOR! Laporan Anda kami terima dengan nomor K7M.\nKode akses: RAHASIA.",
            "Laporan Anda kami terima dengan nomor K7M",
        ),
    ],
)
def test_an_answer_by_mail_is_headed_by_its_first_sentence_alone(content, subject):
    (answer,) = [o for o in occasions() if o.template == Template.ANSWER]
    assert render(replace(answer, details={"content": content}), "id", Letterhead(ORIGIN)).subject == subject
