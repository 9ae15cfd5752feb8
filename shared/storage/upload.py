"""One upload to an S3 store, in parts, that can be taken back at any moment. Knows no types or limits."""

import io

from minio import Minio
from minio.datatypes import Part
from minio.error import S3Error

from shared.telemetry.logs import log

PART_BYTES = 5 * 1024 * 1024
"""The smallest part S3 allows (but for the last), and so the most of an upload that is held in memory."""


class MultipartClient(Minio):
    """The SDK's client with its multipart steps given public names.

    ``put_object`` would hold a thread for as long as a sender takes: a few slow ones would stop all others.
    """

    def begin_multipart(self, bucket: str, key: str, content_type: str) -> str:
        """The id of a new multipart upload."""
        return self._create_multipart_upload(bucket, key, {"Content-Type": content_type})

    def send_part(self, bucket: str, key: str, upload_id: str, number: int, data: bytes) -> Part:
        """Send one part; numbers begin at 1."""
        return Part(number, self._upload_part(bucket, key, data, None, upload_id, number))

    def complete_multipart(self, bucket: str, key: str, upload_id: str, parts: list[Part]) -> None:
        """Make the parts one object."""
        self._complete_multipart_upload(bucket, key, upload_id, parts)

    def abort_multipart(self, bucket: str, key: str, upload_id: str) -> None:
        """Forget the parts."""
        self._abort_multipart_upload(bucket, key, upload_id)


class Upload:
    """Sends parts in order, then ``finish`` or ``discard``. Blocking: every method belongs in a thread."""

    def __init__(self, client: MultipartClient, bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._upload_id: str | None = None
        self._parts: list[Part] = []
        self._touched = False

    def send(self, data: bytes, content_type: str) -> None:
        """Send one part of exactly ``PART_BYTES``; more follow."""
        if self._upload_id is None:
            self._upload_id = self._client.begin_multipart(self._bucket, self._key, content_type)
        number = len(self._parts) + 1
        self._parts.append(self._client.send_part(self._bucket, self._key, self._upload_id, number, data))

    def finish(self, data: bytes, content_type: str) -> None:
        """Send the last piece; afterwards the object exists."""
        if self._upload_id is not None:
            self.send(data, content_type)
            self._touched = True
            self._client.complete_multipart(self._bucket, self._key, self._upload_id, self._parts)
            return
        self._touched = True
        self._client.put_object(self._bucket, self._key, io.BytesIO(data), len(data), content_type)

    def discard(self) -> None:
        """Take everything back. A store that cannot even do that is reported in the log, not raised."""
        try:
            if self._upload_id is not None:
                self._abort()
            if self._touched:
                self._client.remove_object(self._bucket, self._key)
        except Exception as error:  # why it is being discarded matters more
            log.warning("upload_not_discarded", object_key=self._key, error_type=type(error).__name__)

    def _abort(self) -> None:
        assert self._upload_id is not None
        try:
            self._client.abort_multipart(self._bucket, self._key, self._upload_id)
        except S3Error as error:
            # It was completed after all; the object itself goes next.
            if error.code != "NoSuchUpload":
                raise
