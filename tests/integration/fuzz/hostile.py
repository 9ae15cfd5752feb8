"""What no client should send, and where it is put: one value of an otherwise acceptable call at a time."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

TEXTS = (
    "\x00", "a\x00b",
    "\x1b[2J", "\u202e\u2066balik\u2069", "\ufffe", "\ufeff", "%", "%00", "..",
    "' OR 1=1 --", "", " ", "x" * 5_000, "٣٥", "²", "१२३", "Ⅷ", "ß" * 130, "-", "()", "[", "{0}",
    "\U0001f600",
    "0", "-1", "1.5", "2147483648", "-2147483649", "9223372036854775808", "9" * 30, "9" * 5_000, "1e400",
    "NaN", "Infinity", "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "2026-07-06T10:00:00", "99.99", "35.78.01.1001", "kl.tidak-ada",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
)  # fmt: skip
RAW = ("%ED%A0%80", "%FF", "%C3%28", "%")
"""Already on the wire, in a path or a query: half a character, no UTF-8, a broken escape."""
OTHERS: tuple[Any, ...] = (
    None, True, [], {}, [[]], [None], {"": None}, {"\x00": "\x00"}, 0, -1, 2**31, 2**63, -(2**63) - 1, 10**30,
    1.5, 1e308, -0.0, "\ud800", ["\x00"], ["x"] * 2_000, 9_999_999_999_999, -62_135_596_801,
)  # fmt: skip
"""In a body also other types, and half a character as JSON can escape it."""


class Raw(str):
    """A value that is sent without being quoted."""

    __slots__ = ()


@dataclass(frozen=True)
class Call:
    """A call as it will be sent, whole enough to be repeated by hand."""

    method: str
    template: str
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def target(self) -> str:
        """Path and query, quoted."""
        path = self.template
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", _quoted(value))
        pairs = [
            f"{_quoted(name)}={_quoted(one)}"
            for name, value in self.query.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        return f"{path}?{'&'.join(pairs)}" if pairs else path


def _quoted(value: Any) -> str:
    if isinstance(value, Raw):
        return value
    # A lone dot would be taken out of the path by the client itself.
    return quote(str(value), safe="", errors="surrogatepass").replace(".", "%2E")


def variants(call: Call, names: Sequence[str] = ()) -> Iterator[Call]:
    """Every call in which one value of the path, the query or the body is replaced by a hostile one.

    `names` are query parameters to be tried although this call does not have them.
    """
    in_a_url = [*TEXTS, *map(Raw, RAW)]
    for name in call.path:
        for value in in_a_url:
            yield replace(call, path={**call.path, name: value or Raw("%20")})
    for name in dict.fromkeys([*call.query, *names]):
        for value in in_a_url:
            yield replace(call, query={**call.query, name: value})
    if call.media_type == "application/json":
        for place in _places(call.body):
            for value in (*TEXTS, *OTHERS):
                yield replace(call, body=_with(call.body, place, value))


def _places(body: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    inner = body.items() if isinstance(body, dict) else enumerate(body[:2]) if isinstance(body, list) else ()
    for key, value in inner:
        yield from _places(value, (*above, key))


def _with(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = deepcopy(body)
    inside = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return changed
