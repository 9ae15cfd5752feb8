"""The AsyncAPI documents: up to date, whole, and true to the topology and the broker's permissions."""

import re
from typing import Any

import pytest
import yaml

from deploy.provision import agency
from shared.contracts.catalogue import FACTS
from shared.messaging import asyncapi
from shared.messaging.asyncapi import documents, keys_of, matches, render, topic_of
from shared.messaging.topology import EXCHANGES, QUEUES, SERVICES, WORK, service_permissions

DOCUMENTS = documents()
every_document = pytest.mark.parametrize("name", DOCUMENTS)
every_fact = pytest.mark.parametrize("name", sorted(FACTS))


@every_document
def test_the_committed_document_is_up_to_date(name):
    path = asyncapi.FOLDER / f"{name}.yaml"
    assert path.exists() and path.read_text() == render(DOCUMENTS[name]), (
        f"{name}.yaml is not what the code says. Run `python -m shared.messaging.asyncapi`."
    )


def test_there_is_a_document_for_every_service_and_one_for_agencies():
    assert {path.stem for path in asyncapi.FOLDER.glob("*.yaml")} == {*SERVICES, "agency"}


@every_document
def test_every_reference_resolves(name):
    document = yaml.safe_load(render(DOCUMENTS[name]))
    for reference in _references(document):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, f"{reference} leads nowhere"
            target = target[part]


@every_document
def test_it_has_the_parts_that_asyncapi_3_asks_for(name):
    document = DOCUMENTS[name]
    assert document["asyncapi"] == "3.0.0"
    assert document["info"]["title"] and document["info"]["version"]
    assert all({"host", "protocol"} <= server.keys() for server in document["servers"].values())
    allowed = {"asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components"}
    assert document.keys() == allowed


@every_document
def test_an_operation_names_only_messages_of_its_own_channel(name):
    for operation in DOCUMENTS[name]["operations"].values():
        assert operation["action"] in {"send", "receive"}
        channel = operation["channel"]["$ref"]
        assert operation["messages"]
        assert all(m["$ref"].startswith(f"{channel}/messages/") for m in operation["messages"])


@every_document
def test_a_channel_declares_exactly_the_parameters_of_its_address(name):
    for channel in DOCUMENTS[name]["channels"].values():
        declared = channel.get("parameters", {}).keys()
        assert set(re.findall(r"{(\w+)}", channel["address"])) == declared


@every_document
def test_component_names_are_of_the_form_the_standard_allows(name):
    for components in DOCUMENTS[name]["components"].values():
        assert all(re.fullmatch(r"[\w.-]+", key) for key in components)


@every_document
def test_every_message_of_a_document_is_sent_or_received_in_it(name):
    document = DOCUMENTS[name]
    used = {m["$ref"].rpartition("/")[2] for o in document["operations"].values() for m in o["messages"]}
    assert used == document["components"]["messages"].keys()


@every_document
def test_every_exchange_and_queue_in_it_is_in_the_topology(name):
    document = DOCUMENTS[name]
    bindings = document["components"]["channelBindings"].values()
    assert {b["amqp"]["exchange"]["name"] for b in bindings} <= set(EXCHANGES)
    queues = {c["address"] for c in document["channels"].values() if "x-lapor-arguments" in c}
    assert queues <= {queue.name for queue in QUEUES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_from_every_one_of_its_queues(service):
    operations = DOCUMENTS[service]["operations"].values()
    heard = {queue for operation in operations for queue in operation.get("x-lapor-queues", ())}
    assert heard == {queue.name for queue in WORK if queue.name.startswith(f"{service}.")}


@every_fact
def test_a_fact_has_exactly_one_service_that_may_say_it(name):
    speakers = [s for s in SERVICES if f"send.{FACTS[name].type}" in DOCUMENTS[s]["operations"]]
    assert len(speakers) == 1


@every_fact
def test_a_fact_that_must_be_heard_has_a_queue_for_every_key_it_travels_under(name):
    model = FACTS[name]
    bound = [pattern for queue in WORK for exchange, pattern in queue.bindings if exchange == model.exchange]
    unheard = [key for key in keys_of(model) if not any(matches(pattern, key) for pattern in bound)]
    assert not (model.must_route and unheard)


def test_every_binding_hears_something():
    heard = {(model.exchange, key) for model in FACTS.values() for key in keys_of(model)}
    for queue in WORK:
        for exchange, pattern in queue.bindings:
            if exchange in {"lapor.inbound", "lapor.responses"}:
                continue  # not facts: what channels and agencies send
            assert any(exchange == e and matches(pattern, key) for e, key in heard), (queue.name, pattern)


def test_no_service_but_intake_may_write_to_the_private_exchange_and_only_notify_hears_it():
    writers = {s for s in SERVICES if re.match(service_permissions(s).write, "lapor.private")}
    readers = {
        q.name.split(".")[0] for q in WORK for exchange, _ in q.bindings if exchange == "lapor.private"
    }
    assert (writers, readers) == ({"intake"}, {"notify"})


@pytest.mark.parametrize(
    ("pattern", "key", "heard"),
    [
        ("case.#", "case.closed", True),
        ("case.#", "case", True),
        ("case.*", "case", False),
        ("disposition.#.created", "disposition.35.3578.dishub.created", True),
        ("disposition.#.created", "disposition.created", True),
        ("disposition.#.created", "disposition.35.created.returned", False),
        ("disposition.35.#", "disposition.350.x", False),
        ("report.replied", "report.replied.sms", False),
    ],
)
def test_a_binding_matches_as_the_broker_matches_it(pattern, key, heard):
    assert matches(pattern, key) is heard


def test_a_topic_shows_the_fields_it_is_made_of():
    topics = {topic_of(FACTS[name]) for name in ("report.submitted.v1", "disposition.created.v1")}
    assert topics == {"report.submitted.{channel}", "disposition.{agency}.created"}


async def test_the_agency_document_states_the_permissions_that_provisioning_grants(monkeypatch):
    granted = await _granted("35.3578.dishub", monkeypatch)
    stated = DOCUMENTS["agency"]["servers"]["broker"]["x-lapor-permissions"]
    escaped = re.escape("35.3578.dishub")
    assert granted == {
        "permissions": tuple(stated[k].replace("{agency}", escaped) for k in ("configure", "write", "read")),
        "topics": {
            exchange: tuple(
                stated[f"{able} routing keys"][exchange].replace("{agency}", escaped)
                for able in ("writable", "readable")
            )
            for exchange in ("lapor.dispositions", "lapor.responses")
        },
    }


async def _granted(code: str, monkeypatch) -> dict[str, Any]:
    granted: dict[str, Any] = {}

    class Silent:
        def __init__(self, _url: str) -> None: ...
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_): ...
        async def put(self, *_, **__): ...
        async def post(self, *_, **__): ...

    async def record(_management, _user, permissions, topics):
        granted.update(permissions=permissions, topics=dict(topics))

    monkeypatch.setattr(agency, "Management", Silent)
    monkeypatch.setattr(agency, "set_permissions", record)
    await agency.grant_agency("http://unused", code, "secret")
    return granted


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [reference for item in node for reference in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [reference for value in node.values() for reference in _references(value)]
