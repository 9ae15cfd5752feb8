"""What an agency said, read as LAPOR reads it."""

from uuid import UUID

from pydantic import ValidationError

from deploy.conformance.watch import Heard
from shared.contracts import AgencyResponse
from shared.contracts.codec import explain


def response_of(word: Heard) -> AgencyResponse | None:
    """None if the body does not fit the schema."""
    try:
        return AgencyResponse.model_validate_json(word.body)
    except ValidationError:
        return None


def leg_of(word: Heard) -> UUID | None:
    response = response_of(word)
    return response.leg_id if response else None


def fault_of(word: Heard) -> str:
    """Why the body does not fit; empty if it does."""
    try:
        AgencyResponse.model_validate_json(word.body)
    except ValidationError as error:
        return explain(error)
    return ""
