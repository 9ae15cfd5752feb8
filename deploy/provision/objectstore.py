"""The buckets that evidence lives in. Removes nothing."""

import asyncio
from dataclasses import dataclass

from minio import Minio

BUCKETS = ("lapor-evidence", "lapor-quarantine", "lapor-originals")
"""What may be shown, what was just received, and what was received, sealed."""


@dataclass(frozen=True)
class ObjectStore:
    """How to reach an S3 store; `endpoint` is host:port."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool = False


async def provision_objectstore(store: ObjectStore) -> None:
    """Make the buckets that are missing."""
    await asyncio.to_thread(_make_missing, store)


def _make_missing(store: ObjectStore) -> None:
    # A region of its own spares the SDK a question that not every store answers.
    client = Minio(
        store.endpoint, store.access_key, store.secret_key, secure=store.secure, region="us-east-1"
    )
    # Listed, not asked for one by one: some stores answer for a missing bucket in a way the SDK refuses.
    existing = {bucket.name for bucket in client.list_buckets()}
    for name in BUCKETS:
        if name not in existing:
            client.make_bucket(name)
