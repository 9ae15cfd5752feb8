"""A complete example of any message, built from its model: every field filled, the same on every run."""

from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from annotated_types import Ge
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

Model = TypeVar("Model", bound=BaseModel)
MOMENT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)

WORDS: dict[str, Any] = {
    "tracking_id": "K7MQ3XW9FA",
    "title": "Lampu jalan padam di depan sekolah",
    "text": "Lampu jalan di depan sekolah padam sejak pekan lalu.",
    "category": "Infrastruktur",
    "region": "35.78",
    "latitude": -7.25,
    "longitude": 112.75,
    "agency": "35.3578.dishub",
    "agencies": "35.3578.dishub",
    "partner": "bpjs-kesehatan",
    "agency_name": "Dinas Perhubungan Kota Surabaya",
    "awaited": "Dinas Sosial Kota Surabaya",
    "agency_hint": "KOTA SURABAYA",
    "suggested_agency": "35.3578.pu",
    "to_agency": "35.3578.pu",
    "to_unit": "35.3578.dishub.penerangan",
    "desk_email": "pengaduan@dishub.example.go.id",
    "zone": "WIB",
    "object_key": "2026/07/06/lampu.jpg",
    "content_type": "image/jpeg",
    "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "size": 48_213,
    "sealed": "AcVEmg0v6Hc",
    "language": "id",
    "percent": 50,
    "score": 5,
    "recipient": "reporter",
    "channel": "email",
    "template": "status-changed",
    "quiet_from": "21:00",
    "quiet_until": "06:00",
}
"""What a field of this name holds, where its type alone would not make a plausible example."""


def sample(model: type[Model]) -> Model:
    """One instance of `model` in which every field has a value."""
    return model(**{name: _field(name, info) for name, info in model.model_fields.items()})


def _field(name: str, info: FieldInfo) -> Any:
    return _value(name, info.annotation, info.metadata)


def _value(name: str, kind: Any, metadata: list[Any] | tuple[Any, ...] = ()) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is AwareDatetime or kind is datetime:
        return MOMENT
    if origin is Annotated:
        return _value(name, inner[0], inner[1:])
    if origin in {Union, UnionType}:
        return _value(name, next(option for option in inner if option is not NoneType), metadata)
    if origin in {tuple, list, frozenset, set}:
        return [_value(name, inner[0])]
    if origin is dict:
        return {"contoh": _value(name, inner[1])}
    return _plain(name, kind, metadata)


def _plain(name: str, kind: Any, metadata: list[Any] | tuple[Any, ...]) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return sample(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if kind is UUID:
        return uuid5(NAMESPACE_URL, f"https://lapor.example/{name}")
    if kind is bool:
        return True
    if kind is date:
        return MOMENT.date()
    if name in WORDS and isinstance(WORDS[name], kind):
        return WORDS[name]
    if kind is int:
        return max([1, *(m.ge for m in metadata if isinstance(m, Ge))])
    if kind is float:
        return 1.5
    if kind is str:
        return f"Contoh {name.replace('_', ' ')}."
    raise TypeError(f"samples.py does not know how to fill {name}: {kind}")
