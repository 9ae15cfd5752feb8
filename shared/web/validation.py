"""What is wrong with a field, in Indonesian and in English. Never repeats the value that was sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One field and what is wrong with it; `field` is a path such as ``place.region``."""

    field: str
    message: str
    message_en: str


_TEXT = ("harus berupa teks", "must be text")
_NUMBER = ("harus berupa bilangan", "must be a number")
_WHOLE = ("harus bilangan bulat", "must be a whole number")
_YES_NO = ("harus true atau false", "must be true or false")
_DATE = ("bukan tanggal yang benar (TTTT-BB-HH)", "is not a valid date (YYYY-MM-DD)")
_TIME = ("bukan waktu yang benar (ISO 8601)", "is not a valid time (ISO 8601)")
_ONE_OF = ("harus salah satu dari: {expected}", "must be one of: {expected}")
_ID = ("bukan pengenal yang benar", "is not a valid id")
_OBJECT = ("harus berupa objek JSON", "must be a JSON object")
_LIST = ("harus berupa daftar", "must be a list")

WORDS = {
    "missing": ("wajib diisi", "is required"),
    "string_too_short": (
        "terlalu pendek (paling sedikit {min_length} karakter)",
        "is too short (at least {min_length})",
    ),
    "string_too_long": (
        "terlalu panjang (paling banyak {max_length} karakter)",
        "is too long (at most {max_length})",
    ),
    "too_short": ("terlalu sedikit (paling sedikit {min_length})", "too few (at least {min_length})"),
    "too_long": ("terlalu banyak (paling banyak {max_length})", "too many (at most {max_length})"),
    "enum": _ONE_OF,
    "literal_error": _ONE_OF,
    "uuid_parsing": _ID,
    "uuid_type": _ID,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_type": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": ("harus menyebut zona waktunya", "must name its time zone"),
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "less_than_equal": ("paling besar {le}", "must be at most {le}"),
    "less_than": ("harus kurang dari {lt}", "must be less than {lt}"),
    "greater_than_equal": ("paling kecil {ge}", "must be at least {ge}"),
    "greater_than": ("harus lebih dari {gt}", "must be more than {gt}"),
    "extra_forbidden": ("tidak dikenal", "is not a known field"),
    "json_invalid": ("bukan JSON yang benar", "is not valid JSON"),
    "string_pattern_mismatch": ("bentuknya belum benar", "has the wrong form"),
}
"""Pydantic's kinds of error, as people read them."""

OTHERWISE = ("isian tidak diterima", "is not accepted")
"""For kinds that are not above; pydantic's own words may quote the value."""

_PLACES = frozenset({"body", "query", "path"})
MOST_ERRORS = 20
"""A body with a thousand wrong fields is told of the first ones."""


_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")


def field_error(raw: Mapping[str, Any]) -> FieldError:
    """One of pydantic's errors in both languages, without the value."""
    field = _field_name(raw)
    if raw["type"] == "value_error" and "|" in raw["msg"]:  # validators say «Indonesian|English»
        message, _, message_en = raw["msg"].removeprefix("Value error, ").partition("|")
        return FieldError(field, message.strip(), message_en.strip())
    message, message_en = WORDS.get(raw["type"], OTHERWISE)
    context = dict(raw.get("ctx") or {})
    if "expected" in context:  # of members of an enumeration, their values
        context["expected"] = _MEMBER.sub(r"\1", str(context["expected"]))
    try:
        return FieldError(field, message.format(**_in_indonesian(context)), message_en.format(**context))
    except (KeyError, IndexError):
        return FieldError(field, *OTHERWISE)


def _field_name(raw: Mapping[str, Any]) -> str:
    location = [str(part) for part in raw["loc"]]
    if raw["type"] == "json_invalid":  # its location is an offset into the body
        return "body"
    inner = location[1:] if location and location[0] in _PLACES else location
    return ".".join(inner)[:100] or "body"  # an unknown field's name is the caller's: not at any length


def _in_indonesian(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with pydantic's enumeration («'a', 'b' or 'c'») in the other language."""
    return {**context, "expected": str(context.get("expected", "")).replace(" or ", " atau ")}
