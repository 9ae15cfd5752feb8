"""One file out of a multipart form, as it streams. Its name and what nobody asks for are dropped unread."""

from collections import deque
from collections.abc import AsyncIterator
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from shared.web.problems import Problem, invalid


async def single_file(
    body: AsyncIterator[bytes], content_type: str, fields: dict[str, str] | None = None
) -> tuple[str, AsyncIterator[bytes]]:
    """The claimed type of the form's only file, and its bytes. `fields` fills with what else was typed, all
    of it once the bytes were read.

    Raises problems, also while the bytes are read: 400 for a broken form, 422 for no file or several.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary or len(boundary) > 200:
        raise _broken()
    reader = _FileReader(body, boundary, fields)
    return await reader.claimed_type(), reader.chunks()


_OVERHEAD_BYTES = 64 * 1024
"""What a form may weigh beyond its file."""


class _FileReader:
    def __init__(self, body: AsyncIterator[bytes], boundary: bytes, fields: dict[str, str] | None) -> None:
        self._body, self._fields = body, fields
        self._name, self._typed = "", bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
        )
        self._field, self._value = bytearray(), bytearray()
        self._headers = Message()
        self._pieces: deque[bytes] = deque()
        self._files = 0
        self._in_file = False
        self._ended = False
        self._type = ""
        self._overhead = 0

    async def claimed_type(self) -> str:
        while not self._files and not self._ended:
            await self._feed()
        if not self._files:
            raise invalid("file", "formulir tidak memuat berkas", "the form holds no file")
        return self._type

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self._ended:
                return
            await self._feed()

    async def _feed(self) -> None:
        try:
            chunk = await anext(self._body)
        except StopAsyncIteration:
            raise _broken() from None
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise _broken() from None
        if self._overhead > _OVERHEAD_BYTES:
            raise _broken()
        if self._files > 1:
            raise invalid("file", "kirim satu berkas setiap kali", "send one file at a time")

    def _part_begins(self) -> None:
        self._headers, self._in_file = Message(), False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._overhead += end - start

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._overhead += end - start

    def _header_ends(self) -> None:
        self._headers[self._field.decode("latin-1")] = self._value.decode("latin-1")
        self._field, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        options = parse_options_header(self._headers.get("content-disposition", ""))[1]
        self._in_file = b"filename" in options
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._typed.clear()
        if self._in_file:
            self._files += 1
            self._type = self._headers.get("content-type", "")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file and self._files == 1:
            self._pieces.append(data[start:end])
        else:
            self._overhead += end - start
            if self._fields is not None:
                self._typed += data[start:end]

    def _part_ends(self) -> None:
        if self._fields is not None and not self._in_file:
            self._fields[self._name] = self._typed.decode("utf-8", "replace").replace("\r\n", "\n")

    def _ends(self) -> None:
        self._ended = True


def _broken() -> Problem:
    return Problem(400, "unreadable", "Formulir tidak dapat dibaca.", "The form cannot be read.")
