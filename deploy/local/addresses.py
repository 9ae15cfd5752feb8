"""Where everything in one embedded stack answers. The only place that builds these URLs."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.keys import S3_ACCESS_KEY, S3_SECRET_KEY, password_of
from deploy.local.parts import PART_NAMES
from deploy.local.probes import HOST
from deploy.provision.objectstore import ObjectStore

DATABASE = "lapor"
SERVERS = (
    "database",
    "amqp",
    "management",
    "broker_metrics",
    "distribution",
    "epmd",
    "s3",
    "smtp",
    "lmtp",
    "catcher",
    "console",
)
PORT_NAMES = (*SERVERS, "gateway", *PART_NAMES)


class Addresses:
    """Addresses with credentials. Treat every URL with a password as a secret."""

    def __init__(self, folder: Path, ports: Mapping[str, int], secrets: Mapping[str, str]) -> None:
        self.folder = folder
        self.ports = ports
        self.secrets = secrets

    @property
    def gateway_url(self) -> str:
        return self._http("gateway")

    @property
    def management_url(self) -> str:
        """The broker's management API, with the administrator's credentials."""
        return f"http://lapor:{self.secrets['LAPOR_PASSWORD_BROKER_ADMIN']}@{HOST}:{self.ports['management']}"

    @property
    def admin_amqp_url(self) -> str:
        return f"amqp://lapor:{self.secrets['LAPOR_PASSWORD_BROKER_ADMIN']}@{HOST}:{self.ports['amqp']}/"

    @property
    def admin_database_url(self) -> str:
        return self._postgresql("postgres", self.secrets["LAPOR_PASSWORD_DATABASE_ADMIN"])

    @property
    def s3(self) -> ObjectStore:
        secrets = self.secrets
        return ObjectStore(f"{HOST}:{self.ports['s3']}", secrets[S3_ACCESS_KEY], secrets[S3_SECRET_KEY])

    @property
    def catcher_url(self) -> str:
        return self._http("catcher")

    @property
    def smtp_url(self) -> str:
        return f"smtp://{HOST}:{self.ports['smtp']}"

    @property
    def lmtp_address(self) -> tuple[str, int]:
        """Where intake takes mail, as a mail server hands it over (LMTP)."""
        return HOST, self.ports["lmtp"]

    @property
    def clock_file(self) -> Path:
        """Where `shared.clock.write_clock` compresses time; the machine's time holds while it is missing."""
        return self.folder / "clock.json"

    def amqp_url(self, user: str, password: str | None = None) -> str:
        """The broker as a service's user, or as an agency's with the password it was granted with."""
        return f"amqp://{user}:{password or self.secrets[password_of(user)]}@{HOST}:{self.ports['amqp']}/"

    def database_url(self, role: str) -> str:
        """The database as a service's role (``postgresql+asyncpg://``)."""
        return self._postgresql(role, self.secrets[password_of(role)])

    def service_url(self, service: str) -> str:
        """A service's own port, past the gateway: health, metrics, OpenAPI."""
        return self._http(service)

    def _http(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"

    def _postgresql(self, role: str, password: str) -> str:
        return f"postgresql+asyncpg://{role}:{password}@{HOST}:{self.ports['database']}/{DATABASE}"
