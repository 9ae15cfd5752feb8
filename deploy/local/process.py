"""One child process: start, wait until it serves, stop in time, kill whole. Leaves no descendant behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.errors import StackError

_LAUNCHER = Path(__file__).with_name("child.py")
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Account:
    """An ordinary user for a program that refuses root."""

    uid: int
    gid: int
    reach_closed_folders: bool = False


@dataclass(frozen=True)
class Program:
    """What to run and how to tell that it serves."""

    name: str
    command: Sequence[str]
    log: Path
    ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    account: Account | None = None
    start_seconds: float = 60.0
    stop_seconds: float = 10.0
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends when the supervisor dies: SIGKILL, or a signal that takes descendants along."""
    niceness: int = 0
    """How readily it leaves the processor to others, 0 to 19."""
    before: Callable[[], Awaitable[None]] | None = None
    """Runs before each start, for instance to clear away what a killed predecessor left."""


def launcher(account: Account | None, death_signal: signal.Signals, niceness: int = 0) -> list[str]:
    """The start of a command line whose program dies with the calling thread; another user's if need be."""
    who = account or Account(-1, -1)
    numbers = (os.getpid(), int(death_signal), who.uid, who.gid, int(who.reach_closed_folders), niceness)
    return [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, numbers)]


class Process:
    """A program's life. Its group is its own, so that a terminal's Ctrl-C reaches only the supervisor.

    Belongs to no event loop, but start it from a thread that outlives it: the kernel ties it to that thread.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.wanted = False
        """Whether it ought to be running: a supervisor restarts it if it is not."""

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self.running else None

    def pids(self) -> list[int]:
        """Its process id and those of all its descendants, the oldest first."""
        return [process.pid for process in self._tree()]

    async def start(self) -> None:
        """Run it and return once it serves. Raises StackError with its last words if it will not."""
        if self.running:
            return
        if self.program.before:
            await self.program.before()
        self._process = self._spawn()
        self.wanted = True
        await self._wait_until_ready()

    async def stop(self) -> None:
        """Ask it to finish, wait its time, then kill it with all its descendants."""
        self.wanted = False
        tree = self._tree()
        if self._process is not None and self.running:
            self._process.send_signal(self.program.stop_signal)
            await self._gone(self.program.stop_seconds)
        await self._end(tree)

    async def kill(self) -> None:
        """SIGKILL to the whole tree at once, as a crash would; returns when every one of them is gone."""
        self.wanted = False
        await self._end(self._tree())

    def _spawn(self) -> "subprocess.Popen[bytes]":
        program = self.program
        with program.log.open("ab") as log:
            return subprocess.Popen(
                [*launcher(program.account, program.death_signal, program.niceness), *program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=program.folder,
                env=dict(program.environment),
                start_new_session=True,
            )

    async def _wait_until_ready(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.program.start_seconds
        while not await self.program.ready():
            if not self.running:
                raise StackError(f"{self.program.name} stopped while starting: {self._last_words()}")
            if loop.time() > deadline:
                await self._end(self._tree())
                seconds = f"{self.program.start_seconds:.0f}"
                raise StackError(
                    f"{self.program.name} did not start within {seconds} s: {self._last_words()}"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def _gone(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.running and loop.time() < deadline:
            await asyncio.sleep(POLL_SECONDS)

    async def _end(self, tree: Sequence[psutil.Process]) -> None:
        ended, self._process = self._process, None
        for process in tree:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if ended is not None:
            # Whoever was forked between the look and the kill is still in the group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(ended.pid, signal.SIGKILL)
            ended.wait()
        while any(alive(process) for process in tree):
            await asyncio.sleep(POLL_SECONDS)

    def _tree(self) -> list[psutil.Process]:
        if self.pid is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def _last_words(self) -> str:
        try:
            lines = self.program.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        said = f'"{lines[-1].strip()[:200]}"' if lines else "it said nothing"
        return f"{said} (all of it: {self.program.log})."


def alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended and was not collected yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
