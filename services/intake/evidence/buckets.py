"""The three buckets of evidence: received, sealed as received, and clean."""

from dataclasses import dataclass

from shared.storage.minio_store import MinioStore


@dataclass(frozen=True)
class Buckets:
    """`quarantine`: nobody is shown what lies here. `originals`: sealed; intake cannot open them again.
    `clean`: derivatives and previews, the only files that anybody is given.
    """

    quarantine: MinioStore
    originals: MinioStore
    clean: MinioStore


def buckets_of(store: MinioStore, *, quarantine: str, originals: str) -> Buckets:
    """`store` is the bucket of clean files."""
    return Buckets(store.beside(quarantine), store.beside(originals), store)
