"""Writes the AsyncAPI 3.0 documents: `python -m shared.messaging.asyncapi [folder]`.

Derived from the catalogue and the topology alone, so that they cannot say anything else than what runs.
"""

import json
import re
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.contracts import AgencyResponse, Fact, ResponseKind
from shared.contracts.base import DISPOSITIONS, INBOUND, RESPONSES
from shared.contracts.catalogue import FACTS
from shared.messaging import asyncapi_parts as parts
from shared.messaging.agencies import agency_user
from shared.messaging.asyncapi_parts import Topic
from shared.messaging.topology import QUEUED_CHANNELS, SERVICES, WORK, service_permissions

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "asyncapi"
AGENCY_RESPONSE = "agency-response.v1"

Document = dict[str, Any]


def documents() -> dict[str, Document]:
    """File name without ending → document."""
    return {**{service: service_document(service) for service in SERVICES}, "agency": agency_document()}


def service_document(service: str) -> Document:
    """What one service says and hears, and what its broker user may do."""
    builder = _Builder()
    permissions = service_permissions(service)
    for name, model in FACTS.items():
        if any(
            exchange == model.exchange and any(re.search(pattern, key) for key in keys_of(model))
            for exchange, pattern in permissions.topics.items()
        ):
            builder.fact("send", name, model)
    if INBOUND in permissions.topics:
        builder.inbound("send")
    for queue in (queue for queue in WORK if queue.name.startswith(f"{service}.")):
        builder.queue(queue.name, queue.arguments)
        for name, model in FACTS.items():
            if _reaches(queue.bindings, model.exchange, keys_of(model)):
                builder.fact("receive", name, model, queue.name)
        if _reaches(queue.bindings, RESPONSES, ["response.35.3578.dishub.response"]):
            builder.response("receive", queue.name)
        if _reaches(queue.bindings, INBOUND, [f"inbound.{channel}" for channel in QUEUED_CHANNELS]):
            builder.inbound("receive", queue.name)
    user = {
        "user": service,
        "configure": permissions.configure,
        "write": permissions.write,
        "read": permissions.read,
        "writable routing keys": permissions.topics,
    }
    purpose = f"What the {service} service says and hears on the broker."
    return builder.document(f"LAPOR {service}", purpose, user)


def agency_document() -> Document:
    """What an agency hears about its own legs, and how it answers; `{agency}` is the agency's path."""
    builder = _Builder()
    for name, model in FACTS.items():
        if model.exchange == DISPOSITIONS:
            builder.fact("receive", name, model, "agency.{agency}")
    builder.response("send")
    wall = agency_user("path")
    user = {
        "user": wall.name,
        "configure": wall.configure,
        "write": wall.write,
        "read": wall.read,
        "writable routing keys": {exchange: keys[0] for exchange, keys in wall.topics.items()},
        "readable routing keys": {exchange: keys[1] for exchange, keys in wall.topics.items()},
    }
    user = json.loads(json.dumps(user).replace("path", "{agency}"))
    purpose = (
        "What an agency hears and answers over its own broker user. The queue agency.<path> is made with the "
        "user and hears disposition.<path>.#; answers are published as response.<path>.<kind>. Acknowledge a "
        "message after it is stored; it may arrive twice, with the same message_id. What an answer made true "
        "comes back as a fact that names it in response_id; one that changed nothing, as "
        "disposition.<path>.refused with the reason."
    )
    return builder.document("LAPOR for agencies", purpose, user)


def topic_of(model: type[Fact]) -> str:
    """A fact's routing key with the names of the fields it holds, e.g. ``report.submitted.{channel}``."""
    blanks: dict[str, Any] = {field: f"{{{field}}}" for field in model.model_fields}
    return model.model_construct(**blanks).routing_key


def keys_of(model: type[Fact]) -> list[str]:
    """Routing keys that this fact really travels under, one for every value of an enumerated word."""
    keys = [topic_of(model)]
    for field in re.findall(r"{(\w+)}", keys[0]):
        values = _values(model, field) or ["35.3578.dishub"]
        keys = [key.replace(f"{{{field}}}", value) for key in keys for value in values]
    return keys


def matches(pattern: str, key: str) -> bool:
    """Whether a topic binding hears a routing key: `*` is one word, `#` any number of words."""
    return _matches(pattern.split("."), key.split("."))


def _matches(pattern: list[str], key: list[str]) -> bool:
    if not pattern:
        return not key
    if pattern[0] == "#":
        return any(_matches(pattern[1:], key[skipped:]) for skipped in range(len(key) + 1))
    return bool(key) and pattern[0] in {"*", key[0]} and _matches(pattern[1:], key[1:])


def _reaches(bindings: tuple[tuple[str, str], ...], exchange: str, keys: list[str]) -> bool:
    return any(exchange == bound and matches(pattern, key) for bound, pattern in bindings for key in keys)


def _values(model: type[BaseModel], field: str) -> list[str]:
    kind = model.model_fields[field].annotation
    return [str(value) for value in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


class _Builder:
    """Collects channels, operations and messages of one document; adding something twice changes nothing."""

    def __init__(self) -> None:
        self._channels: Document = {}
        self._operations: Document = {}
        self._messages: Document = {}
        self._models: set[type[BaseModel]] = set()
        self._exchanges: set[str] = set()

    def fact(self, action: str, name: str, model: type[Fact], queue: str | None = None) -> None:
        address = topic_of(model)
        parameters = {
            field: parts.parameter(model.model_fields[field].description, _values(model, field))
            for field in re.findall(r"{(\w+)}", address)
        }
        self._models.add(model)
        self._messages[name] = parts.fact_message(name, model)
        self._operate(action, Topic(model.type, model.exchange, address, parameters), name, queue)

    def response(self, action: str, queue: str | None = None) -> None:
        parameters = {
            "agency": parts.parameter("The agency's own path; the broker lets it use no other.", []),
            "kind": parts.parameter("What the answer is.", [str(kind) for kind in ResponseKind]),
        }
        self._models.add(AgencyResponse)
        self._messages[AGENCY_RESPONSE] = parts.response_message(AgencyResponse)
        topic = Topic("response", RESPONSES, "response.{agency}.{kind}", parameters)
        self._operate(action, topic, AGENCY_RESPONSE, queue)

    def inbound(self, action: str, queue: str | None = None) -> None:
        parameters = {
            "channel": parts.parameter("Where the message came in.", [str(c) for c in QUEUED_CHANNELS])
        }
        self._messages["inbound"] = parts.INBOUND_MESSAGE
        self._operate(action, Topic("inbound", INBOUND, "inbound.{channel}", parameters), "inbound", queue)

    def queue(self, name: str, arguments: dict[str, str]) -> None:
        self._channels[name] = parts.queue_channel(name, arguments)

    def _operate(self, action: str, topic: Topic, message: str, queue: str | None) -> None:
        self._exchanges.add(topic.exchange)
        channel = self._channels.setdefault(topic.name, parts.topic_channel(topic))
        channel["messages"][message] = {"$ref": f"#/components/messages/{message}"}
        operation = self._operations.setdefault(
            f"{action}.{topic.name}", parts.operation(action, topic.name, message)
        )
        if queue is not None and queue not in operation.setdefault("x-lapor-queues", []):
            operation["x-lapor-queues"].append(queue)

    def document(self, title: str, purpose: str, user: Document) -> Document:
        _, schemas = models_json_schema(
            [(model, "validation") for model in sorted(self._models, key=lambda m: m.__name__)],
            ref_template="#/components/schemas/{model}",
        )
        return {
            "asyncapi": "3.0.0",
            "info": {"title": title, "version": "1", "description": purpose, "license": {"name": "MIT"}},
            "defaultContentType": "application/json",
            "servers": {"broker": parts.server(user)},
            "channels": dict(sorted(self._channels.items())),
            "operations": dict(sorted(self._operations.items())),
            "components": {
                "messages": dict(sorted(self._messages.items())),
                "messageTraits": parts.TRAITS,
                "channelBindings": {name: parts.exchange_binding(name) for name in sorted(self._exchanges)},
                "operationBindings": parts.OPERATION_BINDINGS,
                "schemas": {**parts.untitled(schemas.get("$defs", {})), **parts.SCHEMAS},
                "securitySchemes": parts.SECURITY,
            },
        }


class _Dumper(yaml.SafeDumper):
    """Writes what is said twice twice: anchors are for machines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (the base class names it)
        return True


def render(document: Document) -> str:
    """The document as the file holds it."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)


def write(folder: Path) -> list[str]:
    """Write every document that differs from its file; returns the names of those files."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, document in documents().items():
        path, text = folder / f"{name}.yaml", render(document)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(path.name)
    return changed


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
