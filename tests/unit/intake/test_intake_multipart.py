import pytest

from services.intake.api.multipart import single_file
from shared.web.problems import Problem

TYPE = "multipart/form-data; boundary=grens"
FILE = (
    b'--grens\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
    b"Content-Type: image/png\r\n\r\n"
)
FIELD = b'--grens\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
END = b"\r\n--grens--\r\n"


async def pieces(body: bytes, size: int):
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(body: bytes, size: int = 7, content_type: str = TYPE) -> tuple[str, bytes]:
    claimed, chunks = await single_file(pieces(body, size), content_type)
    return claimed, b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
async def test_the_file_comes_through_whatever_the_chunks_are(size):
    content = bytes(range(256)) * 20
    assert await read(FILE % b"a.png" + content + END, size) == ("image/png", content)


async def test_other_fields_are_dropped():
    body = FIELD + b"catatan rahasia\r\n" + FILE % b"a.png" + b"isi" + b"\r\n" + FIELD + b"x" + END
    assert await read(body) == ("image/png", b"isi")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (FIELD + b"tanpa berkas" + END, 422),
        (FILE % b"a.png" + b"satu\r\n" + FILE % b"b.png" + b"dua" + END, 422),
        (FILE % b"a.png" + b"terputus", 400),
        (b"bukan formulir sama sekali", 400),
        (b"", 400),
        (FIELD + b"x" * 100_000, 400),
    ],
)
async def test_a_form_without_exactly_one_whole_file_is_refused(body, status):
    with pytest.raises(Problem) as raised:
        await read(body)
    assert raised.value.status == status


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
async def test_a_form_without_a_boundary_is_refused(content_type):
    with pytest.raises(Problem) as raised:
        await read(FILE % b"a.png" + END, content_type=content_type)
    assert raised.value.status == 400
