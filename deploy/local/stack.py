"""The embedded stack as one object: everything starts with it and ends with it, also when it is killed."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.local import gateway, keys, objectstore, ports, postgres, services, state
from deploy.local.addresses import PORT_NAMES, Addresses
from deploy.local.errors import StackError
from deploy.local.parts import BEHIND_THE_DOOR, PART_NAMES, parts_of
from deploy.local.process import Process, Program
from deploy.local.rabbitmq import find, node, port_mapper
from deploy.provision.broker import provision_broker
from deploy.provision.database import provision_database
from deploy.provision.objectstore import provision_objectstore
from shared.messaging.topology import SERVICES

DEFAULT_FOLDER = services.PROJECT / ".local"
NEEDED_MEGABYTES = 500


class Stack(Addresses):
    """`async with Stack(folder) as stack:` runs servers, provisioning and services; leaving it stops all.

    `services` may be empty. `fresh` begins with empty data. `niceness`: how readily all but intake's calls
    leave the processor to others; what carries those calls, half as readily. Unpacked servers are shared by
    all stacks of a working copy. Everything raises StackError, whose text is for people.
    """

    def __init__(
        self,
        folder: Path | str = DEFAULT_FOLDER,
        services: Sequence[str] = SERVICES,
        *,
        fresh: bool = False,
        niceness: int = BEHIND_THE_DOOR,
        servers: Path = DEFAULT_FOLDER / "servers",
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(Path(folder).resolve(), {}, {})
        self.services = tuple(services)
        self.parts = parts_of(self.services)
        self._fresh = fresh
        self._niceness = niceness
        self._servers = servers
        self._tell = tell
        self._lock = state.Lock(self.folder)
        self._processes: dict[str, Process] = {}
        self._aside: asyncio.Task[None] | None = None

    @property
    def log_folder(self) -> Path:
        return self.folder / "log"

    @property
    def names(self) -> tuple[str, ...]:
        """Every process of the stack, as `kill`, `start` and `pids` know them."""
        return tuple(self._processes)

    async def __aenter__(self) -> Self:
        self._prepare()
        try:
            await _together(self._database(), self._broker(), self._objectstore(), self._others())
            await _together(
                *(
                    self._run(services.service(self, part, self._log(part.name), self._niceness))
                    for part in self.parts
                )
            )
            if self.services:
                self._start_aside(services.console(self, self._log("console")))
        except BaseException:
            await self._down()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._down()

    async def kill(self, name: str) -> None:
        """SIGKILL to the whole process tree of a server or service, as a crash would; it stays down."""
        await self._processes[name].kill()
        self._write_state()

    async def stop(self, name: str) -> None:
        """Let one process finish in its own time; it stays down."""
        await self._processes[name].stop()
        self._write_state()

    async def start(self, name: str) -> None:
        """Start one process again and return once it serves."""
        await self._processes[name].start()
        self._write_state()

    def pids(self, name: str) -> list[int]:
        """Process ids of one server or service, its own first; empty when it is down."""
        return self._processes[name].pids()

    async def watch(self) -> None:
        """Start again whatever ends without having been asked to. Runs until cancelled."""
        while True:
            await asyncio.sleep(1)
            for name, process in self._processes.items():
                if process.wanted and not process.running:
                    self._tell(f"{name} ended; starting it again")
                    try:
                        await self.start(name)
                    except StackError as error:
                        self._tell(str(error))
                        await asyncio.sleep(5)

    def _prepare(self) -> None:
        if sys.platform != "linux":
            raise StackError("The embedded stack needs Linux; run `docker compose up` instead.")
        if unknown := set(self.services) - set(SERVICES):
            raise StackError(f"There is no service named {min(unknown)}; there are: {', '.join(SERVICES)}.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.take()
        except OSError as error:
            raise StackError(f"{self.folder} cannot be written: {error.strerror}.") from error
        try:
            self._prepare_folder()
        except BaseException:
            self._lock.release()
            raise

    def _prepare_folder(self) -> None:
        if shutil.disk_usage(self.folder).free < NEEDED_MEGABYTES * 1_000_000:
            raise StackError(
                f"The embedded stack needs {NEEDED_MEGABYTES} MB of free disk space in {self.folder}."
            )
        if self._fresh:
            shutil.rmtree(self.folder / "data", ignore_errors=True)
            self.clock_file.unlink(missing_ok=True)
        data_exists = (self.folder / "data/postgres").exists()
        (self.folder / "data").mkdir(exist_ok=True)
        self.log_folder.mkdir(exist_ok=True)
        for log in self.log_folder.glob("*.log"):
            if log.name != "supervisor.log":
                log.rename(log.with_suffix(".log.1"))
        self.secrets = keys.load_or_make(self.folder / "keys", data_exists=data_exists)
        self.ports = ports.choose(PORT_NAMES, state.read(self.folder).ports)
        self._write_state()

    async def _database(self) -> None:
        data = self.folder / "data/postgres"
        await self._run(await asyncio.to_thread(postgres.program, self, data, self._log("postgres")))
        await provision_database(self.admin_database_url, self._passwords())
        self._tell("database is prepared")

    async def _broker(self) -> None:
        installation = await asyncio.to_thread(find, self._servers, self._tell)
        await self._run(port_mapper(installation, self, self._log("epmd")))
        data, log = self.folder / "data/rabbitmq", self._log("rabbitmq")
        await self._run(node(installation, self, data, log, self._niceness // 2))
        await provision_broker(self.admin_amqp_url, self.management_url, self._passwords())
        self._tell("broker is prepared")

    async def _objectstore(self) -> None:
        await self._run(objectstore.program(self, self.folder / "data/s3", self._log("s3")))
        await provision_objectstore(self.s3)

    async def _others(self) -> None:
        data, log = self.folder / "data/gateway", self._log("gateway")
        await _together(
            self._run(services.catcher(self, self.folder / "data/caught", self._log("catcher"))),
            self._run(gateway.program(self, data, log, self._niceness // 2)),
        )

    async def _run(self, program: Program) -> None:
        self._processes[program.name] = Process(program)
        await self.start(program.name)
        self._tell(f"{program.name} is ready")

    def _start_aside(self, program: Program) -> None:
        """Start what nobody has to wait for, and what the rest can do without."""
        process = self._processes[program.name] = Process(program)

        async def start() -> None:
            try:
                await process.start()
                self._write_state()
                self._tell(f"{program.name} is ready")
            except StackError as error:
                self._tell(str(error))

        self._aside = asyncio.create_task(start())

    async def _down(self) -> None:
        """Services first, so that they drain while their servers live; the port mapper after its node."""
        if self._aside is not None:
            self._aside.cancel()
            await asyncio.gather(self._aside, return_exceptions=True)
            self._aside = None
        last = {"epmd"}
        parts = set(PART_NAMES)
        servers = set(self._processes) - parts - last
        try:
            for group in (parts, servers, last):
                stopping = [process.stop() for name, process in self._processes.items() if name in group]
                await asyncio.gather(*stopping)
        finally:
            self._processes.clear()
            self._write_state()
            self._lock.release()

    def _write_state(self) -> None:
        running = {name: process.pid for name, process in self._processes.items() if process.pid}
        state.write(self.folder, state.State(dict(self.ports), self.services, running))

    def _passwords(self) -> dict[str, str]:
        return {service: self.secrets[keys.password_of(service)] for service in SERVICES}

    def _log(self, name: str) -> Path:
        return self.log_folder / f"{name}.log"


async def _together(*jobs: Coroutine[Any, Any, None]) -> None:
    """Run all at once; the first failure ends the rest and is what the caller sees, by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except BaseExceptionGroup as failures:
        reasons = [error for error in failures.exceptions if isinstance(error, StackError)]
        raise (reasons or failures.exceptions)[0] from None
