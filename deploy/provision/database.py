"""One role and one schema per service, closed to the others, at its newest revision. Drops nothing."""

import asyncio
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from shared.db.migrate import upgrade

ROLE = """
SELECT format(
    '%s ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L',
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1) THEN 'ALTER' ELSE 'CREATE' END,
    $1::text, $2::text)
"""


async def provision_database(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Roles, schemas and migrations for each service in `passwords`; `admin_url` names their database."""
    admin = make_url(admin_url)
    connection = await asyncpg.connect(
        admin.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        # Several containers may provision at once.
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('lapor.provision'))")
            await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            await connection.execute(f'REVOKE ALL ON DATABASE "{admin.database}" FROM PUBLIC')
            for service, password in passwords.items():
                await _own_room(connection, str(admin.database), service, password)
    finally:
        await connection.close()
    for service, password in passwords.items():
        url = admin.set(drivername="postgresql+asyncpg", username=service, password=password)
        await _migrate(service, url.render_as_string(hide_password=False))


async def _own_room(connection: asyncpg.Connection, database: str, service: str, password: str) -> None:
    await connection.execute(await connection.fetchval(ROLE, service, password))
    await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{service}" AUTHORIZATION "{service}"')
    await connection.execute(f'REVOKE ALL ON SCHEMA "{service}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{service}"')
    await connection.execute(f'ALTER ROLE "{service}" SET search_path = "{service}"')


async def _migrate(service: str, url: str) -> None:
    """One service at a time: Alembic keeps its context in a global."""
    package = import_module(f"services.{service}")
    if (Path(package.__path__[0]) / "migrations").is_dir():
        await asyncio.to_thread(upgrade, service, url)
