"""Writes the JSON schemas for agencies, from the contracts: `python -m deploy.conformance.schemas`."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shared.contracts import AgencyResponse, DispositionFact
from shared.contracts.catalogue import FACTS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "agencies" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """File name without ending → schema: every fact an agency hears, and the one message it says."""
    heard = {name: model for name, model in FACTS.items() if issubclass(model, DispositionFact)}
    models: dict[str, type[BaseModel]] = {**heard, "agency-response.v1": AgencyResponse}
    return {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        for name, model in models.items()
    }


def text_of(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(text_of(schema))


if __name__ == "__main__":
    main()
