"""`lapor officers`: the accounts officers sign in with."""

from typing import Annotated, Any

import typer

from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.problems import Problem
from deploy.cli.screen import Json, plain_table, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

Login = Annotated[str, typer.Argument(help="The name the officer signs in with.")]

officers = typer.Typer(help="Officers' accounts: who may sign in, and as what.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(officers, name="officers")


@officers.command("list")
def list_officers(
    *,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """All accounts, by login."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        while after is not None:
            page = lapor.get("/v1/officers", after=after, limit=200)
            found, after = found + page["officers"], page["next"]
    if json:
        screen().print_json(data=found)
        return
    table = plain_table("login", "name", "role", "agency", "second factor", "state")
    for one in found:
        factor = "yes" if one["second_factor"] else "no"
        table.add_row(one["login"], one["name"], one["role"], one["agency"] or "", factor, _state(one))
    screen().print(table)


@officers.command()
def add(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="The officer's name, as colleagues read it.")],
    role: Annotated[Role, typer.Option(help="What the officer may do.")],
    agency: Annotated[
        str | None, typer.Option(help="Agency path, e.g. 35.3578.dishub; a coordinator or liaison needs one.")
    ] = None,
    provider_only: Annotated[
        bool, typer.Option("--provider-only", help="Signs in by the identity provider, with no password.")
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Make an account. Its first password is made here and printed once."""
    wanted = {
        "login": login,
        "name": name,
        "role": role.value,
        "agency": agency,
        "provider_only": provider_only,
    }
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        _told(lapor.post("/v1/officers", wanted))


@officers.command()
def reset(
    login: Login,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Give a new password, printed once, and drop the second factor: for whoever lost them."""
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        _told(lapor.post(f"/v1/officers/{login}/password-reset", {}))


@officers.command()
def close(
    login: Login,
    *,
    again: Annotated[bool, typer.Option("--reopen", help="Let it be used again.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Close an account: nobody signs in with it any more. A token it has expires within half an hour."""
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        changed = lapor.patch(f"/v1/officers/{login}", {"disabled": not again})
    typer.echo(f"{changed['login']}: {_state(changed)}")


@officers.command()
def records(
    login: Login,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """What was done to an account, and by whom; the latest first."""
    with gateway(folder, gateway_url, token, Role.AUDITOR) as lapor:
        found = lapor.get(f"/v1/officers/{login}/records")
    if not found:
        raise Problem(f"Nothing was recorded for {login}.")
    if json:
        screen().print_json(data=found)
        return
    for one in found:
        detail = " ".join(f"{key}={value}" for key, value in (one["detail"] or {}).items())
        typer.echo(f"{one['at']}  {one['act']:18} by {one['by']}  {detail}".rstrip())


def _state(account: dict[str, Any]) -> str:
    if account["disabled"]:
        return "closed"
    return f"locked until {account['locked_until']}" if account["locked_until"] else "open"


def _told(account: dict[str, Any]) -> None:
    of_agency = f" of {account['agency']}" if account["agency"] else ""
    typer.echo(f"{account['login']}: {account['role']}{of_agency}")
    if account["password"]:
        typer.echo(f"password, told only now: {account['password']}")
