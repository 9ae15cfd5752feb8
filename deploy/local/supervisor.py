"""`python -m deploy.local.supervisor FOLDER`: keeps a stack running after the terminal is gone.

Tells its starter one JSON object a line on stdout: `{"tell": …}`, then `{"ready": true}` or `{"failed": …}`.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.errors import StackError
from deploy.local.stack import Stack
from shared.messaging.topology import SERVICES


class Starter:
    """Whoever ran us and waits. If they vanish before we are ready, nobody wants the stack."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.waiting = True

    def tell(self, text: str) -> None:
        with self._log.open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}\n")
        if self.waiting:
            self.say(tell=text)

    def say(self, **message: Any) -> None:
        try:
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self.waiting = False
            os.kill(os.getpid(), signal.SIGTERM)

    def let_go(self) -> None:
        """From here on nothing is written to the terminal's pipe."""
        self.say(ready=True)
        self.waiting = False
        with self._log.open("ab") as log:
            os.dup2(log.fileno(), sys.stdout.fileno())
            os.dup2(log.fileno(), sys.stderr.fileno())


async def supervise(folder: Path, services: Sequence[str], starter: Starter, *, fresh: bool) -> None:
    """Run until SIGTERM or SIGINT, then stop everything in order."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        async with Stack(folder, services, fresh=fresh, tell=starter.tell) as stack:
            starter.let_go()
            await stack.watch()
    starter.tell("stopped")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--services", nargs="*", default=SERVICES)
    arguments = parser.parse_args()
    log = arguments.folder / "log/supervisor.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stdout.write(
            json.dumps({"failed": f"{arguments.folder} cannot be written: {error.strerror}."}) + "\n"
        )
        sys.exit(1)
    starter = Starter(log)
    try:
        asyncio.run(supervise(arguments.folder, arguments.services, starter, fresh=arguments.fresh))
    except StackError as error:
        starter.tell(str(error))
        starter.say(failed=str(error))
        sys.exit(1)
    except Exception as error:
        starter.tell(traceback.format_exc())
        starter.say(failed=f"{type(error).__name__}: {error} (more in {log}).")
        sys.exit(1)


main()
