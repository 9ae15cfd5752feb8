"""The console's settings, from the environment with the prefix `LAPOR_`."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.cli.target import Broker
from shared.messaging.topology import SERVICES

INTAKE_WORKER = "intake-worker"


class Settings(BaseSettings):
    """The broker as the command line knows it, and the services as the gateway knows them."""

    model_config = SettingsConfigDict(
        env_prefix="LAPOR_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    admin_broker_url: SecretStr
    management_url: SecretStr
    token_public_key: str
    """Ed25519, base64url: checks officers' tokens. The console cannot issue any."""
    public_url: str = "http://localhost:8080"
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    log_level: str = "info"
    intake_upstream: str = "intake:8000"
    intake_worker_upstream: str | None = None
    """Where intake's worker and relay roles answer, if they run in a process of their own."""
    verification_upstream: str = "verification:8000"
    routing_upstream: str = "routing:8000"
    sla_upstream: str = "sla:8000"
    notify_upstream: str = "notify:8000"

    @property
    def broker(self) -> Broker:
        return Broker(self.management_url.get_secret_value(), self.admin_broker_url.get_secret_value())

    @property
    def processes(self) -> tuple[str, ...]:
        """Everything that tells its health and metrics."""
        at = SERVICES.index("intake") + 1
        worker = (INTAKE_WORKER,) if self.intake_worker_upstream else ()
        return (*SERVICES[:at], *worker, *SERVICES[at:])

    def upstream(self, process: str) -> str:
        """Where a process answers, past the gateway."""
        name = process.replace("-", "_")
        return f"http://{getattr(self, f'{name}_upstream')}"
