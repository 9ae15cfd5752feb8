"""One private RabbitMQ node and its own port mapper, on loopback. Never touches a system service."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.addresses import Addresses
from deploy.local.errors import StackError
from deploy.local.packages import unpack
from deploy.local.probes import HOST, answers, http_status
from deploy.local.process import Program

NODE = "lapor@localhost"
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus]."
MACHINE = (
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
    "/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)


@dataclass(frozen=True)
class Installation:
    """Where the node's scripts are, and Erlang's programs if they are not on the machine's path."""

    scripts: Path
    erlang: Path | None = None

    @property
    def path(self) -> str:
        machine = os.environ.get("PATH", os.defpath)
        return f"{self.erlang}{os.pathsep}{machine}" if self.erlang else machine


def find(servers: Path, tell: Callable[[str], None]) -> Installation:
    """The machine's RabbitMQ if it has one, otherwise a privately unpacked one. Blocks. Raises StackError."""
    if shutil.which("erl") and shutil.which("epmd"):
        for pattern in MACHINE:
            for scripts in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
                return Installation(scripts)
    root = unpack(servers / "rabbitmq", tell)
    found = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"))
    if not found:
        raise StackError(f"{root} holds no RabbitMQ; delete that folder and try again.")
    return Installation(found[-1], root / "usr/lib/erlang/bin")


def port_mapper(installation: Installation, addresses: Addresses, log: Path) -> Program:
    """Erlang's epmd in the foreground: started by the node itself it would outlive everything."""
    port = addresses.ports["epmd"]

    async def ready() -> bool:
        return await answers(port)

    return Program(
        name="epmd",
        command=["epmd", "-address", HOST, "-port", str(port)],
        log=log,
        ready=ready,
        environment={"PATH": installation.path},
        stop_seconds=1,
    )


def node(installation: Installation, addresses: Addresses, data: Path, log: Path, niceness: int) -> Program:
    """The broker, in the foreground and without a shell around it, so that its process id is the node's."""
    ports = addresses.ports

    async def before() -> None:
        await asyncio.to_thread(_write_configuration, addresses, data)

    async def ready() -> bool:
        # The listener for clients opens last; the API refuses us (401) as soon as it works.
        return (
            await answers(ports["amqp"]) and await http_status(ports["management"], "/api/whoami") is not None
        )

    return Program(
        name="rabbitmq",
        command=["./rabbitmq-server"],
        folder=installation.scripts,  # by a relative name: the scripts do not survive a space in theirs
        log=log,
        ready=ready,
        environment={
            "PATH": installation.path,
            "LC_ALL": "C.UTF-8",
            "HOME": str(data),
            # Makes the script become the node; otherwise a shell stays between us and it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
            "RABBITMQ_LOG_BASE": str(data / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(data / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(data / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(ports["epmd"]),
        },
        start_seconds=90,
        # Its queues are closed within a tenth of a second; what it does for six more, nothing depends on.
        stop_seconds=3,
        niceness=niceness,
        before=before,
    )


def _write_configuration(addresses: Addresses, data: Path) -> None:
    ports = addresses.ports
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    (data / "enabled_plugins").write_text(PLUGINS)
    (data / "advanced.config").write_text("[].\n")
    (data / "rabbitmq-env.conf").write_text("")
    lines = (
        f"listeners.tcp.1 = {HOST}:{ports['amqp']}",
        f"management.tcp.ip = {HOST}",
        f"management.tcp.port = {ports['management']}",
        f"prometheus.tcp.ip = {HOST}",
        f"prometheus.tcp.port = {ports['broker_metrics']}",
        "default_user = lapor",
        f"default_pass = {addresses.secrets['LAPOR_PASSWORD_BROKER_ADMIN']}",
        "log.console = true",
        "log.console.level = warning",
        "vm_memory_high_watermark.absolute = 1GB",
        "disk_free_limit.absolute = 200MB",
        "raft.wal_max_size_bytes = 64000000",
        "collect_statistics_interval = 2000",
        "cluster_partition_handling = ignore",
    )
    configuration = data / "rabbitmq.conf"
    configuration.touch(mode=0o600)
    configuration.write_text("\n".join(lines) + "\n")
