"""Migrations: each service has its own, in its own schema, run with its own role."""

import asyncio
from importlib import import_module
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine


def config_for(service: str, url: str) -> Config:
    """An Alembic configuration without an ini file; `url` is the service's own ``postgresql+asyncpg://``."""
    package = import_module(f"services.{service}")
    config = Config()
    config.set_main_option("script_location", str(Path(package.__path__[0]) / "migrations"))
    config.attributes.update(url=url, service=service)
    return config


def upgrade(service: str, url: str) -> None:
    """Bring one service's schema to its newest revision. Blocks; call it in a thread from async code."""
    command.upgrade(config_for(service, url), "head")


def run_environment() -> None:
    """What every ``migrations/env.py`` calls."""
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    asyncio.run(_run(context.config.attributes["url"], context.config.attributes["service"]))


async def _run(url: str, schema: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, schema)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: Connection, schema: str) -> None:
    context.configure(connection=connection, version_table_schema=schema, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
