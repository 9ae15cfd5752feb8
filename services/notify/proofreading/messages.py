"""What can be told only of a message in its words: whether it says all it must, and nothing it must not."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import product

from markupsafe import escape

from services.notify.channels.gsm import parts, to_gsm
from services.notify.channels.port import Rendered
from services.notify.domain.delivery import REPORTER, Template, discreet
from services.notify.proofreading.facts import (
    ANSWER,
    CAUSE,
    DECREE,
    QUESTION,
    REPLY,
    TEXT,
    TITLE,
)
from services.notify.proofreading.files import Finding, languages_of
from services.notify.proofreading.samples import DIRECT, LETTERHEAD, TO_DESKS, distinct, occasions
from services.notify.rendering import FORMS, LANGUAGES, Letterhead, Occasion, Unrenderable, render, words
from shared.contracts import ArchiveReason

FLAGS = ((False, False), (True, False), (False, True), (True, True))
"""Anonymous, secret."""
MOST_PARTS = 2

GAP = re.compile(r"None|[{}%]{2}|[-_][a-z]+_|  +\S|\(\)| [.,:]")
"""What a place that was not filled leaves behind."""
_CONTENT = (
    *(
        QUESTION,
        ANSWER,
        REPLY,
        TEXT,
        TITLE,
        "Penjelasan.",
        "Dinas",
        "Kementerian",
        "Perhubungan",
        "transportasi",
    ),
    *(reason.label for reason in ArchiveReason),
)
"""All that the sample case is about, and who has it."""
_WHERE = (CAUSE, DECREE, "Surabaya")
"""What gives a case away at home, and is no news to the office that has it."""
_PERSONS = re.compile(r"[\w.+-]+@[\w-]+\.\w|\+?62\d{8}|\b08\d{8}|\b\d{16}\b")
"""Addresses, telephone numbers, identity numbers."""


def check(only: str | None = None) -> Iterator[Finding]:
    """Each thing that is wrong, once for each template and language."""
    seen: set[Finding] = set()
    for (anonymous, secret), longest in product(FLAGS, (False, True)):
        samples = distinct(occasions(anonymous=anonymous, secret=secret, longest=longest))
        of_these = [each for each in samples if only in {None, each.template}]
        for occasion, language in product(of_these, LANGUAGES):
            for what in _wrong(occasion, language, longest=longest):
                finding = Finding(occasion.template, language, what)
                if finding not in seen:
                    seen.add(finding)
                    yield finding


def said(occasion: Occasion, language: str, forms: Collection[str] = FORMS) -> Rendered:
    """The message; an office's in `language` too. Raises Unrenderable."""
    return render(occasion, language, Letterhead(LETTERHEAD.public_url, desk_language=language), forms)


def longest_sms(template: str, language: str) -> str:
    """The longest SMS that the template can come to, in the alphabet of SMS; empty if it has none."""
    texts = [
        to_gsm(said(each, language, ("sms",)).sms)
        for longest in (False, True)
        for each in occasions(longest=longest)
        if each.template == template
    ]
    return max(texts, key=len, default="")


def _wrong(occasion: Occasion, language: str, *, longest: bool) -> Iterator[str]:
    if language not in languages_of(occasion.template) or (longest and occasion.recipient != REPORTER):
        return
    try:
        message = said(occasion, language, ("sms",) if longest else FORMS)
    except Unrenderable as error:
        yield f"cannot be said: {error.__cause__!r}"
        return
    if occasion.recipient == REPORTER:
        yield from _short_form(occasion, message)
    if longest:
        return
    yield from _missing(occasion, message)
    yield from _told_too_much(occasion, message)
    for form in (message.subject, message.text, message.sms):
        if gap := GAP.search(form):
            yield f"has a gap or a raw name: {form[max(0, gap.start() - 20) : gap.end() + 10]!r}"


def _missing(occasion: Occasion, message: Rendered) -> Iterator[str]:
    """The number, by when, and where to read more."""
    if occasion.template == Template.ANSWER:
        return
    for form in _forms_that_stand_alone(occasion):
        if message.tracking_id not in getattr(message, form):
            yield f"{form} does not say the tracking id"
    if message.url not in message.text or escape(message.url) not in message.html:
        yield "text or html does not say where to read more"
    deadline = occasion.details.get("deadline")
    if isinstance(deadline, str):
        days = {"text": "date"} if occasion.template in TO_DESKS else {"text": "date", "sms": "short_date"}
        for form, style in days.items():
            if _day(deadline, style, message.language) not in getattr(message, form):
                yield f"{form} does not say by when"


def _forms_that_stand_alone(occasion: Occasion) -> tuple[str, ...]:
    if occasion.template in DIRECT:
        return ("text", "html")
    if occasion.template in TO_DESKS:
        return ("subject", "text", "html")
    return ("subject", "text", "html", "sms")


@cache
def _day(day: str, style: str, language: str) -> str:
    return words().from_string(f"{{{{ day|{style} }}}}").render(day=day, language=language)


def _short_form(occasion: Occasion, message: Rendered) -> Iterator[str]:
    text = to_gsm(message.sms)
    if parts(text) > MOST_PARTS:
        yield f"sms takes {parts(text)} parts, and may take {MOST_PARTS}"
    moved = occasion.details.get("moved")
    several = isinstance(moved, Sequence) and len(moved) > 1
    if (occasion.anonymous or occasion.secret) and parts(text) > 1 and not several:
        yield f"sms of a case of which nothing is said takes {parts(text)} parts: {len(text)} letters"


def _told_too_much(occasion: Occasion, message: Rendered) -> Iterator[str]:
    forms = (message.subject, message.text, message.html, message.sms)
    if any(_PERSONS.search(form) for form in forms):
        yield "holds an address or a number of a person"
    if not discreet(occasion.recipient, anonymous=occasion.anonymous, secret=occasion.secret):
        return
    telling = _CONTENT + _WHERE if occasion.recipient == REPORTER else _CONTENT
    for form in forms:
        if found := _any_of(telling).search(form):
            yield f"tells of a case of which nothing is to be said: {found.group()!r}"
            return


@cache
def _any_of(texts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(text)}" for text in texts))
