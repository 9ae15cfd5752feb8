"""`lapor token`: signs an officer's token. Whoever may run it may be anyone: it needs the private key."""

from datetime import timedelta
from typing import Annotated

import typer

from deploy.cli.problems import Problem
from deploy.cli.target import DEFAULT_FOLDER, Folder, token_key
from shared.security.keys import InvalidKey, load_signing_key
from shared.security.tokens import Officer, Role, issue

SAMPLE_OFFICERS = (
    Officer("ratna", Role.NATIONAL_ADMIN),
    Officer("bagus", Role.COORDINATOR, "35.3578.dishub"),
    Officer("wulan", Role.LIAISON, "35.3578.dishub"),
    Officer("made", Role.COORDINATOR, "kl.kemensos"),
    Officer("sari", Role.SUPERVISOR),
    Officer("joko", Role.OPERATOR),
    Officer("tari", Role.AUDITOR),
)


def register(app: typer.Typer) -> None:
    app.command()(token)


def token(
    role: Annotated[Role, typer.Option(help="What the officer may do.")] = Role.NATIONAL_ADMIN,
    agency: Annotated[
        str | None,
        typer.Option(
            help="Agency path, e.g. 35.3578.dishub; a coordinator or liaison needs one.", show_default=False
        ),
    ] = None,
    officer: Annotated[str, typer.Option(help="Who the actions are recorded for.")] = "petugas",
    days: Annotated[float, typer.Option(help="How long it is valid.", min=0.001, max=366)] = 1,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Print a token for an officer, and nothing else, so that it can be used in scripts.

    Signs with the embedded stack's key, or with LAPOR_TOKEN_PRIVATE_KEY if that is set.
    """
    try:
        who = Officer(officer, role, agency)
    except ValueError as error:
        raise Problem(f"{str(error).capitalize()}; name it with --agency.") from error
    typer.echo(sign(token_key(folder), who, timedelta(days=days)))


def sign(private_key: str, officer: Officer, lifetime: timedelta) -> str:
    """A bearer token. Raises Problem if the key cannot be read."""
    try:
        return issue(load_signing_key(private_key), officer, lifetime)
    except InvalidKey as error:
        raise Problem(f"LAPOR_TOKEN_PRIVATE_KEY cannot be used: {error}.") from error
