"""The reading log as a page: who opened what is secret, by officer, report and day, the latest first.

Each service keeps its own record and asks it in its own scope; how it is asked and shown stands here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from shared.calendar import Zone
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.security.tokens import Role
from shared.web.pages.language import language_of

ROWS = 50
_YEARS = range(1900, 2201)
"""Far beyond every reading, and far enough from where arithmetic on dates overflows."""
_NO_DATE = ("Tanggal tidak dikenali; contoh: 2026-07-06.", "This is no date; for example 2026-07-06.")
_ORDER = ("Tanggal akhir mendahului tanggal awal.", "The last day is before the first.")


@dataclass(frozen=True)
class Asked:
    """What of the log is asked for; days are whole days in Jakarta. `before`: the last row's place."""

    officer: str = ""
    number: str | None = None
    since: date | None = None
    until: date | None = None
    before: tuple[datetime, int] | None = None
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def terms(self) -> tuple[list[str], dict[str, Any]]:
        """Conditions on `readings` joined with what has a `tracking_id`, and their values."""
        terms, values = ["true"], dict[str, Any]()
        if self.officer:
            terms.append("readings.officer = :reader")
            values["reader"] = self.officer
        if self.number:
            terms.append("tracking_id = :number")
            values["number"] = self.number
        if self.since:
            terms.append("readings.read_at >= :since")
            values["since"] = _midnight(self.since)
        if self.until:
            terms.append("readings.read_at < :until")
            values["until"] = _midnight(self.until + timedelta(days=1))
        if self.before:
            terms.append("(readings.read_at, readings.id) < (:before_at, :before_id)")
            values["before_at"], values["before_id"] = self.before
        return terms, values


def asked_of(request: Request) -> Asked:
    """What the address asks; what cannot be read in it is said next to its field, and asks for nothing."""
    query, english = request.query_params, language_of(request) == "en"
    typed = {name: query.get(name, "").strip()[:100] for name in ("petugas", "nomor", "dari", "sampai")}
    errors: dict[str, str] = {}
    number, days = None, dict[str, date | None]()
    try:
        number = parse_tracking_id(typed["nomor"]) if typed["nomor"] else None
    except InvalidTrackingId as error:
        errors["nomor"] = error.message_en if english else error.message
    for name in ("dari", "sampai"):
        try:
            days[name] = _day(typed[name]) if typed[name] else None
        except ValueError:
            days[name], errors[name] = None, _NO_DATE[english]
    since, until = days["dari"], days["sampai"]
    if since and until and until < since:
        errors["sampai"] = _ORDER[english]
    before = _place(query.get("sebelum", ""))
    return Asked(typed["petugas"].replace("\0", "").casefold(), number, since, until, before, typed, errors)


def shown(rows: list[Any], asked: Asked, path: str) -> dict[str, Any]:
    """For `readings.html`: at most ROWS of `rows`, of which one more says that the log goes on."""
    here, following = rows[:ROWS], None
    if len(rows) > ROWS:
        last = here[-1]
        following = _address(path, asked.typed, sebelum=f"{last.read_at.isoformat()}~{last.id}")
    return {
        "asked": asked,
        "errors": asked.errors,
        "readings": [_line(row, asked, path) for row in here],
        "following": following,
        "first": asked.before is None,
        "log_path": path,
        "filtered": any(asked.typed.values()),
    }


def _line(row: Any, asked: Asked, path: str) -> dict[str, Any]:
    """Whoever made a package for the Ombudsman is recorded with `:referral` after the role."""
    role, _, why = row.role.partition(":")
    return {
        "at": row.read_at.astimezone(Zone.WIB.tz),
        "officer": row.officer,
        "of_officer": _address(path, {**asked.typed, "petugas": row.officer}),
        "role": Role(role) if role in set(Role) else None,
        "packed": why == "referral",
        "number": format_tracking_id(row.tracking_id),
        "of_number": _address(path, {**asked.typed, "nomor": format_tracking_id(row.tracking_id)}),
        "agency": getattr(row, "agency", None),
    }


def _address(path: str, typed: dict[str, str], **more: str) -> str:
    asked = {name: value for name, value in (typed | more).items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError(text)
    return day


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=Zone.WIB.tz)


def _place(text: str) -> tuple[datetime, int] | None:
    at, _, number = text.partition("~")
    try:
        place = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    known = place[0].tzinfo and place[0].year in _YEARS
    return place if known and 0 < place[1] < 2**63 else None
