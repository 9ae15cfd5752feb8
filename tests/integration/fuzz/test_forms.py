"""Whatever is sent to the citizens' forms, by a browser or not: a page answers, and never our mistake."""

import random
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest

from services.intake.pages.typed import KEPT
from shared.web.pages.forms import COOKIE, FIELD
from tests.integration.fuzz.hostile import TEXTS

TOKEN = "t" * 32
FILLED = {
    "text": "Lampu jalan di depan sekolah padam sejak tiga malam lalu.",
    "title": "Lampu jalan padam",
    "category": "kependudukan",
    "q-jenis-dokumen": "lain",
    "q-dokumen-lain": "Surat pindah",
    "region": "35.78",
    "step": "check",
    "go": "send",
    "key": "kunci-kunci-kunci",
}
FORMS = {
    "/lapor": (*KEPT, "key", "step", "go"),
    "/lapor/lanjut": ("kode",),
    "/lacak": ("nomor", "kode"),
    "/lacak/{id}/dukung": ("email", "phone"),
    "/lacak/{id}/dukung/batal": (),
    "/lacak/{id}/kabar": ("language", "from", "until", "zone", "muted"),
    "/lacak/{id}/lengkapi": ("text",),
    "/lacak/{id}/nilai": ("score", "text"),
    "/lacak/{id}/tidak-ada": ("text",),
}
STEPS = ("send", "next", "back", "save", "to:place", "to:", "")
WIRE = (b"\xff\xfe", b"\xed\xa0\x80", b"\x00", b"%", b"a&b=&&=&=c", b"[]" * 400)
"""Bytes that no form of ours sends."""
TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "text/plain",
    "multipart/form-data; boundary=x", "application/json", "",
)  # fmt: skip


def encoded(fields: dict[str, bytes]) -> bytes:
    return b"&".join(f"{name}={quote_from_bytes(value)}".encode() for name, value in fields.items())


def bodies(form: str, draw: random.Random, many: int) -> Iterator[bytes]:
    """Mostly a form that could be sent, with some of its fields gone wrong; sometimes no form at all."""
    values = [*(text.encode("utf-8", "surrogatepass") for text in TEXTS), *WIRE]
    for _ in range(many):
        fields = {name: text.encode() for name, text in FILLED.items()} if form == "/lapor" else {}
        names = FORMS[form] or ("tidak-ada",)
        for name in draw.sample(names, min(len(names), draw.randint(1, 4))):
            fields[name] = draw.choice(values)
        if form == "/lapor" and draw.random() < 0.7:
            fields["go"] = draw.choice(STEPS).encode()
        if draw.random() < 0.8:
            fields[FIELD] = TOKEN.encode()
        body = encoded(fields)
        yield body if draw.random() < 0.9 else body + draw.choice(WIRE)


def sent(town, http, story, *, many: int, seed: int) -> list[str]:
    """What went wrong."""
    draw = random.Random(seed)  # the same calls every time
    wrong = []
    numbers = [*story.known["tracking_id"][:2], "AAA-AAAA-AAA", "%00", "%FF"]
    for form in FORMS:
        for body in bodies(form, draw, many):
            path = form.replace("{id}", draw.choice(numbers))
            headers = {
                "Content-Type": TYPES[0] if draw.random() < 0.85 else draw.choice(TYPES),
                "Accept": draw.choice(["text/html", "application/json", "*/*"]),
                "Cookie": f"{COOKIE}={TOKEN}",
            }
            answer = http.post(town.urls["intake"] + path, content=body, headers=headers)
            if answer.status_code >= 500:
                wrong.append(f"{path} {headers} {body[:400]!r}: {answer.status_code}")
            elif headers["Accept"] == "text/html" and "html" not in answer.headers.get(
                "content-type", "html"
            ):
                wrong.append(f"no page: {path} {body[:400]!r}: {answer.status_code}")
    return wrong


def test_no_form_is_our_mistake(town, story, http):
    wrong = sent(town, http, story, many=12, seed=1)
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_no_form_of_many_is_our_mistake(town, story, http):
    wrong = sent(town, http, story, many=1500, seed=2)
    assert not wrong, "\n".join(wrong[:200])
