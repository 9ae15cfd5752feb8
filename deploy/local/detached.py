"""Starts and stops a supervisor that outlives the command that asked for it."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from deploy.local import keys, state
from deploy.local.addresses import Addresses
from deploy.local.errors import StackError
from deploy.local.process import alive
from deploy.local.services import PROJECT

STOP_SECONDS = 60.0


def start(folder: Path, services: Sequence[str], tell: Callable[[str], None], *, fresh: bool) -> None:
    """Return once the stack serves. Raises StackError; a KeyboardInterrupt ends what was half started."""
    if holder := state.holder_of(folder):
        raise StackError(f"A stack already runs in {folder} (process {holder}); `lapor down` stops it.")
    command = [sys.executable, "-m", "deploy.local.supervisor", str(folder), *(["--fresh"] if fresh else [])]
    command += ["--services", *services]
    supervisor = subprocess.Popen(
        command,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        _listen(supervisor, tell)
    except KeyboardInterrupt:
        supervisor.terminate()
        supervisor.wait(STOP_SECONDS)
        raise


def stop(folder: Path) -> bool:
    """Stop the stack that runs in this folder, in order, and wait for it; false if there was none."""
    holder = state.holder_of(folder)
    if not holder:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        supervisor = psutil.Process(holder)
        supervisor.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while alive(supervisor):
            if time.monotonic() > deadline:
                supervisor.kill()  # the kernel then ends its children too
            time.sleep(0.1)
    return True


def addresses(folder: Path) -> Addresses:
    """Where the stack of this folder answers, whether or not it runs. Raises StackError if it never did."""
    return Addresses(folder, state.read(folder).ports, keys.load(folder / "keys"))


def _listen(supervisor: "subprocess.Popen[str]", tell: Callable[[str], None]) -> None:
    assert supervisor.stdout is not None
    with supervisor.stdout as lines:
        for line in lines:
            message = json.loads(line)
            if "failed" in message:
                supervisor.wait()
                raise StackError(message["failed"])
            if "ready" in message:
                return
            tell(message["tell"])
    raise StackError("The supervisor ended without a word; its log may say why.")
