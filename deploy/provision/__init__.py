"""Prepares servers for the services: roles and schemas, topology and users, buckets. Safe to run again.

Runs before any service, with administrators' credentials that no service ever has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.provision.agency import renew_permissions
from deploy.provision.broker import provision_broker
from deploy.provision.database import provision_database
from deploy.provision.objectstore import ObjectStore, provision_objectstore

__all__ = ["ObjectStore", "Target", "provision"]


@dataclass(frozen=True)
class Target:
    """The servers to prepare, as their administrators reach them."""

    database_url: str
    broker_url: str
    management_url: str
    objectstore: ObjectStore
    passwords: Mapping[str, str]
    """Service → password, for its database role and its broker user alike."""


async def provision(target: Target, tell: Callable[[str], None] = lambda _: None) -> None:
    """Bring every server to the state that the services expect."""
    tell("database: roles, schemas, migrations")
    await provision_database(target.database_url, target.passwords)
    tell("broker: exchanges, queues, policies, users")
    await provision_broker(target.broker_url, target.management_url, target.passwords)
    if renewed := await renew_permissions(target.management_url):
        tell(f"broker: permissions of {len(renewed)} agencies brought up to date")
    tell("object store: buckets")
    await provision_objectstore(target.objectstore)
