"""The commands for the calendar and for proofs, against the service itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from deploy.cli.main import app as lapor
from services.sla.recompute import recompute_step
from shared import contracts as c
from shared.security.tokens import Role
from tests.integration.sla.facts import MONDAY, Story

DECREE = (
    *("calendar", "amend", "--source", "SKB perubahan", "--decided", "2026-07-01"),
    *("--add", "2026-07-08 Cuti bersama / Joint leave"),
)
Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def run(api: FastAPI, sign) -> AsyncIterator[Run]:
    """Runs a command as the national admin, on a thread: the service answers from this one."""
    server = uvicorn.Server(uvicorn.Config(api, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    token = sign(Role.NATIONAL_ADMIN, officer="ratna")["Authorization"].removeprefix("Bearer ")
    environment = {"LAPOR_GATEWAY_URL": f"http://127.0.0.1:{port}", "LAPOR_TOKEN": token}

    async def run(*words: str, typed: str | None = None) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, lapor, words, input=typed, env=environment)

    yield run
    server.should_exit = True
    await serving


@pytest.fixture
async def story(sla) -> Story:
    story = Story().add(c.ReportSubmitted, MONDAY).add(c.DispositionCreated, MONDAY + timedelta(hours=1))
    await story.deliver(sla)
    return story


async def recorded(sla) -> int:
    async with sla.reading() as tx:
        return int((await tx.execute(sa.text("SELECT count(*) FROM amendments"))).scalar_one())


async def test_a_dry_run_tells_the_effect_and_records_nothing(run, sla, story) -> None:
    result = await run(*DECREE, "--dry-run")
    assert ("3 open clocks would get another deadline." in result.output, await recorded(sla)) == (True, 0)


async def test_an_amendment_is_recorded_only_after_a_yes(run, sla, story) -> None:
    refused, agreed = await run(*DECREE, typed="n\n"), await run(*DECREE, typed="y\n")
    assert (refused.exit_code, agreed.exit_code, await recorded(sla)) == (1, 0, 1)


async def test_a_conflict_is_told_in_a_sentence(run, sla) -> None:
    await run(*DECREE, "--yes")
    result = await run(*DECREE, "--yes")
    assert (result.exit_code, "«SKB perubahan») contradicts calendar-" in result.output) == (1, True)


async def test_the_progress_of_a_recompute_is_shown(run, sla, story) -> None:
    await run(*DECREE, "--yes")
    before = json.loads((await run("sla", "recomputes", "--json")).stdout)
    while await recompute_step(sla, 100):
        pass
    after = json.loads((await run("sla", "recomputes", "--json")).stdout)
    assert ([one["done_at"] for one in before], [one["moved"] for one in after]) == ([None], [3])


async def test_verifying_finds_nothing_where_records_follow_from_the_facts(run, story) -> None:
    result = await run("sla", "verify")
    assert (result.exit_code, "1 case replayed" in result.output) == (0, True)


async def test_verifying_names_a_row_that_was_changed_by_hand(run, sla, story) -> None:
    async with sla.transaction() as tx:
        await tx.execute(sa.text("UPDATE timers SET deadline = deadline + interval '1 day' WHERE running"))
    result = await run("sla", "verify", "--json")
    differing = {one["report_id"] for one in json.loads(result.stdout)["differences"]}
    assert (result.exit_code, differing) == (1, {str(story.report_id)})


async def test_an_amended_day_is_in_the_calendar_and_in_what_became_known(run) -> None:
    await run(*DECREE, "--yes")
    shown = await run("calendar", "show", "--year", "2026")
    changed = await run("calendar", "diff", "--since", "2026-07-05")
    assert ["Rabu, 8 Juli 2026" in one.output for one in (shown, changed)] == [True, True]


STRICTER = (
    *("policies", "amend", "verification", "2", "--source", "Permen PANRB 7/2026", "--decided", "2026-07-01"),
    *("--effective-from", "2026-07-06", "--applies-to-running"),
)


async def test_a_limit_is_tried_first_and_tells_how_many_clocks_it_moves(run, sla) -> None:
    await Story().add(c.ReportSubmitted, MONDAY).deliver(sla)
    result = await run(*STRICTER, "--dry-run")
    assert ("1 open clock would" in result.output, await recorded(sla)) == (True, 0)


async def test_a_limit_is_recorded_once_somebody_has_said_yes(run, sla) -> None:
    refused = await run(*STRICTER, typed="n\n")
    assert (refused.exit_code, await recorded(sla)) == (1, 0)
    done = await run(*STRICTER, typed="y\n")
    assert ("Recorded as policy-" in done.output, await recorded(sla)) == (True, 1)


async def test_a_recorded_limit_is_listed_with_its_act(run, sla) -> None:
    await run(*STRICTER, "--yes")
    shown = json.loads((await run("policies", "show", "verification", "--json")).output)
    assert [(one["days"], one["source"]) for one in shown["limits"]][-1] == (2, "Permen PANRB 7/2026")
    assert "Permen PANRB" in (await run("policies", "list")).output


async def test_a_limit_of_settlement_says_for_which_cases(run) -> None:
    words = [word if word != "verification" else "settlement" for word in STRICTER]
    result = await run(*words, "--yes")
    assert (result.exit_code, "--classification" in result.output) == (1, True)
