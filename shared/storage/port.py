"""What the system asks of an object store, and nothing more: any S3 store can stand behind it.

Object names are random and never hold anything a person typed.
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID, uuid4

from shared.storage.upload import Listed

Limit: TypeAlias = Callable[[str | None], int]
"""How many bytes a file of a type may have; asked with None while the type does not show yet."""


class StorageError(Exception):
    """Storage said no.

    StorageError
    ├── RefusedFile           the file's own fault; nothing of it was kept
    │   ├── TooLarge
    │   ├── Empty
    │   └── RefusedType
    ├── ObjectMissing         no object has that name
    └── StoreUnavailable      the store cannot be reached, or does not let us in
    """


class RefusedFile(StorageError):
    """A file we do not keep. ``message`` tells its sender why, in Indonesian; ``message_en`` in English."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en


class TooLarge(RefusedFile):
    """More bytes than allowed."""

    def __init__(self, max_bytes: int) -> None:
        size = f"{max_bytes // 1_000_000} MB" if max_bytes >= 1_000_000 else f"{max_bytes} byte"
        super().__init__(f"Berkas melebihi batas {size}.", f"The file is larger than {size}.")
        self.max_bytes = max_bytes


class Empty(RefusedFile):
    """No bytes at all."""

    def __init__(self) -> None:
        super().__init__("Berkas kosong.", "The file is empty.")


class RefusedType(RefusedFile):
    """Not a kind of file on the allow-list, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(
            "Jenis berkas tidak diterima. Kirim JPEG, PNG, WebP, HEIC, MP4, PDF, DOCX, XLSX, atau ODT.",
            "This type of file is not accepted. Send JPEG, PNG, WebP, HEIC, MP4, PDF, DOCX, XLSX or ODT.",
        )


class ObjectMissing(StorageError):
    """No object has that name."""


class StoreUnavailable(StorageError):
    """The store cannot be reached, or does not let us in. Says which, in one sentence."""


@dataclass(frozen=True)
class StoredObject:
    """What was kept: ``size`` in bytes, ``sha256`` in hexadecimal, ``content_type`` as its bytes tell."""

    key: str
    size: int
    sha256: str
    content_type: str


class ObjectStore(Protocol):
    """One bucket."""

    async def put_stream(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        *,
        content_type: str | None,
        max_bytes: int | Limit,
        begun: Callable[[str], Awaitable[None]] | None = None,
    ) -> StoredObject:
        """Keep a file under ``key`` (from ``new_object_key``), checking it as it comes.

        ``content_type`` is what the sender claims: it can get a file refused, never accepted. Raises
        TooLarge, Empty, RefusedType, StoreUnavailable, or whatever ``chunks`` raises; nothing is left behind.
        """
        ...

    async def put_known(self, key: str, chunks: AsyncIterable[bytes], content_type: str) -> StoredObject:
        """Keep what we made ourselves: neither its type nor its size is looked at."""
        ...

    async def put_bytes(self, key: str, data: bytes, content_type: str) -> None:
        """Keep a small piece under a name."""
        ...

    async def listed(self, most: int, after: str | None = None) -> list[Listed]:
        """Up to ``most`` objects in the order of their names, from behind ``after``."""
        ...

    async def open(self, key: str, start: int = 0, length: int = 0) -> AsyncIterator[bytes]:
        """The object's bytes from ``start`` on, a piece at a time; ``length`` 0 is all that follow.

        Raises ObjectMissing, StoreUnavailable.
        """
        ...

    async def delete(self, key: str) -> None:
        """Forget an object. One that is not there is already forgotten. Raises StoreUnavailable."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether an object has that name. Raises StoreUnavailable."""
        ...

    async def size(self, key: str) -> int | None:
        """Bytes of an object, or None where there is none. Raises StoreUnavailable."""
        ...

    async def ready(self) -> None:
        """Return if the bucket can be used. Raises StoreUnavailable, which says why not."""
        ...


def new_object_key() -> str:
    """A random name (UUIDv4: unlike a report's id it does not tell the time)."""
    return str(uuid4())


def is_object_key(name: str) -> bool:
    """Whether a store's name is one of ours; stores keep files of their own beside them."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
