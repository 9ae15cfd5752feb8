"""What a message's schema may become: it grows by optional fields and enum values, in no other way.

Each breach is a sentence that names the field. Text about a field (title, description) may change freely.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

RULE = (
    "Schemas change by addition only: {}. Add a new optional field, or a new version of the message, instead."
)

Schema = dict[str, Any]


def schema_of(model: type[BaseModel]) -> Schema:
    """The model's JSON schema without words for people; references are replaced by what they name."""
    raw = model.model_json_schema()
    return _plain(raw, raw.get("$defs", {}))


def breaches(name: str, before: Schema, after: Schema) -> list[str]:
    """What would break a reader or a writer that still knows `before`; empty if nothing would."""
    return [RULE.format(problem) for problem in _compare(name, before, after)]


def _plain(node: Any, definitions: Schema) -> Any:
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = _plain(definitions[node["$ref"].rpartition("/")[2]], definitions)
        return {**target, **_plain({k: v for k, v in node.items() if k != "$ref"}, definitions)}
    plain = {}
    for key, value in node.items():
        if key == "properties":  # field names, which may well be "title" or "description"
            plain[key] = {field: _plain(schema, definitions) for field, schema in value.items()}
        elif key not in {"$defs", "title", "description"}:
            plain[key] = _plain(value, definitions)
    return plain


def _compare(path: str, before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield f"{path} was {before} and became {after}"
        return
    yield from _fields(path, before, after)
    yield from _values(path, before, after)
    compared = {"properties", "required", "enum"}
    if _same_length(before.get("anyOf"), after.get("anyOf")):
        compared.add("anyOf")
        for old, new in zip(before["anyOf"], after["anyOf"], strict=True):
            yield from _compare(path, old, new)
    for key in {"items", "additionalProperties"} & before.keys() & after.keys():
        compared.add(key)
        yield from _compare(f"{path}[]", before[key], after[key])
    for key in sorted((before.keys() | after.keys()) - compared):
        if before.get(key) != after.get(key):
            yield f"{path} changed its {key} from {before.get(key)} to {after.get(key)}"


def _same_length(old: list[Schema] | None, new: list[Schema] | None) -> bool:
    return old is not None and new is not None and len(old) == len(new)


def _fields(path: str, before: Schema, after: Schema) -> Iterator[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    must, must_now = set(before.get("required", ())), set(after.get("required", ()))
    for field in old:
        if field not in new:
            yield f"{path}.{field} was removed or renamed"
            continue
        if field in must_now - must:
            yield f"{path}.{field} was optional and became required"
        if field in must - must_now:
            yield f"{path}.{field} was required, and readers rely on it"
        yield from _compare(f"{path}.{field}", old[field], new[field])
    for field in new:
        if field not in old and field in must_now:
            yield f"{path}.{field} is new and required, which older messages do not have"


def _values(path: str, before: Schema, after: Schema) -> Iterator[str]:
    if "enum" not in before and "enum" not in after:
        return
    if "enum" not in before or "enum" not in after:
        yield f"{path} began or ceased to be one of a fixed set of values"
        return
    for value in before["enum"]:
        if value not in after["enum"]:
            yield f"{path} lost the value {value!r}"
