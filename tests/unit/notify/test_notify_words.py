"""The words of messages: every template with every kind of news, in every language."""

import re

import pytest

from services.notify.channels.gsm import parts, septets, to_gsm
from services.notify.channels.port import Rendered
from services.notify.domain.delivery import REPORTER, Template
from services.notify.domain.planning import plan
from services.notify.rendering import (
    BLOCKS,
    LANGUAGES,
    TEMPLATES,
    Occasion,
    Unrenderable,
    render,
    words,
)
from tests.unit.notify.facts import ANSWER, LEG, QUESTION, TEXT, TITLE, everything

LONGEST = 306
ORIGIN = "https://lapor.example"
FLAGS = [(False, False), (True, False), (False, True), (True, True)]
WORDLESS = {Template.AWAITING_REPORTER}
TO_AGENCIES = {Template.DISPOSITION_CREATED, Template.LEG_WARNING, Template.LEG_BREACHED}

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
            leg_id=LEG,
        )
        for news in everything(anonymous=anonymous, secret=secret)
        for planned in plan(news)
        if not planned.skip
    ]


def messages(
    language: str, anonymous: bool = False, secret: bool = False, **instead
) -> list[tuple[Occasion, Rendered]]:
    found = occasions(anonymous, secret, **instead)
    return [(occasion, render(occasion, language, ORIGIN)) for occasion in found]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("anonymous", "secret"), FLAGS)
def test_every_message_says_the_tracking_id_what_is_next_and_where(
    language: str, anonymous: bool, secret: bool
):
    for occasion, message in messages(language, anonymous, secret):
        page = "reports/K7MQ3XW9FA" if occasion.recipient == REPORTER else f"dispositions/{LEG}"
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
    instead = {"content": "Kami — “segera” — menindaklanjuti. " * 40, "agency_name": LONG}
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
    revealing = (QUESTION, ANSWER, TEXT, TITLE, "Penjelasan.", LONG[:20], "Perhubungan", "SARA", "hate")
    for occasion, message in messages(language, anonymous, secret):
        if occasion.recipient == REPORTER:
            for form in (message.subject, message.text, message.html, message.sms):
                assert not [word for word in revealing if word in form], occasion.template


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


def test_paragraphs_stay_apart():
    [archived] = [m for o, m in messages("id") if o.details.get("reason") == "in_court"]
    assert "instansi.\n\nAlasannya: sedang dalam proses peradilan." in archived.text


def test_an_unknown_language_is_answered_in_indonesian():
    [occasion, *_] = occasions(anonymous=False, secret=False)
    assert render(occasion, "nl", ORIGIN).language == "id"


def test_a_detail_that_is_missing_is_an_error_and_not_a_gap():
    bare = Occasion("overdue", REPORTER, {}, "K7MQ3XW9FA", anonymous=False, secret=False)
    with pytest.raises(Unrenderable, match="overdue"):
        render(bare, "id", ORIGIN)


@pytest.mark.parametrize("template", sorted(set(Template) - WORDLESS))
def test_every_template_has_its_words_in_every_language(template: Template):
    for language in LANGUAGES if template not in TO_AGENCIES else ("id",):
        blocks = words().get_template(f"{language}/{template}.txt").blocks
        assert set(blocks) <= set(BLOCKS)
        assert {"subject", "happened", "next"} <= set(blocks)
        assert ("sms" in blocks) == (template not in TO_AGENCIES)


def test_no_words_lie_about_unused():
    kinds = {template.value for template in set(Template) - WORDLESS} | {"common"}
    assert {path.stem for path in TEMPLATES.glob("*/*.txt")} == kinds


def test_every_template_is_tried_by_these_tests():
    assert {occasion.template for occasion in occasions(False, False)} == set(Template) - WORDLESS
