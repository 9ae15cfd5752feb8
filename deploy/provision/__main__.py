"""`python -m deploy.provision`: prepares the servers that the environment names. Waits for them to come up.

LAPOR_ADMIN_DATABASE_URL, LAPOR_ADMIN_BROKER_URL, LAPOR_MANAGEMENT_URL, LAPOR_S3_ENDPOINT,
LAPOR_S3_ACCESS_KEY, LAPOR_S3_SECRET_KEY, LAPOR_S3_SECURE, LAPOR_PASSWORD_<SERVICE>;
LAPOR_PROVISION_PATIENCE in seconds.
"""

import asyncio
import os
import sys

import asyncpg
import minio.error
import tenacity
from aiormq.exceptions import AMQPError
from urllib3.exceptions import HTTPError

from deploy.provision import ObjectStore, Target, provision
from deploy.provision.management import ManagementError
from shared.messaging.topology import SERVICES

NOT_YET = (
    OSError,
    asyncpg.PostgresError,
    AMQPError,
    ManagementError,
    HTTPError,
    minio.error.MinioException,
    TimeoutError,
)


def target_from_environment() -> Target:
    """Raises SystemExit that names the first setting which is missing."""
    return Target(
        database_url=_setting("LAPOR_ADMIN_DATABASE_URL"),
        broker_url=_setting("LAPOR_ADMIN_BROKER_URL"),
        management_url=_setting("LAPOR_MANAGEMENT_URL"),
        objectstore=ObjectStore(
            _setting("LAPOR_S3_ENDPOINT"),
            _setting("LAPOR_S3_ACCESS_KEY"),
            _setting("LAPOR_S3_SECRET_KEY"),
            secure=os.environ.get("LAPOR_S3_SECURE", "false").lower() in {"1", "true", "yes"},
        ),
        passwords={service: _setting(f"LAPOR_PASSWORD_{service.upper()}") for service in SERVICES},
    )


def main() -> None:
    target = target_from_environment()
    patience = float(os.environ.get("LAPOR_PROVISION_PATIENCE", "90"))
    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(NOT_YET),
        stop=tenacity.stop_after_delay(patience),
        wait=tenacity.wait_fixed(1),
        reraise=True,
    )
    try:
        asyncio.run(retrying(provision, target, lambda step: print(step, file=sys.stderr)))
    except NOT_YET as error:
        sys.exit(f"Provisioning did not succeed within {patience:.0f} s: {type(error).__name__}: {error}")


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set.")
    return value


main()
