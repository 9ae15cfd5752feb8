"""What a stack leaves on disk about itself: ports, processes, and a lock that dies with its supervisor."""

import fcntl
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.errors import StackError


@dataclass(frozen=True)
class State:
    """The content of `stack.json`; holds no secret."""

    ports: Mapping[str, int] = field(default_factory=dict)
    services: Sequence[str] = ()
    processes: Mapping[str, int] = field(default_factory=dict)
    """Name → process id of everything the supervisor started."""


def read(folder: Path) -> State:
    """The last state written here, or an empty one."""
    try:
        return State(**json.loads((folder / "stack.json").read_text()))
    except (OSError, ValueError, TypeError):
        return State()


def write(folder: Path, state: State) -> None:
    """Replace `stack.json` in one step."""
    temporary = folder / "stack.json.new"
    temporary.write_text(json.dumps(asdict(state), indent=1))
    temporary.replace(folder / "stack.json")


class Lock:
    """One supervisor per folder. The kernel lets go of it however the supervisor ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._descriptor: int | None = None

    def take(self) -> None:
        """Raises StackError if another stack runs in this folder."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            holder = holder_of(self._path.parent)
            raise StackError(
                f"A stack already runs in {self._path.parent} (process {holder}); `lapor down` stops it."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def holder_of(folder: Path) -> int | None:
    """The process id of the supervisor that runs in this folder now, or None."""
    try:
        with (folder / "lock").open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0)
    except OSError:
        return None
    return None
