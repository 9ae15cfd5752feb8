"""What a problem tells, and whether it repeats what somebody sent."""

import json
from typing import Any

from shared.web.problems import Problem

CANARY = "Siti Kanari 081298765432"


def body_of(problem: Problem) -> dict[str, Any]:
    return json.loads(problem.response().body)


def leaks(body: dict[str, Any], value: Any) -> bool:
    """Whether any word of a telling value can be found in the answer."""
    words = str(value).split() if CANARY in str(value) or len(str(value)) > 10 else []
    return any(word.strip("[]'\"") in json.dumps(body, ensure_ascii=False) for word in words)
