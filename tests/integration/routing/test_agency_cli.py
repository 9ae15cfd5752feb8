"""`lapor agency` and `lapor partner` on a real broker: what is printed connects, a password is shown once."""

import asyncio
import json
import re

import aio_pika
import pytest
from aiormq.exceptions import AMQPError
from typer.testing import CliRunner

from deploy.cli.main import app
from shared.messaging.broker import connect

CODE = "35.3519"


@pytest.fixture
def lapor(stack, tmp_path):
    """Run `lapor agency …`, or another group's command; returns exit code and output."""

    async def run(*words: str, group: str = "agency") -> tuple[int, str]:
        where = ["--management-url", stack.management_url, "--broker-url", stack.admin_amqp_url]
        words = (group, *words, *where, "--folder", str(tmp_path))
        result = await asyncio.to_thread(CliRunner().invoke, app, words)
        return result.exit_code, result.output

    return run


def url_in(output: str) -> str:
    found = re.search(r"LAPOR_AMQP_URL='([^']+)'", output)
    assert found, output
    return found[1]


async def test_what_grant_prints_connects_to_the_agencys_own_queue(lapor):
    code, output = await lapor("grant", CODE)
    assert code == 0, output
    connection = await aio_pika.connect(url_in(output))
    async with connection:
        await (await connection.channel()).get_queue(f"agency.{CODE}")
    assert await lapor("revoke", CODE) == (
        0,
        f"agency.{CODE} has no access any more. Its queue stays: `lapor queues` shows what waits.\n",
    )


async def test_an_agency_that_has_access_is_not_given_another_password_by_accident(lapor):
    _, first = await lapor("grant", "35.3520")
    code, output = await lapor("grant", "35.3520")
    assert (code, "lapor agency rotate 35.3520" in output) == (1, True)
    await (await aio_pika.connect(url_in(first))).close()


async def test_rotating_shows_a_new_password_and_ends_the_old_one(lapor):
    _, first = await lapor("grant", "35.3521")
    _, second = await lapor("rotate", "35.3521")
    await (await aio_pika.connect(url_in(second))).close()
    with pytest.raises(AMQPError):
        await connect(url_in(first))


async def test_the_list_shows_who_has_access_and_no_password(lapor):
    _, granted = await lapor("grant", "35.3522", "--read-only", "--subtree")
    _, output = await lapor("list", "--json")
    rows = {row["user"]: row for row in json.loads(output)}
    assert rows["supervisor.35.3522"]["consumers"] == 0
    assert url_in(granted).split(":")[2].partition("@")[0] not in output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grant", "35..1"), "is no agency path"),
        (("grant", "35.3523", "--subtree"), "--subtree goes with --read-only"),
        (("rotate", "35.9998"), "lapor agency grant 35.9998"),
        (("revoke", "35.9998"), "has no access"),
    ],
)
async def test_a_mistake_is_one_sentence(lapor, words, told):
    code, output = await lapor(*words)
    assert (code, told in output, "Traceback" in output) == (1, True, False)


@pytest.mark.parametrize(
    ("before", "command", "code", "told"),
    [
        ((), "rotate", 1, "lapor partner grant bpjs-uji"),
        ((), "grant", 0, "amqp://partner.bpjs-uji:"),
        (("grant",), "grant", 1, "lapor partner rotate bpjs-uji"),
        (("grant",), "rotate", 0, "amqp://partner.bpjs-uji:"),
        (("grant",), "revoke", 0, "has no access any more"),
        (("grant", "revoke"), "revoke", 1, "lapor partner grant bpjs-uji"),
    ],
)
async def test_a_partner_is_told_what_its_access_allows_next(lapor, before, command, code, told):
    await lapor("revoke", "bpjs-uji", group="partner")
    for one in before:
        assert (await lapor(one, "bpjs-uji", group="partner"))[0] == 0
    done, output = await lapor(command, "bpjs-uji", group="partner")
    assert (done, told in output) == (code, True), output
