"""The doors a report is filed through, and what none lets in: refused by name or cleaned, never half kept."""

import json
import time
from urllib.parse import urlencode

import pytest

from shared.contracts import ReportSubmitted
from shared.security.signatures import HEADER, sign

from .conftest import PNG, REPORT
from .test_intake_open311 import FORM

BIDI = "Petugas meminta uang \u202egnu\u202c kepada setiap sopir di terminal."
NUL = "Petugas meminta uang\x00 kepada setiap sopir di pintu masuk terminal."
ESCAPE = "Petugas meminta uang \x1b[31mmerah kepada setiap sopir di terminal."
JSON_TYPE = {"Content-Type": "application/json"}

WRONG_JSON = [
    ({"text": NUL}, "text"),
    ({"text": BIDI}, "text"),
    ({"text": ESCAPE}, "text"),
    ({"title": "Pungutan\nliar"}, "title"),
    ({"title": "Pungutan\u2028liar"}, "title"),
    ({"title": "Pungutan \u2066liar"}, "title"),
    ({"category": "Pung\x00utan"}, "category"),
    ({"agency_hint": "Dishub\x07"}, "agency_hint"),
    ({"contact": {"name": "Sari\x00"}}, "contact.name"),
    ({"contact": {"email": "sari\x00@contoh.id"}}, "contact.email"),
    ({"place": {"region": "99.99"}}, "place.region"),
    ({"place": {"region": "35.78.99"}}, "place.region"),
    ({"place": {"region": "٣٥.٧٨"}}, "place.region"),
    ({"place": {"region": "35.78\x00"}}, "place.region"),
    ({"place": {"description": "Terminal\x00"}}, "place.description"),
    ({"place": {"latitude": 1e308, "longitude": 112.7}}, "place.latitude"),
    ({"event_date": "2999-01-01"}, "event_date"),
    ({"event_date": "9999-12-31"}, "event_date"),
    ({"event_date": "2026-02-30"}, "event_date"),
    ({"event_date": 10**30}, "event_date"),
    ({"answers": {"x" * 61: "b"}}, f"answers.{'x' * 61}"),
    ({"channel": "surat"}, "channel"),
]
"""JSON, and the field that the refusal names."""

WRONG_FORMS = [
    ({"description": NUL}, "description:"),
    ({"description": BIDI}, "description:"),
    ({"description": ESCAPE}, "description:"),
    ({"first_name": "Siti\x00"}, "first_name:"),
    ({"address_string": "Jl. \u202eomraD"}, "address_string:"),
    ({"address_id": "99.99"}, "address_id:"),
    ({"lat": "٧"}, "lat:"),
    ({"lat": "-7\x00"}, "lat:"),
    ({"long": "1e400"}, "long:"),
    ({"email": "siti\x00@contoh.id"}, "email:"),
    ({"phone": "+62\x00812345678"}, "phone:"),
]
"""A form of GeoReport, and how its refusal begins."""


async def nothing_is_kept(intake) -> bool:
    tables = ("reports", "moments", "outbox", "idempotency_keys", "identities")
    return [await intake.count(table) for table in tables] == [0] * len(tables)


@pytest.mark.parametrize(("changes", "field"), WRONG_JSON)
async def test_json_that_nobody_can_mean_is_refused_by_name(intake, changes, field):
    answer = await intake.http.post(
        "/v1/reports", json={**REPORT, **changes}, headers={"Idempotency-Key": "kunci-yang-sama"}
    )
    assert answer.status_code == 422, answer.text
    assert {error["field"].removesuffix(".[key]") for error in answer.json()["errors"]} == {field}
    assert await nothing_is_kept(intake)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
async def test_json_in_another_encoding_is_refused_or_read_for_what_it_is(intake, encoding):
    title = "Pungutan liar di café"
    body = json.dumps({**REPORT, "title": title}, ensure_ascii=False).encode(encoding)
    answer = await intake.http.post("/v1/reports", content=body, headers=JSON_TYPE)
    assert answer.status_code in {201, 400, 422}, answer.text
    filed = [fact.title for fact in await intake.said(ReportSubmitted)]
    assert filed == ([title] if answer.status_code == 201 else [])


@pytest.mark.parametrize(("changes", "told"), WRONG_FORMS)
async def test_a_form_that_nobody_can_mean_is_refused_by_name(intake, changes, told):
    data = {**FORM, "api_key": intake.desk.secrets["open311"].decode(), **changes}
    answer = await intake.http.post("/open311/v2/requests.json", data=data)
    assert answer.status_code == 400, answer.text
    assert {error["description"].startswith(told) for error in answer.json()} == {True}
    assert await nothing_is_kept(intake)


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_form_in_another_encoding_is_read_without_failing(intake, form):
    data = {**FORM, "api_key": intake.desk.secrets["open311"].decode()}
    body = urlencode(data) + "&description=%FF%FE%ED%A0%80" + "lampu%20caf%E9%20padam" * 3
    answer = await intake.http.post(
        f"/open311/v2/requests.{form}",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"},
    )
    assert answer.status_code in {201, 400}
    assert await intake.count("reports") == (answer.status_code == 201)


@pytest.mark.parametrize(
    ("disposition", "status"),
    [
        (b'form-data; name="file"; filename="\x00\xff\xfe.png"', 201),
        (b"form-data; name=\"file\"; filename*=utf-7''+AAA-.png", 422),
        (b'form-data; name="file"; filename="' + "\u202egnp.exe".encode() + b'"', 201),
        (b'form-data; name="file"', 422),
        (b"\xff\xfe", 422),
        (b"", 422),
    ],
)
async def test_a_form_with_a_file_is_taken_or_refused_by_name(intake, disposition, status):
    filed = await intake.file()
    head = b"--batas\r\nContent-Disposition: " + disposition + b"\r\nContent-Type: image/png\r\n\r\n"
    answer = await intake.http.post(
        f"{filed.url}/evidence",
        content=head + PNG + b"\r\n--batas--\r\n",
        headers={**filed.code, "Content-Type": "multipart/form-data; boundary=batas"},
    )
    assert answer.status_code == status, answer.text
    assert await intake.count("evidence") == (status == 201)
    if status == 422:
        assert [error["field"] for error in answer.json()["errors"]] == ["file"]


async def hooked(intake, body: bytes):
    signature = sign(intake.desk.secrets["sms"], body, at=time.time())
    return await intake.http.post("/v1/channels/sms", content=body, headers={HEADER: signature})


def message(**changes) -> dict:
    return {
        "id": "gw-1", "from": "+628123456789", "to": "1708", "text": "LAPOR Jalan rusak di depan pasar lama",
        "received_at": "2026-07-06T09:00:00+07:00", **changes,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
async def test_an_sms_in_another_encoding_is_refused(intake, encoding):
    body = json.dumps(message(text="Jalan rusak di café"), ensure_ascii=False).encode(encoding)
    answer = await hooked(intake, body)
    assert answer.status_code in {400, 422}
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_at": "2026-02-30T09:00:00+07:00"}, "received_at"),
        ({"received_at": "2026-07-06T09:00:00"}, "received_at"),
        ({"text": None}, "text"),
        ({"id": ""}, "id"),
        ({"to": ""}, "to"),
        ({"from": "BANK\x00\u202e"}, "from"),
        ({"from": "x" * 10_000}, "from"),
        ({"part": {"ref": "7", "number": 2**63, "total": 2}}, "part"),
        ({"part": {"ref": "7", "number": 1, "total": 10**30}}, "part.total"),
    ],
)
async def test_an_sms_that_nobody_can_send_is_refused_by_name(intake, changes, field):
    answer = await hooked(intake, json.dumps(message(**changes)).encode())
    assert answer.status_code in {400, 422}, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"received_at": "0001-01-01T00:00:00+14:00"},
        {"received_at": "9999-12-31T23:59:59-12:00"},
        {"id": "\x00\u202e"},
        {"part": {"ref": "\x00", "number": 1, "total": 1}},
    ],
)
async def test_an_sms_from_a_gateway_with_odd_notions_is_filed_as_of_now(intake, clock, changes):
    await intake.sms(changes.pop("text", "LAPOR Jalan rusak di depan pasar lama"), **changes)
    (fact,) = await intake.said(ReportSubmitted)
    assert fact.occurred_at == clock.now()
    assert "Jalan rusak di depan pasar lama" in fact.text
