"""The pieces an AsyncAPI document is made of: channels, messages, operations, as AMQP carries them."""

import inspect
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.contracts import Fact
from shared.messaging import envelope

BINDING = {"bindingVersion": "0.3.0"}

SECURITY: dict[str, Any] = {
    "brokerUser": {
        "type": "userPassword",
        "description": "Each service and each agency has a user of its own.",
    }
}


def _header(kind: str, description: str) -> dict[str, str]:
    return {"type": kind, "description": description}


SCHEMAS: dict[str, Any] = {
    "Headers": {
        "type": "object",
        "properties": {
            "traceparent": _header("string", "W3C trace context of what caused the message."),
            envelope.ATTEMPTS: _header("integer", "How often a reader has failed on it; absent at first."),
            envelope.REASON: _header("string", "Why the last attempt failed, without any value."),
            envelope.HISTORY: _header("string", "JSON: each attempt with its time and reason."),
            envelope.QUEUE: _header("string", "The queue whose reader failed."),
            envelope.TYPE: _header("string", "The message's type, kept beside it on the retry ladder."),
            "x-lapor-routing-key": _header("string", "The routing key it was first published with."),
        },
    }
}

_FACT_PROPERTIES = {
    "message_id": "UUIDv7 of the fact; a repetition carries the same one and is to be ignored.",
    "type": "The message's name and schema version.",
    "correlation_id": "The report's id.",
    "timestamp": "When the fact was recorded, in seconds.",
    "content_type": "application/json",
    "delivery_mode": "2, persistent",
}
_RESPONSE_PROPERTIES = {
    "message_id": "Any id of the agency's own; an answer with an id that was seen before is ignored.",
    "content_type": "application/json",
    "delivery_mode": "2, persistent",
}

TRAITS: dict[str, Any] = {
    "fact": {
        "contentType": "application/json",
        "correlationId": {"location": "$message.payload#/report_id"},
        "headers": {"$ref": "#/components/schemas/Headers"},
        "x-lapor-properties": _FACT_PROPERTIES,
    },
    "response": {"contentType": "application/json", "x-lapor-properties": _RESPONSE_PROPERTIES},
}

INBOUND_MESSAGE: dict[str, Any] = {
    "name": "inbound",
    "title": "A message as a channel delivered it",
    "summary": "Private to intake: written before the gateway is answered, read by the channel's own parser.",
    "contentType": "application/json",
    "payload": {"type": "object", "description": "The channel's own form; no other service reads it."},
}


def server(user: dict[str, Any]) -> dict[str, Any]:
    """The broker; `user` tells who connects and with which permissions."""
    return {
        "host": "broker:5672",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "description": "RabbitMQ 3.10 or later, virtual host /. Exchanges are topics and durable.",
        "security": [{"$ref": "#/components/securitySchemes/brokerUser"}],
        "x-lapor-permissions": user,
    }


def parameter(description: str | None, values: list[str]) -> dict[str, Any]:
    """A part of a topic that varies, with its values where they are few."""
    found: dict[str, Any] = {"description": description} if description else {}
    if values:
        found["enum"] = values
    return found


def exchange_binding(exchange: str) -> dict[str, Any]:
    """What every channel on one exchange has in common."""
    topic = {"name": exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {"amqp": {"is": "routingKey", "exchange": topic, **BINDING}}


@dataclass(frozen=True)
class Topic:
    """Where messages of one kind are published; `address` holds parameters in braces."""

    name: str
    exchange: str
    address: str
    parameters: dict[str, Any]


def topic_channel(topic: Topic) -> dict[str, Any]:
    """What is published to one exchange under one form of routing key."""
    channel: dict[str, Any] = {"address": topic.address, "messages": {}}
    if topic.parameters:
        channel["parameters"] = topic.parameters
    return {**channel, "bindings": {"$ref": f"#/components/channelBindings/{topic.exchange}"}}


def queue_channel(name: str, arguments: dict[str, str]) -> dict[str, Any]:
    """A queue that the broker's provisioning declares; nobody else needs to."""
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": name,
        "description": "A quorum queue. What cannot be handled is retried, then kept in its dead letters.",
        "bindings": {"amqp": {"is": "queue", "queue": queue, **BINDING}},
        "x-lapor-arguments": arguments,
    }


OPERATION_BINDINGS: dict[str, Any] = {
    "send": {"amqp": {"deliveryMode": 2, "mandatory": True, **BINDING}},
    "receive": {"amqp": {"ack": True, **BINDING}},
}


def operation(action: str, channel: str, message: str) -> dict[str, Any]:
    """`action` is send or receive, as seen by whoever the document is for."""
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message}"}],
        "bindings": {"$ref": f"#/components/operationBindings/{action}"},
    }


def fact_message(name: str, model: type[Fact]) -> dict[str, Any]:
    """A fact, with its docstring as summary."""
    own = inspect.cleandoc(vars(model).get("__doc__") or "")
    message: dict[str, Any] = {
        "name": name,
        "title": model.__name__,
        **({"summary": own} if own else {}),
        "traits": [{"$ref": "#/components/messageTraits/fact"}],
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "bindings": {"amqp": {"messageType": name, **BINDING}},
    }
    if not model.must_route:
        message["x-lapor-may-go-unheard"] = True
    return message


def response_message(model: type[BaseModel]) -> dict[str, Any]:
    """What an agency says."""
    return {
        "name": "agency-response",
        "title": model.__name__,
        "summary": inspect.cleandoc(model.__doc__ or ""),
        "traits": [{"$ref": "#/components/messageTraits/response"}],
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def untitled(schemas: dict[str, Any]) -> dict[str, Any]:
    """JSON schemas without the titles that repeat their fields' names."""
    return {
        name: {
            **schema,
            "properties": {
                field: {key: value for key, value in content.items() if key != "title"}
                for field, content in schema["properties"].items()
            },
        }
        if "properties" in schema
        else schema
        for name, schema in schemas.items()
    }
