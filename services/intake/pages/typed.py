"""The filing form: its steps, what was typed into it, and what is wrong with it, field by field."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from services.intake.channels.web import ReportInput
from services.intake.drafts.codes import InvalidDraftCode, parse_code
from services.intake.pages import asked
from shared.contracts import Channel
from shared.web.pages import Form
from shared.web.problems import FieldError
from shared.web.validation import field_error

STEPS = ("story", "place", "evidence", "identity", "check")
FIELDS_OF = {
    "story": ("text", "title", "category", "event_date", *asked.field_names()),
    "place": ("region", "place", "agency_hint"),
    "evidence": (),
    "identity": ("anonymous", "secret", "name", "phone", "email"),
    "check": (),
}
KEPT = (
    *(name for names in FIELDS_OF.values() for name in names),
    "region_name", "region_asked", "latitude", "longitude", "language", "insist", "asked",
    "draft", "draft_version",
)  # fmt: skip
LABELS: dict[str, tuple[str, str]] = {
    "text": ("Cerita Anda", "Your story"),
    "title": ("Judul", "The title"),
    "category": ("Topik", "The topic"),
    "event_date": ("Tanggal kejadian", "The date"),
    "region": ("Wilayah", "The region"),
    "place": ("Tempat kejadian", "The place"),
    "agency_hint": ("Nama instansi", "The agency's name"),
    "name": ("Nama", "The name"),
    "phone": ("Nomor telepon", "The phone number"),
    "email": ("Alamat surel", "The e-mail address"),
}
_FIELD_OF = {
    "place.region": "region",
    "place.description": "place",
    "place.latitude": "place",
    "place.longitude": "place",
    "place": "place",
    "contact.name": "name",
    "contact.phone": "phone",
    "contact.email": "email",
    "contact": "email",
}
_REQUIRED = ("text", "title")
_ANSWERS = "answers."
_ANSWER = ("Jawaban", "The answer")
_ANYTHING = ("Isian", "A field")

Errors = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Typed:
    """What a reporter has typed so far; `key` makes sure that it is filed once."""

    values: dict[str, str]
    step: str
    key: str

    def __repr__(self) -> str:
        return f"Typed({self.step})"

    def at(self, step: str) -> "Typed":
        return replace(self, step=step)

    @property
    def version(self) -> int:
        """Of the draft that this was typed into."""
        version = self.values["draft_version"]
        return int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0

    def filed_anew(self) -> "Typed":
        """With another key, and no draft: as another report."""
        return replace(self.drafted("", 0), key=new_key())

    def drafted(self, code: str, version: int) -> "Typed":
        """As a version of the draft with this code."""
        return replace(self, values={**self.values, "draft": code, "draft_version": str(version)})

    def unpersonal(self) -> dict[str, str]:
        """What was typed, without who reports: all that is ever kept of an unfinished report."""
        return {
            name: value
            for name, value in self.values.items()
            if value and name not in {"name", "phone", "email", "draft", "draft_version"}
        }

    def where(self, code: str, name: str) -> "Typed":
        """With this region, which was named so."""
        values = {**self.values, "region": code, "region_name": name, "region_asked": name}
        return replace(self, values=values)


def new_key() -> str:
    return secrets.token_urlsafe(18)


def empty(language: str) -> Typed:
    return Typed({**dict.fromkeys(KEPT, ""), "language": language}, STEPS[0], new_key())


def typed_of(form: Form, language: str) -> Typed:
    """Whatever a browser sent; a field it left out is empty."""
    key, step = form["key"], form["step"]
    values = {name: form[name] for name in KEPT}
    try:
        values["draft"] = parse_code(values["draft"])
    except InvalidDraftCode:
        values["draft"] = values["draft_version"] = ""
    return Typed(
        {**values, "language": values["language"] or language},
        step if step in STEPS else STEPS[0],
        key if 8 <= len(key) <= 200 and key.isascii() else new_key(),
    )


def report_of(typed: Typed) -> tuple[ReportInput | None, Errors]:
    """The report, or what is wrong in each field, in Indonesian and English."""
    values = typed.values
    contact = {
        "name": values["name"] or None,
        "phone": values["phone"] or None,
        "email": values["email"] or None,
        "language": "en" if values["language"] == "en" else "id",
    }
    raw: dict[str, Any] = {
        "title": values["title"],
        "text": values["text"],
        "category": values["category"] or None,
        "event_date": values["event_date"] or None,
        "place": {
            "region": values["region"] or None,
            # A name that is no known region still tells where it was.
            "description": ", ".join(filter(None, (values["place"], _unplaced(values)))) or None,
            "latitude": values["latitude"] or None,
            "longitude": values["longitude"] or None,
        },
        "agency_hint": values["agency_hint"] or None,
        "answers": asked.answers(values),
        "anonymous": bool(values["anonymous"]),
        "secret": bool(values["secret"]),
        "insist": bool(values["insist"]),
        "channel": Channel.WEB,
        "contact": contact,
    }
    try:
        report = ReportInput.model_validate(raw)
    except ValidationError as error:
        return None, told(values, (field_error(one) for one in error.errors()))
    return report, {}


def _unplaced(values: dict[str, str]) -> str:
    return "" if values["region"] else values["region_name"]


def told(values: dict[str, str], errors: Iterable[FieldError]) -> Errors:
    """Whole sentences, each under its field of the form."""
    found: Errors = {}
    for error in errors:
        name = _FIELD_OF.get(error.field, error.field)
        if error.field.startswith(_ANSWERS):
            name = asked.PREFIX + error.field.removeprefix(_ANSWERS).partition(".")[0]
        label, label_en = LABELS.get(name, _ANSWER if name.startswith(asked.PREFIX) else _ANYTHING)
        message, message_en = error.message, error.message_en
        if name in _REQUIRED and not values[name]:
            message, message_en = "wajib diisi", "is required"
        found.setdefault(name, (sentence(label, message), sentence(label_en, message_en)))
    order = [name for names in FIELDS_OF.values() for name in names]
    return dict(sorted(found.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99))


def sentence(label: str, message: str) -> str:
    """A message that is a sentence by itself stays as it is."""
    whole = message if message[:1].isupper() else f"{label} {message}"
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def region_to_choose(typed: Typed) -> str | None:
    """A region's name that was typed and not chosen yet; it is asked about once."""
    name = typed.values["region_name"]
    return name if name and name != typed.values["region_asked"] else None


def errors_until(errors: Errors, step: str) -> Errors:
    """Those of the steps up to `step`, so that nobody is told of what they have not seen yet."""
    seen = {name for one in STEPS[: STEPS.index(step) + 1] for name in FIELDS_OF[one]}
    return {name: words for name, words in errors.items() if name in seen}


def step_of(name: str) -> str:
    """Where a field is."""
    return next((step for step, names in FIELDS_OF.items() if name in names), STEPS[0])
