"""The desk's pages have words for everything that can be shown, and say in words how pressing a case is."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.translations import missing
from services.verification.domain.decisions import Action
from services.verification.domain.fold import RECORDED
from services.verification.pages import FOLDER, words
from services.verification.pages.asking import region_code
from shared.contracts import CaseStatus, Channel, Classification
from shared.web.problems import Problem, invalid

DUE = datetime(2026, 7, 9, 16, 59, 59, tzinfo=UTC)
"""Thursday 9 July, the last second of the day in Jakarta."""


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (words.STATUSES, CaseStatus),
        (words.CHANNELS, Channel),
        (words.CLASSIFICATIONS, Classification),
        (words.ACTIONS, Action),
        (words.ADDRESSES, Action),
        (words.BECOMES, Action),
        (words.KEYS, Action),
        (words.STEPS, [fact.type for fact in RECORDED]),
    ],
)
def test_everything_that_can_be_shown_has_its_words(labels, codes):
    assert set(codes) - set(labels) == set()


def test_no_text_of_the_desk_is_without_english():
    assert missing(FOLDER) == []


def test_each_decision_has_a_key_of_its_own():
    assert len(set(words.KEYS.values())) == len(Action)


@pytest.mark.parametrize(
    ("before", "pressing", "said", "said_en"),
    [
        (timedelta(days=3), "calm", "3 hari kerja lagi", "3 working days left"),
        (timedelta(days=1), "soon", "1 hari kerja lagi", "1 working day left"),
        (timedelta(hours=2, minutes=30), "today", "Hari ini, 3 jam lagi", "Today, 3 hours left"),
        (timedelta(days=-1), "late", "Terlambat 1 hari kerja", "Overdue by 1 working day"),
        (timedelta(days=-5), "late", "Terlambat 3 hari kerja", "Overdue by 3 working days"),
    ],
)
def test_remaining_time_is_said_in_working_days_and_on_the_last_day_in_hours(before, pressing, said, said_en):
    assert words.time_left(DUE, DUE - before) == (pressing, (said, said_en))


def test_what_is_wrong_with_a_field_names_the_field():
    problem = invalid("category", "wajib diisi", "is required")
    assert words.wrong_fields(problem, english=False) == {"category": "Kategori wajib diisi."}
    assert words.wrong_fields(problem, english=True) == {"category": "Category is required."}


def test_a_refusal_without_a_field_is_said_as_a_whole():
    refused = Problem(409, "claimed", "Sedang ditangani.", "Claimed.")
    assert words.wrong_fields(refused, english=False) == {"": "Sedang ditangani."}


@pytest.mark.parametrize(("typed", "code"), [("35.78", "35.78"), ("kota surabaya", "35.78"), ("", None)])
def test_a_region_is_taken_by_code_or_by_its_own_name(typed, code):
    assert region_code(typed) == code


def test_a_name_that_many_regions_have_is_asked_back_with_their_codes():
    with pytest.raises(Problem) as asked:
        region_code("Gubeng")
    assert "(35.78.08)" in asked.value.errors[0].message
    assert region_code("Gubeng", guess=True) == "35.78.08"
