"""Facts to bytes and back. Refuses, with a reason free of values, what it cannot read."""

from pydantic import ValidationError

from shared.contracts.base import Fact
from shared.contracts.catalogue import FACTS


class Undecodable(ValueError):
    """A message that no retry will make readable: it goes to the dead letters with this reason."""


def encode(fact: Fact) -> bytes:
    """A fact's body as it travels and is stored: JSON without what is None."""
    return fact.model_dump_json(exclude_none=True).encode()


def decode(schema_name: str | None, body: bytes) -> Fact:
    """Read one fact; raises `Undecodable` for an unknown type or a body its schema refuses."""
    model = FACTS.get(schema_name or "")
    if model is None:
        raise Undecodable(f"unknown fact type {str(schema_name)[:80]!r}")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Undecodable(f"{schema_name}: {explain(error)}") from None


def explain(error: ValidationError) -> str:
    """Which fields are wrong and how, without the values, which may be personal."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['msg']}" for p in problems[:5])
