"""`lapor notifications`: what became of messages, and sending again what failed. Never an address or text."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.gateway import Gateway, GatewayUrl, Token, gateway
from deploy.cli.problems import Problem
from deploy.cli.screen import Json, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

PATH = "/v1/notifications"
PAGE = 200

State = Annotated[
    str | None,
    typer.Option(
        help="waiting_contact, waiting_hours, waiting_digest, pending, sending, sent, delivered, failed or "
        "skipped.",
        show_default=False,
    ),
]
Channel = Annotated[
    str | None,
    typer.Option(help="email, sms, whatsapp, telegram, push or webhook.", show_default=False),
]
Provider = Annotated[str | None, typer.Option(help="A provider's name.", show_default=False)]
Reason = Annotated[str | None, typer.Option(help="A reason, exactly as it is listed.", show_default=False)]
Lane = Annotated[str | None, typer.Option(help="transactional or bulk.", show_default=False)]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1)]

notifications = typer.Typer(
    help="Look at deliveries of messages and their providers, and send again what failed.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(notifications, name="notifications")


@notifications.command("list")
def list_deliveries(
    *,
    state: State = None,
    channel: Channel = None,
    provider: Provider = None,
    reason: Reason = None,
    lane: Lane = None,
    report: Annotated[str | None, typer.Option(help="Only of this report's id.", show_default=False)] = None,
    limit: Limit = 50,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """List deliveries, newest first: to what kind of recipient, by whom, and what became of them and why."""
    filters = {
        "state": state,
        "channel": channel,
        "provider": provider,
        "reason": reason,
        "lane": lane,
        "report_id": report,
    }
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        found, more = _found(lapor, filters, limit)
    console = screen()
    if json:
        console.print_json(data=found)
        return
    console.print(_table(found))
    console.print(f"\n{len(found)} deliveries." + (" There are more: raise --limit." if more else ""))


@notifications.command()
def show(
    delivery: Annotated[str, typer.Argument(help="The id of a delivery, as `list` shows it.")],
    *,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Show one delivery with all its attempts, as JSON."""
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        screen().print_json(data=lapor.get(f"{PATH}/{delivery}"))


@notifications.command()
def resend(
    deliveries: Annotated[
        list[str] | None, typer.Argument(help="Ids of deliveries, as `list` shows them.")
    ] = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="All that failed, narrowed by the options below.")
    ] = False,
    channel: Channel = None,
    provider: Provider = None,
    reason: Reason = None,
    limit: Limit = 100,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Send again what failed or was never confirmed: a new attempt of the same delivery, which is recorded.

    What was delivered cannot be sent again: its words are not kept.
    """
    if bool(deliveries) == failed:
        raise Problem("Name deliveries by their ids, or say --failed (with --reason and so on).")
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        ids = list(deliveries or ())
        if failed:
            filters = {"state": "failed", "channel": channel, "provider": provider, "reason": reason}
            found, _ = _found(lapor, filters, limit)
            ids = [one["delivery_id"] for one in found]
            if ids and not yes:
                typer.confirm(f"Send {len(ids)} message(s) again?", abort=True)
        for one in ids:
            lapor.post(f"{PATH}/{one}/resend", {})
    typer.echo(f"{len(ids)} message(s) are to be sent again.")


@notifications.command()
def providers(
    *,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show every provider: its weight, why it was lowered last, and what it carried within the last hour."""
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        found = lapor.get(f"{PATH}/providers")["providers"]
    console = screen()
    if json:
        console.print_json(data=found)
        return
    table = Table(box=None, header_style="bold")
    columns = ("name", "channel", "weight", "reason", "accepted", "confirmed", "failed")
    for column in columns:
        table.add_column(column, justify="right" if column in columns[4:] or column == "weight" else "left")
    for one in found:
        table.add_row(*(str(one[column] if one[column] is not None else "–") for column in columns))
    console.print(table)


def _found(lapor: Gateway, filters: dict[str, Any], limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Up to `limit` deliveries, and whether there are more."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while len(found) < limit:
        page = lapor.get(PATH, **filters, after=after, limit=min(PAGE, limit - len(found)))
        found += page["notifications"]
        if (after := page["next"]) is None:
            break
    return found, after is not None


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("delivery", "created", "recipient", "template", "by", "state", "reason", "tries"):
        table.add_column(column, overflow="fold", no_wrap=column == "delivery")
    for one in found:
        table.add_row(
            one["delivery_id"],
            one["created_at"][:19].replace("T", " "),
            escape(one["recipient"]),
            one["template"],
            one["provider"] or one["channel"],
            one["state"],
            escape(one["reason"] or ""),
            str(one["attempts"]),
        )
    return table
