"""The words of messages: every template with every kind of news, in every language."""

import re

import pytest

from services.notify.channels.gsm import parts, septets, to_gsm
from services.notify.channels.port import Rendered
from services.notify.domain.delivery import REPORTER, Planned, Template, agency_recipient
from services.notify.domain.duties import REPORTERS
from services.notify.domain.planning import plan
from services.notify.rendering import (
    BLOCKS,
    LANGUAGES,
    TEMPLATES,
    Letterhead,
    Occasion,
    Unrenderable,
    render,
    words,
)
from tests.unit.notify.facts import AGENCY, ANSWER, LEG, QUESTION, REPORT, TEXT, TITLE, everything

LONGEST = 306
ORIGIN = "https://lapor.example"
FLAGS = [(False, False), (True, False), (False, True), (True, True)]
WORDLESS = {Template.AWAITING_REPORTER}
TO_DESKS = {
    Template.DISPOSITION_CREATED,
    Template.LEG_WARNING,
    Template.LEG_BREACHED,
    Template.LEG_REMINDER,
    Template.COORDINATOR_REMINDER,
    Template.NATIONAL_REMINDER,
    Template.VERIFICATION_REMINDER,
    Template.LEG_DEADLINES_MOVED,
}
WITHOUT_REMINDER = Planned(
    agency_recipient(AGENCY),
    Template.LEG_BREACHED,
    {"clock": "settlement", "deadline": "2026-07-13", "answer_until": "2026-07-27T23:59:59.999999+07:00"},
    LEG,
)
"""What today's ladder leaves to its first reminder, and another ladder may not."""

LONG = "Kementerian Pekerjaan Umum dan Perumahan Rakyat Republik Indonesia, Direktorat Jenderal Bina Marga"


def occasions(anonymous: bool, secret: bool, **instead) -> list[Occasion]:
    """One for every delivery that any fact leads to."""
    return [
        Occasion(
            template=planned.template,
            recipient=planned.recipient,
            details={**planned.details, **{k: v for k, v in instead.items() if k in planned.details}},
            tracking_id="K7MQ3XW9FA",
            anonymous=anonymous,
            secret=secret,
            agency_name=LONG,
            report_id=REPORT,
            leg_id=planned.leg_id,
        )
        for planned in [
            *(planned for news in everything(anonymous=anonymous, secret=secret) for planned in plan(news)),
            WITHOUT_REMINDER,
        ]
        if not planned.skip
    ]


def messages(
    language: str, anonymous: bool = False, secret: bool = False, **instead
) -> list[tuple[Occasion, Rendered]]:
    found = occasions(anonymous, secret, **instead)
    letterhead = Letterhead(ORIGIN, desk_language=language)
    return [(occasion, render(occasion, language, letterhead)) for occasion in found]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS)
def test_every_message_says_the_tracking_id_what_is_next_and_where(
    language: str, anonymous: bool, secret: bool
):
    for occasion, message in messages(language, anonymous, secret):
        page = f"dispositions/{occasion.leg_id}" if occasion.leg_id else f"cases/{REPORT}"
        if occasion.recipient == REPORTER:
            page = "reports/K7MQ3XW9FA"
        for form in (message.text, message.html):
            assert "K7M-Q3XW-9FA" in form
            assert f"{ORIGIN}/v1/{page}" in form
        assert "K7M-Q3XW-9FA" in message.subject
        assert ("Selanjutnya" in message.text) or ("What is next" in message.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS)
def test_an_sms_takes_two_parts_at_most_whatever_the_agency_wrote(
    language: str, anonymous: bool, secret: bool
):
    long = "Kami — “segera” — menindaklanjuti. " * 40
    instead = {"content": long, "agency_name": LONG, "cause": long, "cause_en": long, "legal_source": long}
    instead["moved"] = [(clock.value, "2026-09-29", "2026-12-31") for clock in REPORTERS]
    for occasion, message in messages(language, anonymous, secret, **instead):
        if occasion.recipient == REPORTER:
            text = to_gsm(message.sms)
            assert "K7M-Q3XW-9FA" in text
            assert septets(text) <= LONGEST, (occasion.template, septets(text))
            assert parts(text) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_without_anyones_words_takes_one_part(language: str):
    for occasion, message in messages(language, anonymous=True, secret=True):
        if occasion.recipient == REPORTER:
            assert parts(to_gsm(message.sms)) == 1, (occasion.template, message.sms)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS[1:])
def test_a_discreet_message_tells_nothing_of_the_content(language: str, anonymous: bool, secret: bool):
    revealing = (
        QUESTION,
        ANSWER,
        TEXT,
        TITLE,
        "Penjelasan.",
        LONG[:20],
        "Perhubungan",
        "SARA",
        "hate",
        "Surabaya",
    )
    for occasion, message in messages(language, anonymous, secret):
        if occasion.recipient == REPORTER:
            for form in (message.subject, message.text, message.html, message.sms):
                assert not [word for word in revealing if word in form], occasion.template


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS)
def test_no_message_has_a_gap_or_a_placeholder(language: str, anonymous: bool, secret: bool):
    for occasion, message in messages(language, anonymous, secret):
        for form in (message.subject, message.text, message.sms):
            assert not re.search(r"None|[{}%]{2}|[-_][a-z]+_|  +\S|\(\)| [.,:]", form), occasion.template


def test_an_agency_reads_no_word_of_a_secret_case():
    for occasion, message in messages("id", anonymous=False, secret=True):
        if occasion.recipient != REPORTER:
            for form in (message.subject, message.text, message.html):
                assert TITLE not in form
                assert TEXT not in form


def test_what_an_agency_wrote_cannot_become_markup():
    evil = "<script>alert(1)</script> {{ tracking_id }} <b>tebal</b>"
    html = [m.html for o, m in messages("id", content=evil) if "content" in o.details]
    assert html
    for form in html:
        assert "<script>" not in form
        assert "{{ tracking_id }}" in form


def test_what_an_agency_wrote_cannot_add_a_header_or_a_line_to_the_subject():
    for _, message in messages(
        "id", content="baris\r\nBcc: x@y.example", agency_name="Dinas\r\nBcc: x@y.example"
    ):
        assert len(message.subject.splitlines()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_asks_for_the_access_code_or_carries_one(language: str):
    for occasion, message in messages(language):
        if occasion.recipient == REPORTER:
            assert re.search(r"tidak pernah meminta kode akses|ever asks for your access code", message.text)
            assert not re.search(r"code=|kode=", message.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_to_somebody_without_a_report_says_what_it_has_to_and_points_nowhere(language: str):
    asked = Occasion(
        Template.ANSWER, REPORTER, {"content": "Kirim STATUS spasi nomor."}, "", False, False, REPORT
    )
    message = render(asked, language, Letterhead(ORIGIN))
    assert message.sms == "Kirim STATUS spasi nomor."
    for form in (message.text, message.html):
        assert "Kirim STATUS spasi nomor." in form
        assert "/v1/" not in form
        assert "Nomor laporan" not in form


def test_paragraphs_stay_apart():
    [archived] = [m for o, m in messages("id") if o.details.get("reason") == "in_court"]
    assert "instansi.\n\nAlasannya: sedang dalam proses peradilan." in archived.text


def test_an_unknown_language_is_answered_in_indonesian():
    [occasion, *_] = occasions(anonymous=False, secret=False)
    assert render(occasion, "nl", Letterhead(ORIGIN)).language == "id"


def test_a_detail_that_is_missing_is_an_error_and_not_a_gap():
    bare = Occasion("overdue", REPORTER, {}, "K7MQ3XW9FA", anonymous=False, secret=False, report_id=REPORT)
    with pytest.raises(Unrenderable, match="overdue"):
        render(bare, "id", Letterhead(ORIGIN))


@pytest.mark.parametrize("template", sorted(set(Template) - WORDLESS))
def test_every_template_has_its_words_in_every_language(template: Template):
    for language in LANGUAGES:
        blocks = words().get_template(f"{language}/{template}.txt").blocks
        assert set(blocks) <= set(BLOCKS)
        assert {"subject", "happened"} <= set(blocks)
        assert ("next" in blocks) == (template is not Template.ANSWER)
        assert ("sms" in blocks) == (template not in TO_DESKS)


def test_no_words_lie_about_unused():
    kinds = {template.value for template in set(Template) - WORDLESS} | {"common"}
    assert {path.stem for path in TEMPLATES.glob("*/*.txt")} == kinds


def test_every_template_is_tried_by_these_tests():
    told = {occasion.template for occasion in occasions(False, False)}
    assert told == set(Template) - WORDLESS - {Template.ANSWER}
