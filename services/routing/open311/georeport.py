"""GeoReport v2 as a client speaks it: what is posted, and what an agency's system answers. Pure.

Source: https://wiki.open311.org/GeoReport_v2/. Never sends who reported: routing does not know.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from services.routing.domain.commands import SUBSTANCE
from services.routing.domain.text import plain
from shared.contracts import DispositionCreated
from shared.text.substance import is_formula

LONGEST_DESCRIPTION = 4_000
LONGEST_ID = 200
FORM = "application/x-www-form-urlencoded"


class Unreadable(Exception):
    """An answer that is not GeoReport v2; the text says what is missing."""


@dataclass(frozen=True)
class Endpoint:
    """Where an agency takes requests; `service_code` is its own word for what LAPOR sends."""

    url: str
    jurisdiction_id: str | None
    service_code: str

    @property
    def requests(self) -> str:
        return f"{self.url.rstrip('/')}/requests.json"

    def request(self, service_request_id: str) -> str:
        return self._at(f"requests/{quote(service_request_id, safe='')}.json")

    def token(self, token: str) -> str:
        return self._at(f"tokens/{quote(token, safe='')}.json")

    def _at(self, resource: str) -> str:
        query = f"?{urlencode({'jurisdiction_id': self.jurisdiction_id})}" if self.jurisdiction_id else ""
        return f"{self.url.rstrip('/')}/{resource}{query}"


@dataclass(frozen=True)
class Accepted:
    """One of the two: the id of the request, or a token to ask for it with later."""

    service_request_id: str | None
    token: str | None


@dataclass(frozen=True)
class Update:
    """What the agency's system says of a request."""

    closed: bool
    notes: str

    @property
    def substantive(self) -> bool:
        """Whether the notes say enough to be an answer to the reporter."""
        return len(self.notes) >= SUBSTANCE

    @property
    def explained(self) -> bool:
        """Whether they say what was done, which a formula does not."""
        return self.substantive and not is_formula(self.notes)


def form(endpoint: Endpoint, leg: DispositionCreated, api_key: str | None) -> bytes:
    """The body of POST requests.json. The tracking id leads, so that a request sent twice can be told."""
    place = leg.place
    words = f"[LAPOR {leg.tracking_id}] {leg.title}\n\n{leg.text}"
    fields: dict[str, Any] = {
        "api_key": api_key,
        "jurisdiction_id": endpoint.jurisdiction_id,
        "service_code": endpoint.service_code,
        "description": words[:LONGEST_DESCRIPTION],
        "lat": place.latitude,
        "long": place.longitude,
        "address_string": place.description or place.region or "-",
    }
    return urlencode({name: value for name, value in fields.items() if value is not None}).encode()


def accepted(body: bytes) -> Accepted:
    """Raises Unreadable."""
    first = _first(body)
    found = Accepted(_text(first, "service_request_id"), _text(first, "token"))
    if not found.service_request_id and not found.token:
        raise Unreadable("the answer has neither service_request_id nor token")
    return found


def update(body: bytes) -> Update:
    """Raises Unreadable."""
    first = _first(body)
    status = first.get("status")
    if status not in {"open", "closed"}:
        raise Unreadable("the answer's status is neither open nor closed")
    return Update(status == "closed", plain(str(first.get("status_notes") or ""))[:10_000])


def _first(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the answer is not JSON") from None
    first = content[0] if isinstance(content, list) and content else None
    if not isinstance(first, dict):
        raise Unreadable("the answer is not a list with one object")
    return first


def _text(first: dict[str, Any], name: str) -> str | None:
    value = first.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else None
