"""Sends a call as somebody who may make it, and judges the answer: never a 5xx, always a problem+json."""

import itertools
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import httpx

from shared.security.tokens import Role
from tests.integration.fuzz.hostile import Call
from tests.integration.fuzz.story import DRAFT_SECRET, Story

ROLES = (Role.NATIONAL_ADMIN, Role.LIAISON, Role.COORDINATOR, Role.OPERATOR, Role.AUDITOR)
OF_THE_CALLER = {"authorization", "lapor-access-code", "lapor-draft-secret", "content-type", "content-length"}
OWN_FORM = ("/open311/", "/v1/reports/{tracking_id}/evidence/uploads")
"""GeoReport has its own form of an error; HEAD has no body at all."""


class Caller:
    """One service's client."""

    def __init__(self, story: Story, http: httpx.Client, base: str) -> None:
        self._story, self._http, self._base = story, http, base
        self._roles: dict[str, Role] = {}
        self._turn = itertools.count()
        self.statuses: Counter[int] = Counter()

    def known(self, call: Call) -> Call:
        """The call with names that exist in its path, other ones each time."""
        turn = next(self._turn)
        names = {name: self._story.known[name] for name in call.path if name in self._story.known}
        path = call.path | {name: known[turn % len(known)] for name, known in names.items()}
        return replace(call, path=path)

    def send(self, call: Call) -> str | None:
        """What is wrong with the answer; None if nothing is."""
        headers = {
            name: str(text) for name, text in call.headers.items() if name.lower() not in OF_THE_CALLER
        }
        headers["LAPOR-Access-Code"] = self._story.codes.get(call.path.get("tracking_id", ""), "salah")
        headers["LAPOR-Draft-Secret"] = DRAFT_SECRET
        if call.media_type:
            headers["Content-Type"] = call.media_type
        for role in dict.fromkeys([self._roles.get(call.name, ROLES[0]), *ROLES]):
            answer = self._http.request(
                call.method,
                self._base + call.target,
                content=content(call),
                headers={name: text.encode("latin-1", "replace") for name, text in headers.items()}
                | self._story.officer(role),
            )
            self._roles.setdefault(call.name, role)
            if answer.status_code != 403:
                self._roles[call.name] = role
                break
        self.statuses[answer.status_code] += 1
        return wrong(call, answer)


def content(call: Call) -> bytes | None:
    """The body on the wire."""
    if call.media_type is None:
        return None
    if isinstance(call.body, bytes):
        return call.body
    return json.dumps(call.body).encode()


def wrong(call: Call, answer: httpx.Response) -> str | None:
    """What an answer may not be; names the call so that it can be repeated."""
    told = (
        f"{call.method} {call.target[:200]} {str(call.body)[:300]}: {answer.status_code} {answer.text[:300]}"
    )
    if answer.status_code >= 500:
        return told
    if answer.status_code < 400 or call.method == "HEAD" or call.template.startswith(OWN_FORM):
        return None
    kind: Any = answer.headers.get("content-type")
    if kind != "application/problem+json" or not answer.json()["detail_en"]:
        return f"no problem+json ({kind}): {told}"
    return None
