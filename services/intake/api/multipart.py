"""The parts of a multipart form as they stream. Names of files and what nobody asks for are dropped."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.intake.api.bodies import too_long
from shared.web.problems import Problem, invalid

OVERHEAD_BYTES = 64 * 1024
"""What a form may weigh beyond its files."""
MOST_DROPPED = 128_000_000
"""What is read of a refused file, so that its sender hears why."""


@dataclass(frozen=True)
class Part:
    """One part has begun. `claimed_type` is what its sender says it is."""

    name: str
    is_file: bool
    claimed_type: str


class FormParts:
    """Reads one part after the other; never holds a file. Raises a 400 problem for a broken form."""

    def __init__(self, body: AsyncIterator[bytes], content_type: str, overhead: int = OVERHEAD_BYTES) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary or len(boundary) > 200:
            raise broken()
        self._body, self._left = body, overhead
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_end": self._ends,
            },
        )
        self._field, self._value = bytearray(), bytearray()
        self._headers = Message()
        self._in_file = self._ended = False
        self._read: deque[Part | bytes] = deque()

    async def next(self) -> Part | None:
        """The part that comes next, past what is left of the one before; None at the form's end.

        Raises a 413 problem where far too much is left.
        """
        dropped = 0
        while (item := await self._next()) is not None:
            if isinstance(item, Part):
                return item
            dropped += len(item)
            if dropped > MOST_DROPPED:
                raise too_long(MOST_DROPPED)
        return None

    async def content(self) -> AsyncIterator[bytes]:
        """What the part holds that came last."""
        while (item := await self._next()) is not None:
            if isinstance(item, Part):
                self._read.appendleft(item)
                return
            yield item

    async def text(self) -> bytes:
        """The same at once; a field is never longer than what a form may weigh."""
        return b"".join([piece async for piece in self.content()])

    async def _next(self) -> Part | bytes | None:
        while not self._read and not self._ended:
            await self._feed()
        return self._read.popleft() if self._read else None

    async def _feed(self) -> None:
        try:
            self._parser.write(await anext(self._body))
        except (StopAsyncIteration, FormParserError):
            raise broken() from None
        if self._left < 0:
            raise broken()

    def _part_begins(self) -> None:
        self._headers, self._in_file = Message(), False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._left -= end - start

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._left -= end - start

    def _header_ends(self) -> None:
        self._headers[self._field.decode("latin-1")] = self._value.decode("latin-1")
        self._field, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        options = parse_options_header(self._headers.get("content-disposition", ""))[1]
        self._in_file = b"filename" in options
        name = options.get(b"name", b"").decode("utf-8", "replace")
        self._read.append(Part(name, self._in_file, self._headers.get("content-type", "")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._read.append(data[start:end])
        if not self._in_file:
            self._left -= end - start

    def _ends(self) -> None:
        self._ended = True


async def single_file(
    body: AsyncIterator[bytes], content_type: str, fields: dict[str, str] | None = None
) -> tuple[str, AsyncIterator[bytes]]:
    """The claimed type of the form's only file, and its bytes. `fields` fills with what else was typed, all
    of it once the bytes were read.

    Raises problems, also while the bytes are read: 400 for a broken form, 422 for no file or several.
    """
    form = FormParts(body, content_type)
    file = await _to_file(form, fields)
    if file is None:
        raise invalid("file", "formulir tidak memuat berkas", "the form holds no file")
    return file.claimed_type, _only(form, fields)


async def _only(form: FormParts, fields: dict[str, str] | None) -> AsyncIterator[bytes]:
    async for chunk in form.content():
        yield chunk
    if await _to_file(form, fields) is not None:
        raise invalid("file", "kirim satu berkas setiap kali", "send one file at a time")


async def _to_file(form: FormParts, fields: dict[str, str] | None) -> Part | None:
    while (part := await form.next()) is not None:
        if part.is_file:
            return part
        if fields is not None:
            fields[part.name] = (await form.text()).decode("utf-8", "replace").replace("\r\n", "\n")
    return None


def broken() -> Problem:
    return Problem(400, "unreadable", "Formulir tidak dapat dibaca.", "The form cannot be read.")
