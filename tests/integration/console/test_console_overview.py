"""The console's overview and its door: who comes in, and what is shown while services are away."""

import pytest

from deploy.cli.target import Broker
from deploy.console.dead import DeadLetters
from deploy.console.overview import Watch
from deploy.console.services import Services
from shared.security.tokens import Role
from tests.integration.console.conftest import LETTERS

PAGES = ("/petugas/konsol", "/petugas/konsol/aliran", LETTERS, f"{LETTERS}/periksa?aksi=buang")


@pytest.mark.parametrize("path", PAGES)
async def test_whoever_is_not_signed_in_is_sent_to_sign_in(window, path):
    answer = await window(None).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/petugas/perpanjang?lalu=%2Fpetugas%2Fkonsol")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", sorted({*Role} - {Role.OPERATOR, Role.NATIONAL_ADMIN}))
async def test_an_officer_of_another_role_is_refused(window, path, role):
    assert (await window(role).get(path)).status_code == 403


async def test_the_overview_shows_every_queue_while_no_service_answers(window, park):
    page = await window().get("/petugas/konsol")
    assert page.status_code == 200
    assert "sla.facts" in page.text and "intake.inbound.sms" in page.text and "0/5" in page.text
    assert "sla.facts.dead" not in page.text
    assert "tidak menjawab" in page.text


async def test_a_broker_that_is_away_is_told_in_words(window, application):
    away = Broker("http://lapor:x@127.0.0.1:9", "amqp://lapor:x@127.0.0.1:9/")
    application.state.watch = Watch(away, Services(lambda _: "http://127.0.0.1:9"))
    application.state.dead = DeadLetters(away)
    overview, letters = await window().get("/petugas/konsol"), await window().get(LETTERS)
    assert overview.status_code == 200 and "RabbitMQ tidak dapat dihubungi" in overview.text
    assert letters.status_code == 503 and "RabbitMQ" in letters.text


async def test_the_console_is_ready_when_its_broker_answers(window):
    assert (await window(None).get("/health/ready")).status_code == 200
