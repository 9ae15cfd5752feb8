"""The languages of pages. Texts are written in Indonesian; a catalogue (gettext) holds their English.

A text without a translation stays Indonesian: a test, not a reader, finds it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from fastapi import Request, Response
from jinja2 import Environment, pass_context

Language = Literal["id", "en"]
COOKIE = "lapor_bahasa"
_YEAR = 365 * 24 * 3600

Texts = Mapping[str, str | tuple[str, ...]]


def language_of(request: Request) -> Language:
    """What the reader chose: by `?lang=`, or earlier by it; Indonesian otherwise."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in {"id", "en"}:
            return cast("Language", chosen)
    return "id"


def remember_language(request: Request, response: Response) -> None:
    """A choice in the address holds from then on."""
    if request.query_params.get("lang") in {"id", "en"}:
        response.set_cookie(COOKIE, language_of(request), max_age=_YEAR, samesite="lax", path="/")


def read_catalogues(*folders: Path) -> dict[str, Texts]:
    """Texts by language, from `<folder>/<language>.po`."""
    read: dict[str, dict[str, str | tuple[str, ...]]] = {"id": {}}
    for path in (path for folder in folders for path in sorted(folder.glob("*.po"))):
        texts = read.setdefault(path.stem, {})
        with path.open("rb") as file:
            for message in read_po(file, locale=path.stem):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    texts[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return dict(read)


def install(environment: Environment, catalogues: Mapping[str, Texts]) -> None:
    """Give templates `_()`, `{% trans %}`, and dates and numbers as the reader writes them."""

    def text(lang: str, message: str) -> str:
        found = catalogues.get(lang, {}).get(message) or message
        return found if isinstance(found, str) else found[0]

    @pass_context
    def gettext(context: Any, message: str) -> str:
        return text(context["lang"], message)

    @pass_context
    def ngettext(context: Any, one: str, many: str, number: int) -> str:
        found = catalogues.get(context["lang"], {}).get(one)
        if isinstance(found, tuple):
            return found[0 if number == 1 else 1]
        return found or (one if number == 1 else many)

    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]

    @pass_context
    def both(context: Any, indonesian: str, english: str | None = None) -> str:
        return english if english and context["lang"] == "en" else indonesian

    @pass_context
    def day(context: Any, value: date | datetime, style: str = "long") -> str:
        return format_date(value, _PATTERNS.get(style, style), locale=_locale(context))

    @pass_context
    def hour(context: Any, value: datetime) -> str:
        return format_time(value, "HH.mm" if context["lang"] == "id" else "HH:mm", locale=_locale(context))

    @pass_context
    def number(context: Any, value: float, pattern: str = "#,##0.##") -> str:
        return format_decimal(value, pattern, locale=_locale(context))

    environment.globals["both"] = both
    environment.filters |= {"day": day, "hour": hour, "number": number}


_PATTERNS = {"long": "d MMMM y", "weekday": "EEEE, d MMMM y", "short": "d MMM y"}


def _locale(context: Any) -> str:
    return "en_GB" if context["lang"] == "en" else "id"
