"""The test stack on containers: the images of `docker-compose.yml`, found where the embedded stack would be.

Starts servers only; the catcher is a process of this machine, and so are services that a test runs itself.
"""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import tenacity
import yaml
from docker.errors import DockerException
from testcontainers.core.container import DockerContainer

from deploy.local import keys, ports, services
from deploy.local.addresses import DATABASE, PORT_NAMES, Addresses
from deploy.local.errors import StackError
from deploy.local.keys import S3_ACCESS_KEY, S3_SECRET_KEY, password_of
from deploy.local.probes import HOST
from deploy.local.process import Process
from deploy.provision import Target, provision
from shared.messaging.topology import SERVICES

COMPOSE = services.PROJECT / "docker-compose.yml"
START_SECONDS = 120
"""From the start of the servers until they can be provisioned; images are pulled before."""


class ContainerStack(Addresses):
    """`async with ContainerStack(folder)` runs and provisions the servers; leaving it removes them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.resolve(), {}, {})
        self._containers: list[DockerContainer] = []
        self._catcher: Process | None = None

    async def __aenter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "log").mkdir(parents=True)
        self.secrets = keys.load_or_make(self.folder / "keys", data_exists=False)
        self.ports = ports.choose(PORT_NAMES, {})
        try:
            self._containers = self._servers()
        except DockerException as error:
            raise StackError(f"No container engine answers: {error}") from error
        try:
            await asyncio.gather(*(asyncio.to_thread(container.start) for container in self._containers))
            await self._provision()
            self._catcher = Process(
                services.catcher(self, self.folder / "caught", self.folder / "log/catcher.log")
            )
            await self._catcher.start()
        except BaseException:
            await self._down()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._down()

    def _servers(self) -> list[DockerContainer]:
        secrets = self.secrets
        return [
            self._container(
                "postgres",
                {"database": 5432},
                {"POSTGRES_PASSWORD": secrets["LAPOR_PASSWORD_DATABASE_ADMIN"], "POSTGRES_DB": DATABASE},
            ),
            self._container(
                "rabbitmq",
                {"amqp": 5672, "management": 15672, "broker_metrics": 15692},
                {
                    "RABBITMQ_DEFAULT_USER": "lapor",
                    "RABBITMQ_DEFAULT_PASS": secrets["LAPOR_PASSWORD_BROKER_ADMIN"],
                },
            ),
            self._container(
                "minio",
                {"s3": 9000},
                {
                    "MINIO_ROOT_USER": secrets[S3_ACCESS_KEY],
                    "MINIO_ROOT_PASSWORD": secrets[S3_SECRET_KEY],
                },
            ),
        ]

    def _container(
        self, service: str, published: Mapping[str, int], environment: Mapping[str, str]
    ) -> DockerContainer:
        """The server that compose names so, with its command there, and its ports where `Addresses` looks."""
        described = yaml.safe_load(COMPOSE.read_text())["services"][service]
        container = DockerContainer(described["image"], env=dict(environment), command=described["command"])
        # On loopback only, and always the same port: both are beyond `with_bind_ports`.
        container.ports = {f"{inside}/tcp": (HOST, self.ports[name]) for name, inside in published.items()}
        return container

    async def _provision(self) -> None:
        """Try until every server takes it: each answers in its own time, and says no in its own way."""
        passwords = {service: self.secrets[password_of(service)] for service in SERVICES}
        target = Target(self.admin_database_url, self.admin_amqp_url, self.management_url, self.s3, passwords)
        async for attempt in tenacity.AsyncRetrying(
            stop=tenacity.stop_after_delay(START_SECONDS), wait=tenacity.wait_fixed(1), reraise=True
        ):
            with attempt:
                await provision(target)

    async def _down(self) -> None:
        if self._catcher is not None:
            await self._catcher.stop()
        await asyncio.gather(*(asyncio.to_thread(container.stop) for container in self._containers))
