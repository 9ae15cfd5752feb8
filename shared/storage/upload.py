"""Uploads to an S3 store in parts, that can be taken back at any moment. Knows no types or limits."""

import io
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from minio import Minio
from minio.datatypes import Part
from minio.error import S3Error

from shared.telemetry.logs import log

PART_BYTES = 5 * 1024 * 1024
"""The smallest part S3 allows (but for the last); a few of them are all that is held of an upload."""


@dataclass(frozen=True)
class SentPart:
    """One part that has arrived; numbers begin at 1."""

    number: int
    etag: str
    size: int


@dataclass(frozen=True)
class Listed:
    """An object as the store lists it."""

    key: str
    size: int
    modified: datetime


class MultipartClient(Minio):
    """The SDK's client with its multipart steps given public names.

    ``put_object`` would hold a thread for as long as a sender takes: a few slow ones would stop all others.
    """

    def begin_multipart(self, bucket: str, key: str, content_type: str) -> str:
        """The id of a new multipart upload."""
        return self._create_multipart_upload(bucket, key, {"Content-Type": content_type})

    def send_part(self, bucket: str, key: str, upload_id: str, number: int, data: bytes) -> SentPart:
        """Send one part; numbers begin at 1. The same number sent again replaces it."""
        etag = self._upload_part(bucket, key, data, None, upload_id, number)
        return SentPart(number, etag, len(data))

    def complete_multipart(self, bucket: str, key: str, upload_id: str, parts: list[SentPart]) -> None:
        """Make the parts one object."""
        ordered = [Part(part.number, part.etag) for part in sorted(parts, key=lambda part: part.number)]
        self._complete_multipart_upload(bucket, key, upload_id, ordered)

    def abort_multipart(self, bucket: str, key: str, upload_id: str) -> None:
        """Forget the parts. An upload that is not there is already forgotten."""
        try:
            self._abort_multipart_upload(bucket, key, upload_id)
        except S3Error as error:
            if error.code != "NoSuchUpload":
                raise

    def put_bytes(self, bucket: str, key: str, data: bytes, content_type: str) -> None:
        """One small object at once."""
        self.put_object(bucket, key, io.BytesIO(data), len(data), content_type)

    def listed(self, bucket: str, most: int, after: str | None) -> list[Listed]:
        """Up to `most` objects whose names come after `after`."""
        found = islice(self.list_objects(bucket, recursive=True, start_after=after), most)
        return [
            Listed(str(one.object_name), one.size or 0, one.last_modified)
            for one in found
            if one.last_modified is not None
        ]


class Upload:
    """Sends parts, several at once, then ``finish`` or ``discard``. Blocking: call it in threads."""

    def __init__(self, client: MultipartClient, bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self.upload_id: str | None = None
        self._parts: list[SentPart] = []
        self._touched = False

    def begin(self, content_type: str) -> str:
        """Announce parts."""
        self.upload_id = self._client.begin_multipart(self._bucket, self._key, content_type)
        return self.upload_id

    def send(self, number: int, data: bytes) -> None:
        """Send a part; several threads may."""
        assert self.upload_id is not None
        self._parts.append(self._client.send_part(self._bucket, self._key, self.upload_id, number, data))

    def finish(self, data: bytes, content_type: str) -> None:
        """Send the last piece; afterwards the object exists. All other parts must have arrived."""
        if self.upload_id is not None:
            if data:
                self.send(len(self._parts) + 1, data)
            self._touched = True
            self._client.complete_multipart(self._bucket, self._key, self.upload_id, self._parts)
            return
        self._touched = True
        self._client.put_bytes(self._bucket, self._key, data, content_type)

    def discard(self) -> None:
        """Take everything back. A store that cannot even do that is reported in the log, not raised."""
        try:
            if self.upload_id is not None:
                self._client.abort_multipart(self._bucket, self._key, self.upload_id)
            if self._touched:
                self._client.remove_object(self._bucket, self._key)
        except Exception as error:  # why it is being discarded matters more
            log.warning("upload_not_discarded", object_key=self._key, error_type=type(error).__name__)
