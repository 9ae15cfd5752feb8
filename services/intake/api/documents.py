"""How refusals are described in the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

_WORDS = {
    400: "The body cannot be read.",
    401: "The access code or signature is missing or wrong.",
    403: "Not in this role.",
    404: "No such report, or the access code does not match; which of the two is not told.",
    409: "Not possible now; the sentence says what is.",
    412: "Another version of the protocol.",
    413: "Too large.",
    415: "This type of file is not accepted.",
    416: "A range outside the file.",
    422: "A field needs correction; each is named.",
    429: "Too many attempts; see Retry-After.",
    460: "The bytes do not match their checksum.",
    503: "A server is away; see Retry-After.",
}


class FieldProblem(BaseModel):
    """One wrong field."""

    field: str
    message: str
    message_en: str


class ProblemDocument(BaseModel):
    """RFC 9457, with the sentence in Indonesian and in English."""

    type: str
    title: str
    status: int
    detail: str
    detail_en: str
    errors: list[FieldProblem] = []


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a call may answer with."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {
        status: {
            "model": ProblemDocument,
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }
