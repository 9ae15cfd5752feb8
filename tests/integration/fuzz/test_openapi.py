"""Whatever a caller sends, as the OpenAPI documents describe it or not: an answer, and never our mistake."""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

from tests.integration.fuzz.caller import Caller
from tests.integration.fuzz.hostile import Call, variants
from tests.integration.fuzz.town import NAMES

UNWRITTEN = ("application/offset+octet-stream",)
"""What Schemathesis cannot write; these uploads have tests of their own."""


def operations(application: Any) -> Iterator[Any]:
    """Every operation of an application's own document."""
    document = application.openapi()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if not any(body.media_type in UNWRITTEN for body in operation.body):
            yield operation


def drawn(operation: Any, mode: GenerationMode, examples: int) -> list[Call]:
    """The same calls every time: none where the schema leaves nothing to draw."""
    calls: list[Call] = []

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        body = None if case.body is NOT_SET else case.body
        calls.append(
            Call(
                case.method, case.path, dict(case.path_parameters or {}), dict(case.query or {}),
                dict(case.headers or {}), body, None if body is None else case.media_type,
            )
        )  # fmt: skip

    with contextlib.suppress(Unsatisfiable):
        draw()
    return calls


def asked(application: Any, caller: Caller, *, examples: int, spread: int, negative: bool) -> list[str]:
    """What went wrong. `spread`: of so many hostile variants of a call one is sent."""
    wrong: list[str | None] = []
    for operation in operations(application):
        calls = drawn(operation, GenerationMode.POSITIVE, examples)
        others = drawn(operation, GenerationMode.NEGATIVE, examples) if negative else []
        wrong += [caller.send(call) for call in (*calls, *map(caller.known, calls), *others)]
        if calls:
            names = [one.name for one in operation.query]
            sample = max(calls[:5], key=lambda call: len(str(call.body)))
            every = variants(caller.known(sample), names)
            wrong += [caller.send(call) for call in itertools.islice(every, 0, None, spread)]
    return [one for one in wrong if one]


@pytest.mark.parametrize("service", NAMES)
def test_no_call_is_our_mistake(town, story, http, service):
    caller = Caller(story, http, town.urls[service])
    wrong = asked(town.applications[service], caller, examples=1, spread=601, negative=False)
    assert not wrong, "\n".join(wrong[:20])
    assert caller.statuses


@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("service", NAMES)
def test_no_call_of_many_is_our_mistake(town, story, http, service):
    caller = Caller(story, http, town.urls[service])
    wrong = asked(town.applications[service], caller, examples=40, spread=1, negative=True)
    assert not wrong, "\n".join(wrong[:200])
