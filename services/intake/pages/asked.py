"""The questions of the chosen topic, on the form: which are shown, and what was answered to them.

What an answer is worth is judged by `questions.checking`, as for every other caller.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.channels.web import checked_answers
from services.intake.questions.catalogue import Kind, Question, catalogue
from services.intake.questions.checking import shown
from shared.web.problems import FieldError, Problem

PREFIX = "q-"
_LONGEST = 2_000
_TRUTH = {"ya": True, "tidak": False}
_TOLD = {"ya": ("Ya", "Yes"), "tidak": ("Tidak", "No")}
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,15}")
"""1500000, 1.500.000 and 1,500,000: both ways of writing thousands are common."""


def field_names() -> tuple[str, ...]:
    """The fields of every question there is, in the order of the catalogue."""
    catalogued = catalogue().questions.values()
    return tuple(dict.fromkeys(PREFIX + each.code for questions in catalogued for each in questions))


def answers(values: Mapping[str, str]) -> dict[str, Any]:
    """The answers to what is asked now; one to a question of another topic stays on the form only."""
    questions = catalogue().of(values["category"])
    given = {each.code: _answer(each, values[PREFIX + each.code]) for each in questions}
    asked = {each.code for each in shown(questions, given)}
    return {code: answer for code, answer in given.items() if answer != "" and code in asked}


def questions(values: Mapping[str, str]) -> list[Question]:
    """What is asked somebody who has answered so."""
    return list(shown(catalogue().of(values["category"]), answers(values)))


def unasked(values: Mapping[str, str]) -> list[Question]:
    """What is asked now and was not on the page that was sent."""
    seen = values["asked"].split(",")
    return [each for each in questions(values) if each.code not in seen]


def errors(values: Mapping[str, str], now: datetime) -> list[FieldError]:
    """What is wrong with the answers, as `answers.<code>`."""
    given = answers(values)
    try:
        # Wherever it happened: the filing itself looks at the region's own day, once that is known to exist.
        checked_answers(values["category"] or None, given, now, None)
    except Problem as problem:
        return list(problem.errors)
    return []


def answered(values: Mapping[str, str]) -> list[tuple[Question, tuple[str, str]]]:
    """Questions with their answers in words (Indonesian, English), to be read once more."""
    return [(each, _words(each, text)) for each in questions(values) if (text := values[PREFIX + each.code])]


def _words(question: Question, typed: str) -> tuple[str, str]:
    if question.kind is Kind.YES_NO:
        return _TOLD.get(typed, (typed, typed))
    return next(((one.text, one.text_en) for one in question.options if one.code == typed), (typed, typed))


def _answer(question: Question, typed: str) -> Any:
    """As its kind; what cannot be read so stays text, and is refused as such."""
    typed = typed[:_LONGEST]
    if question.kind is Kind.YES_NO:
        return _TRUTH.get(typed, typed)
    if question.kind is Kind.NUMBER:
        compact = re.sub(r"(?i)^rp\.?|\s", "", typed)
        return int(re.sub(r"[.,]", "", compact)) if _GROUPED.fullmatch(compact) else typed
    return typed
