"""What an application sends, read from a form of GeoReport v2 into a report, and refused in its words."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from services.intake.channels.web import ReportInput
from services.intake.domain.report import title_of
from services.intake.open311.catalogue import services
from services.intake.open311.documents import Refused
from shared.contracts import Channel
from shared.web.validation import field_error

_NAMES = {
    "text": "description",
    "title": "description",
    "category": "service_code",
    "place.latitude": "lat",
    "place.longitude": "long",
    "place.description": "address_string",
    "place.region": "address_id",
    "contact.email": "email",
    "contact.phone": "phone",
    "contact.name": "first_name",
}
"""Ours to GeoReport's, so that a refusal names the field that was sent."""


_EARLIEST, _LATEST = 2000, 2200


def report_of(form: Mapping[str, str]) -> ReportInput:
    """The report that a form makes. Raises `Refused` that names every wrong field."""
    code = form.get("service_code", "").strip()
    if not code:
        raise Refused(400, "service_code was not provided")
    if code not in services().by_code:
        raise Refused(404, "service_code provided was not found")
    if not _has_a_place(form):
        raise Refused(400, "a location is required: lat and long, address_string or address_id")
    description = form.get("description", "").strip()
    if not description:
        raise Refused(400, "description was not provided")
    try:
        return ReportInput.model_validate(_document(form, code, description))
    except ValidationError as error:
        raise Refused(400, *(_told(one) for one in error.errors())) from None


def _has_a_place(form: Mapping[str, str]) -> bool:
    return bool(form.get("lat") and form.get("long")) or bool(
        form.get("address_string") or form.get("address_id")
    )


def _document(form: Mapping[str, str], code: str, description: str) -> dict[str, Any]:
    name = " ".join(part for part in (form.get("first_name"), form.get("last_name")) if part)
    contact = {"name": name, "email": form.get("email"), "phone": form.get("phone")}
    place = {
        "latitude": form.get("lat"),
        "longitude": form.get("long"),
        "description": form.get("address_string"),
        "region": form.get("address_id"),
    }
    return {
        "title": title_of(description),
        "text": description,
        "category": code,
        "place": {key: value for key, value in place.items() if value},
        "contact": {key: value for key, value in contact.items() if value},
        "anonymous": not any(contact.values()),
        "channel": Channel.API,
        "insist": form.get("insist", "").lower() == "true",
    }


def _told(error: Mapping[str, Any]) -> str:
    told = field_error(error)
    return f"{_NAMES.get(told.field, told.field)}: {told.message_en}"


def moment(name: str, text: str | None, default: datetime) -> datetime:
    """A date and time with its zone (W3C subset of ISO 8601). Raises `Refused`."""
    if not text:
        return default
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refused(400, f"{name} is not a date and time such as 2026-07-06T09:00:00+07:00") from None
    if at.tzinfo is None:
        raise Refused(400, f"{name} needs its time zone, such as +07:00 or Z")
    if not _EARLIEST <= at.year <= _LATEST:
        raise Refused(400, f"{name} lies too far away")
    return at


def discovery(public_url: str, changed: str) -> dict[str, Any]:
    """What this server is and where it is (the Open311 service discovery document)."""
    base = f"{public_url.rstrip('/')}/open311/v2"
    formats = [{"format": "text/xml"}, {"format": "application/json"}]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": changed,
        "type": "production",
        "formats": formats,
    }
    return {
        "changeset": changed,
        "contact": "Sertakan api_key dari pengelola LAPOR! untuk mengirim laporan.",
        "key_service": "Ask the operators of LAPOR! for an api_key.",
        "endpoints": [endpoint],
    }


def as_form(raw: bytes, content_type: str) -> dict[str, str]:
    """The fields of a body: the form the specification asks for, or the JSON many clients send instead."""
    if content_type.startswith("multipart/"):
        raise Refused(400, "send application/x-www-form-urlencoded or JSON: files are not taken here")
    try:
        text = raw.decode("utf-8")
        if "json" in content_type:
            parsed = json.loads(text)
            if not isinstance(parsed, dict):
                raise Refused(400, "the body is not an object")
            return {str(key): str(value) for key, value in parsed.items() if value is not None}
        return dict(parse_qsl(text, keep_blank_values=False, max_num_fields=200))
    except (ValueError, RecursionError):
        raise Refused(400, "the body cannot be read: form fields in UTF-8 are expected") from None
