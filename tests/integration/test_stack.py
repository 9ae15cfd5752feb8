"""The embedded stack itself: what survives a kill, that nothing is left over, what the gateway hides."""

import asyncio
import contextlib
import http.server
import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aio_pika
import asyncpg
import httpx
import psutil
import pytest

from deploy.local.stack import Stack
from deploy.provision.broker import provision_broker
from deploy.provision.database import provision_database
from shared.messaging.topology import SERVICES

pytestmark = pytest.mark.skipif(
    os.environ.get("LAPOR_TEST_STACK") == "containers", reason="is about the embedded stack"
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".local" / "test-stack"

SUPERVISOR = """
import asyncio, sys
from deploy.local.stack import Stack

async def main():
    async with Stack(sys.argv[1], services=()) as stack:
        print(*(pid for name in stack.names for pid in stack.pids(name)), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
async def stack() -> AsyncIterator[Stack]:
    """One of our own: its servers are killed."""
    async with Stack(FOLDER, services=(), fresh=True) as running:
        yield running


@pytest.fixture
def behind_the_gateway(stack: Stack) -> Iterator[list[dict[str, str]]]:
    """A stand-in for intake that notes the headers of every request."""
    seen: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", stack.ports["intake"]), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield seen
        server.shutdown()


async def connect(stack: Stack, role: str) -> asyncpg.Connection:
    return await asyncpg.connect(stack.database_url(role).replace("+asyncpg", ""))


async def test_what_the_database_committed_survives_its_kill(stack):
    connection = await connect(stack, "intake")
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.terminate()
    await stack.kill("postgres")
    await stack.start("postgres")
    connection = await connect(stack, "intake")
    try:
        assert await connection.fetchval("SELECT answer FROM kept") == 42
    finally:
        await connection.execute("DROP TABLE kept")
        await connection.close()


async def test_what_the_broker_confirmed_survives_its_kill(stack):
    async with await aio_pika.connect(stack.admin_amqp_url) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "notify.contacts", mandatory=True)
        await stack.kill("rabbitmq")
    await stack.start("rabbitmq")
    async with await aio_pika.connect(stack.admin_amqp_url) as connection:
        queue = await (await connection.channel()).get_queue("notify.contacts")
        found = await queue.get(timeout=10)
        assert found is not None and found.body == b"kept"
        await found.ack()


async def test_a_killed_server_leaves_no_process_of_its_tree(stack):
    tree = [psutil.Process(pid) for pid in stack.pids("postgres")]
    await stack.kill("postgres")
    assert [process.pid for process in tree if runs(process)] == []
    await stack.start("postgres")


async def test_what_is_not_at_the_door_leaves_the_processor_to_what_is(stack):
    niceness = {
        name: psutil.Process(stack.pids(name)[0]).nice() for name in ("postgres", "gateway", "catcher")
    }
    assert niceness["postgres"] < niceness["gateway"] < niceness["catcher"]


async def test_what_the_catcher_caught_survives_its_restart(stack):
    with smtplib.SMTP("127.0.0.1", stack.ports["smtp"]) as mail:
        mail.sendmail("a@example.id", ["b@example.id"], "Subject: Halo\r\nMessage-ID: <1@x>\r\n\r\nIsi.")
    async with httpx.AsyncClient(base_url=stack.catcher_url, trust_env=False) as client:
        await client.post("/sms", json={"to": "+628123", "text": "Halo", "id": "7"})
        await stack.kill("catcher")
        await stack.start("catcher")
        caught = (await client.get("/messages")).json()
    assert [(m["kind"], m["to"], m["id"]) for m in caught] == [
        ("mail", ["b@example.id"], "<1@x>"),
        ("sms", ["+628123"], "7"),
    ]


async def test_a_service_cannot_read_anothers_schema(stack):
    connection = await connect(stack, "sla")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM notify.alembic_version")
    finally:
        await connection.close()


async def test_preparing_the_servers_again_changes_nothing(stack):
    passwords = {service: stack.secrets[f"LAPOR_PASSWORD_{service.upper()}"] for service in SERVICES}
    await provision_database(stack.admin_database_url, passwords)
    await provision_broker(stack.admin_amqp_url, stack.management_url, passwords)
    await (await connect(stack, "routing")).close()
    await (await aio_pika.connect(stack.amqp_url("routing"))).close()


async def test_the_gateway_does_not_pass_on_where_a_request_came_from(stack, behind_the_gateway):
    telling = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
    async with httpx.AsyncClient(base_url=stack.gateway_url, trust_env=False) as client:
        await client.get("/v1/reports/X", headers=telling)
    (headers,) = behind_the_gateway
    assert not set(headers) & {"x-forwarded-for", "forwarded", "x-real-ip", "via"}
    assert "203.0.113.9" not in str(headers)


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/openapi.json", "/v1/reports/../../metrics"])
async def test_the_gateway_does_not_show_what_is_for_operators(stack, behind_the_gateway, path):
    async with httpx.AsyncClient(base_url=stack.gateway_url, trust_env=False) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert behind_the_gateway == []


async def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path):
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "stack")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        line = await asyncio.to_thread(supervisor.stdout.readline)
        children = [psutil.Process(int(pid)) for pid in line.split() if psutil.pid_exists(int(pid))]
        supervisor.send_signal(signal.SIGKILL)
    assert len(children) > 10
    for _ in range(100):
        if not any(map(runs, children)):
            break
        await asyncio.sleep(0.05)
    assert [process.name() for process in children if runs(process)] == []


def runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
