"""What a refusal says, short enough to compare: its status, with its kind or the field it names first."""

import httpx

KIND = "urn:lapor:problem:"


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix(KIND)


def wrong_field(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["field"]
