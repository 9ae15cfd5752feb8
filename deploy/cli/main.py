"""Assembles the `lapor` command line. Commands live in the modules beside this one; each has a `register`."""

import os
import sys
from importlib import import_module
from typing import Any

import typer
from aio_pika.exceptions import AMQPError
from typer.core import TyperGroup

from deploy.cli.problems import Problem
from deploy.local.errors import StackError
from deploy.provision.management import ManagementError

COMMANDS = (
    "stack",
    "demo",
    "status",
    "explain",
    "calendar",
    "policies",
    "sla",
    "tokens",
    "officers",
    "queues",
    "dead",
    "notifications",
    "words",
    "receipt",
    "evidence",
    "reveal",
    "audit",
    "suggest",
    "agency",
    "agencies",
    "partner",
    "rules",
)


class Sentences(TyperGroup):
    """What a person can mend is told in one sentence; only what is our own mistake shows a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (StackError, ManagementError, Problem) as error:
            typer.secho(str(error), err=True, fg=typer.colors.RED)
        except BrokenPipeError:  # whoever reads us has read enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (AMQPError, ConnectionError) as error:
            typer.secho(f"RabbitMQ refused: {error or type(error).__name__}", err=True, fg=typer.colors.RED)
        raise typer.Exit(1)


app = typer.Typer(
    cls=Sentences,
    name="lapor",
    help="Run LAPOR! on this machine and look after it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

for name in COMMANDS:
    import_module(f"deploy.cli.{name}").register(app)

if __name__ == "__main__":
    app()
