"""`python -m tests.contract.regenerate`: writes schemas, golden files and AsyncAPI documents anew.

Only ever adds: it refuses, and writes nothing, where a message would change in a way that breaks a reader.
"""

import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.contracts.codec import explain
from shared.messaging import asyncapi
from tests.contract.catalogue import GOLDEN, MESSAGES, SCHEMAS, committed, golden_of, read, write
from tests.contract.compatibility import RULE, breaches, schema_of
from tests.contract.samples import sample


def refusals(golden: Path = GOLDEN, schemas: Path = SCHEMAS) -> list[str]:
    """Why the committed files must not be written anew."""
    found = [
        f"{name} was published and is gone from the catalogue: a message, once said, stays readable."
        for name in sorted((committed(golden) | committed(schemas)) - MESSAGES.keys())
    ]
    for name, model in MESSAGES.items():
        before = read(schemas, name)
        if before is not None:
            found += breaches(name, before, schema_of(model))
        old = read(golden, name)
        if old is not None:
            found += _altered(name, old)
    return found


def regenerate(golden: Path = GOLDEN, schemas: Path = SCHEMAS) -> list[str]:
    """Write what is new or has grown; returns the names of the messages that did."""
    changed = []
    for name, model in MESSAGES.items():
        for folder, content in ((golden, _grown(golden, name)), (schemas, schema_of(model))):
            if read(folder, name) != content:
                write(folder, name, content)
                changed.append(f"{folder.name}/{name}.json")
    return changed


def _grown(folder: Path, name: str) -> dict[str, Any]:
    """The committed example with what its message has gained since; what was written stays."""
    new, old = golden_of(name, sample(MESSAGES[name])), read(folder, name)
    return new if old is None else _merge(new, old)


def _merge(new: Any, old: Any) -> Any:
    if isinstance(new, dict) and isinstance(old, dict):
        return {key: _merge(value, old[key]) if key in old else value for key, value in new.items()}
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return [_merge(*pair) for pair in zip(new, old, strict=True)]
    return old


def _altered(name: str, old: dict[str, Any]) -> list[str]:
    try:
        new = golden_of(name, MESSAGES[name].model_validate(old["body"]))
    except ValidationError as error:
        return [RULE.format(f"{name} refuses a message written earlier ({explain(error)})")]
    return [
        f"{name} changed its {part} from {old[part]} to {new[part]}: who listens there would hear it no more."
        for part in ("exchange", "routing_key")
        if old[part] != new[part]
    ]


def main() -> None:
    if found := refusals():
        sys.exit("\n".join(["Nothing was written.", *found]))
    changed = [*regenerate(), *asyncapi.write(asyncapi.FOLDER)]
    print("\n".join(changed) or "Everything is up to date.")


if __name__ == "__main__":
    main()
