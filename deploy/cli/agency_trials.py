"""`lapor agency sandbox` and `check`: sample reports, and the whole protocol, for one subscriber."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from deploy.cli.directory_lookup import gateway_url, refuse_unknown
from deploy.cli.problems import Problem
from deploy.cli.screen import JsonList, plain_table, screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker, token_key
from deploy.conformance.check import CannotCheck, Check, Finding
from deploy.conformance.samples import FiledSamples, NotFiled, Sample
from deploy.conformance.watch import Watch
from shared.contracts import ResponseKind

Code = Annotated[str, typer.Argument(help="The agency's path, e.g. 35.3578.dishub.", metavar="CODE")]


def register(agency: typer.Typer) -> None:
    agency.command("sandbox")(sandbox)
    agency.command("check")(check)


def sandbox(
    code: Code,
    *,
    reports: Annotated[int, typer.Option(help="How many to file.", min=1, max=100)] = 3,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """File sample reports that are sent to the agency, so that its system has something to work on.

    They are real reports of this LAPOR, marked CONTOH: for a trial system, never for one that serves people.
    """
    refuse_unknown(folder, code)
    try:
        samples = asyncio.run(_file(folder, code, reports))
    except NotFiled as error:
        raise Problem(str(error)) from error
    table = plain_table(Column("tracking id", no_wrap=True), "title")
    for sample in samples:
        table.add_row(sample.tracking_id, sample.title)
    console = screen()
    console.print(table)
    console.print(f"\nSent to {code}: agency.{code} hears of them now.")


def check(
    code: Code,
    *,
    expect: Annotated[
        list[ResponseKind] | None,
        typer.Option(help="What the system says by itself about a new leg; may be given several times."),
    ] = None,
    patience: Annotated[float, typer.Option(help="Seconds that a word may take.", min=1, max=300)] = 15,
    json: JsonList = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Play the whole protocol against the agency's running system; exit code 1 if it got something wrong.

    Files two sample reports for it. For a trial system, never for one that serves people.
    """
    refuse_unknown(folder, code)
    kinds = tuple(expect or [ResponseKind.ACKNOWLEDGEMENT])
    try:
        findings = asyncio.run(
            _check(broker(folder, management_url, broker_url), folder, code, kinds, patience)
        )
    except (NotFiled, CannotCheck) as error:
        raise Problem(f"The check could not be done: {error}") from error
    console = screen()
    if json:
        console.print_json(data=[{**asdict(one), "ok": one.ok} for one in findings])
    else:
        console.print(_table(findings))
    if not all(one.ok for one in findings):
        raise typer.Exit(1)


async def _file(folder: Path, code: str, reports: int) -> list[Sample]:
    async with FiledSamples(_gateway(folder), token_key(folder)) as samples:
        return [await samples.file(code) for _ in range(reports)]


async def _check(
    target: Broker, folder: Path, code: str, kinds: tuple[ResponseKind, ...], patience: float
) -> list[Finding]:
    async with (
        FiledSamples(_gateway(folder), token_key(folder)) as samples,
        Watch(target.amqp_url, target.management_url, code) as watch,
    ):
        return await Check(watch, samples, kinds, patience).run()


def _gateway(folder: Path) -> str:
    url = gateway_url(folder)
    if url is None:
        raise Problem("LAPOR_GATEWAY_URL is not set and no embedded stack is here: nowhere to file samples.")
    return url


def _table(findings: list[Finding]) -> Table:
    table = plain_table("", Column("its system", no_wrap=True), "what was wrong", "how to mend it")
    for one in findings:
        mark = "[green]✓[/green]" if one.ok else "[red]✗[/red]"
        table.add_row(mark, one.tried, one.wrong, "" if one.ok else one.remedy)
    return table
