"""Whether answers fit the questions of a category; refusals name the field. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import isnan
from typing import Any, TypeAlias

from services.intake.questions.catalogue import Kind, Question
from shared.contracts import ReportAnswer

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Answer: TypeAlias = str | int | float | bool
Refusal: TypeAlias = tuple[str, str, str]
"""Field, and what is wrong with it in Indonesian and in English."""


def shown(questions: Sequence[Question], answers: Mapping[str, Any]) -> Iterator[Question]:
    """The questions to ask somebody who has given these answers so far, in order."""
    asked: set[str] = set()
    for question in questions:
        condition = question.shown_if
        if condition is None or (
            condition.question in asked and answers.get(condition.question) in condition.values
        ):
            asked.add(question.code)
            yield question


def check(
    questions: Sequence[Question], answers: Mapping[str, Any], today: date
) -> tuple[tuple[ReportAnswer, ...], list[Refusal]]:
    """The answers as they are kept, in the order of their questions, and everything that is wrong."""
    asked = list(shown(questions, answers))
    kept: list[ReportAnswer] = []
    wrong: list[Refusal] = [
        (f"answers.{code}"[:100], "tidak ditanyakan pada kategori ini", "is not asked in this category")
        for code in answers
        if code not in {question.code for question in asked}
    ]
    for question in asked:
        field, given = f"answers.{question.code}", answers.get(question.code)
        if given is None or given == "":
            if question.required:
                wrong.append((field, "wajib diisi", "is required"))
            continue
        problem = _CHECKS[question.kind](question, given, today)
        if problem is not None:
            wrong.append((field, *problem))
        else:
            words = _words(question, given)
            kept.append(ReportAnswer(question=question.code, label=question.text, value=words))
    return tuple(kept), wrong


def _text(question: Question, given: Any, _: date) -> tuple[str, str] | None:
    if not isinstance(given, str):
        return "harus berupa teks", "must be text"
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in given):
        return (
            "harus satu baris tanpa karakter kendali",
            "must be one line without control characters",
        )
    if question.most is not None and len(given) > question.most:
        return (
            f"terlalu panjang (paling banyak {question.most} karakter)",
            f"is too long (at most {question.most})",
        )
    return None


def _choice(question: Question, given: Any, _: date) -> tuple[str, str] | None:
    codes = [option.code for option in question.options]
    if not isinstance(given, str) or given not in codes:
        return f"harus salah satu dari: {', '.join(codes)}", f"must be one of: {', '.join(codes)}"
    return None


def _number(question: Question, given: Any, _: date) -> tuple[str, str] | None:
    if isinstance(given, bool) or not isinstance(given, int | float) or isnan(given):
        return "harus berupa bilangan", "must be a number"
    least, most = question.least, question.most
    if (least is not None and given < least) or (most is not None and given > most):
        return f"harus antara {least} dan {most}", f"must be between {least} and {most}"
    return None


def _date(_: Question, given: Any, today: date) -> tuple[str, str] | None:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and _DAY.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None:
        return "bukan tanggal yang benar (TTTT-BB-HH)", "is not a valid date (YYYY-MM-DD)"
    if day > today:
        return "tidak boleh di masa depan", "must not be in the future"
    return None


def _yes_no(_: Question, given: Any, __: date) -> tuple[str, str] | None:
    return None if isinstance(given, bool) else ("harus true atau false", "must be true or false")


_CHECKS = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
}


def _words(question: Question, given: Answer) -> str:
    """An answer as officers read it."""
    if isinstance(given, bool):
        return "ya" if given else "tidak"
    if question.kind is Kind.CHOICE:
        return next(option.text for option in question.options if option.code == given)
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return " ".join(str(given).split())
