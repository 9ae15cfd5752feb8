"""What the documentation names is there: files, commands, calls, settings, queues, facts and metrics."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import typer
import yaml
from fastapi import APIRouter, FastAPI
from starlette.routing import Match

from deploy.cli.main import app as lapor
from deploy.console.settings import Settings as ConsoleSettings
from shared.contracts.catalogue import FACTS
from shared.messaging.topology import EXCHANGES, QUEUES, SERVICES
from tests.contract.documentation import (
    COMPOSE,
    ENVIRONMENT,
    PAGES,
    PROGRAMS,
    ROOT,
    anchors,
    calls,
    commands,
    links,
    name,
    programs,
    spoken,
)

APPLICATIONS = (
    *(f"services.{service}.app" for service in SERVICES),
    *(f"deploy.console.pages.{part}" for part in ("live", "letters", "acting")),
)


@pytest.fixture(scope="module")
def gateway() -> FastAPI:
    """Every call of every service and of the console, in one application that answers none."""
    together = FastAPI()
    for router in (each for module in APPLICATIONS for each in _routers(import_module(module))):
        together.include_router(router)
    return together


def _routers(module: Any) -> Iterator[APIRouter]:
    for value in vars(module).values():
        several = value if isinstance(value, list | tuple) else [value]
        yield from (each for each in several if isinstance(each, APIRouter))


def test_every_link_leads_somewhere():
    def leads(page, link):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        return target.exists() and (not anchor or anchor in anchors(target))

    assert [(name(page), link) for page in PAGES for link in links(page) if not leads(page, link)] == []


def test_every_file_that_is_named_is_there():
    path = re.compile(rf"(?:docs|{'|'.join(PROGRAMS)})/[\w./-]+")
    named = ((name(page), said) for page in PAGES for said in spoken(page) if path.fullmatch(said))
    assert [(page, said) for page, said in named if not (ROOT / said).exists()] == []


def test_every_command_that_is_told_is_one():
    root = typer.main.get_command(lapor)

    def understood(words):
        command, rest = root, list(words)
        while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
            alternatives = rest.pop(0).split("|")
            if not command.commands.keys() >= {*alternatives}:
                return False
            command = command.commands[alternatives[0]]
        options = {"--help", *(option for parameter in command.params for option in parameter.opts)}
        return {word for word in rest if word.startswith("--")} <= options

    told = [(name(page), words) for page in PAGES for words in commands(page)]
    assert [(page, " ".join(words)) for page, words in told if not understood(words)] == []


def test_every_call_that_is_told_is_answered(gateway):
    def answered(method, path):
        scope = {"type": "http", "method": method or "GET", "path": path, "headers": []}
        found = {route.matches(dict(scope))[0] for route in gateway.router.routes}
        return Match.FULL in found or (method is None and Match.PARTIAL in found)

    told = [(name(page), *call) for page in PAGES for call in calls(page)]
    assert [(page, method, path) for page, method, path in told if not answered(method, path)] == []


def test_every_setting_that_is_named_is_read_by_somebody():
    setting = re.compile(r"LAPOR_[A-Z0-9_]*[A-Z0-9]")
    read = {f"LAPOR_{field.upper()}" for field in ConsoleSettings.model_fields}
    for service in SERVICES:
        fields = import_module(f"services.{service}.settings").Settings.model_fields
        read |= {f"LAPOR_{field.upper()}" for field in fields}
    read |= {*setting.findall(programs() + (ROOT / "deploy/local/Caddyfile").read_text())}
    read |= {*re.findall(r"\$\{(LAPOR_\w+)", COMPOSE[0].read_text())}  # compose itself puts these in
    pages = [*PAGES, *COMPOSE, ENVIRONMENT]
    assert [
        (name(page), *unread) for page in pages if (unread := {*setting.findall(page.read_text())} - read)
    ] == []


def test_every_queue_exchange_and_fact_that_is_named_is_one():
    known = {
        *EXCHANGES,
        *(queue.name for queue in QUEUES),
        *FACTS,
        *(fact.rpartition(".v")[0] for fact in FACTS),
    }
    firsts = "|".join(sorted({one.partition(".")[0] for one in known} - {"partner"}))
    named = re.compile(rf"(?:{firsts})\.(?!example)[a-z0-9.<>-]+(?<!\.md)(?<!\.py)")

    def there(said):
        pattern = re.compile(re.sub(r"<\w+>", "[a-z.-]+", said.replace(".", r"\.")))
        return any(pattern.fullmatch(one) for one in known)

    told = [(name(page), said) for page in PAGES for said in spoken(page) if named.fullmatch(said)]
    assert told and [(page, said) for page, said in told if not there(said)] == []


def test_every_metric_that_is_named_is_measured():
    measured = {*re.findall(r'"(lapor_\w+)"', programs())}
    watching = [ROOT / "deploy/compose/alerts.yml", *(ROOT / "deploy/compose/grafana").rglob("*.json")]
    named = [
        (page, one) for page in PAGES + watching for one in re.findall(r"\blapor_\w+_\w+", page.read_text())
    ]
    without_ending = re.compile(r"_(?:total|bucket|count|sum)$")
    unknown = [(name(page), one) for page, one in named if not {one, without_ending.sub("", one)} & measured]
    assert unknown == []


def test_every_room_of_the_kernel_is_shown():
    shown = {link for link in links(ROOT / "docs/architecture.md") if link.startswith("../shared/")}
    rooms = {f"../shared/{found.parent.name}" for found in (ROOT / "shared").glob("*/__init__.py")}
    assert rooms <= shown


def test_every_decision_is_listed_by_its_title():
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text()
    titles = {
        page.name: page.read_text().partition("\n")[0].removeprefix("# ") for page in folder.glob("2*.md")
    }
    assert [file for file, title in sorted(titles.items()) if f"[{title}]({file})" not in listed] == []


def test_what_may_be_set_beside_compose_is_what_compose_asks_for():
    asked = {*re.findall(r"\$\{(LAPOR_\w+)", COMPOSE[0].read_text())}
    assert {*re.findall(r"^#(LAPOR_\w+)=", ENVIRONMENT.read_text(), re.MULTILINE)} == asked


def test_every_container_is_explained_to_whoever_starts_them():
    told_in_a_sentence = {"prometheus", "grafana"}
    containers = {*yaml.safe_load(COMPOSE[0].read_text())["services"]} - told_in_a_sentence
    assert containers - {*spoken(ROOT / "docs/compose.md")} == set()


def test_prometheus_asks_every_service_and_no_container_that_is_not_there():
    files = (COMPOSE[0], ROOT / "deploy/compose/apart.yml")
    there = {container for file in files for container in yaml.safe_load(file.read_text())["services"]}
    config = yaml.safe_load((ROOT / "deploy/compose/prometheus.yml").read_text())
    asked = {*config["scrape_configs"][0]["dns_sd_configs"][0]["names"]}
    assert {*SERVICES} <= asked <= there
