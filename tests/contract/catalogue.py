"""Every message there is, as the contract tests compare it, and where its committed files lie."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shared.contracts import AgencyResponse, Fact, ResponseKind
from shared.contracts.base import RESPONSES
from shared.contracts.catalogue import FACTS
from shared.contracts.codec import encode

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parent / "schemas"
AGENCY_RESPONSE = "agency-response.v1"

MESSAGES: dict[str, type[BaseModel]] = {**FACTS, AGENCY_RESPONSE: AgencyResponse}


def body_of(message: BaseModel) -> Any:
    """The message's JSON, as it travels."""
    if isinstance(message, Fact):
        return json.loads(encode(message))
    return json.loads(message.model_dump_json(exclude_none=True))


def golden_of(name: str, message: BaseModel) -> dict[str, Any]:
    """What a golden file holds."""
    if isinstance(message, Fact):
        exchange, key = message.exchange, message.routing_key
    else:  # an agency says who it is in the routing key, and nowhere else
        exchange, key = RESPONSES, f"response.35.3578.dishub.{ResponseKind.RESPONSE}"
    return {"type": name, "exchange": exchange, "routing_key": key, "body": body_of(message)}


def read(folder: Path, name: str) -> dict[str, Any] | None:
    """A committed file, or None if there is none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def write(folder: Path, name: str, content: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=folder == SCHEMAS)
    (folder / f"{name}.json").write_text(text + "\n")


def committed(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.json")}
