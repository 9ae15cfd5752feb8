"""Every promise of the six journeys is kept on real servers, and nobody's identity is left lying about."""

import asyncio

import httpx
import pytest
from minio import Minio

from deploy.demo.journeys import CANARY
from deploy.local.parts import PART_NAMES, PARTS
from deploy.provision.objectstore import BUCKETS
from shared.messaging.topology import SERVICES

pytestmark = pytest.mark.timeout(300)

FORMS = [
    form
    for value in [*CANARY.values(), "+6281298765432", "6281298765432", "81298765432"]
    for form in (value, value.lower(), value.encode().hex())
]
"""The canary's identity as it may be written, and as a binary column shows it."""

CALLER, ELSEWHERE, BROWSER = "127.0.77.9", "198.51.100.77", "Penanda-Peramban/7.3"
"""Where a request came from, where it says it came from, and with what."""

TEXT_OF_TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()
"""


async def test_every_expectation_of_the_journeys_held(played):
    assert played.kept, played.printed[-2_000:]


async def test_the_anonymous_reporter_was_told_all_the_same(played):
    async with httpx.AsyncClient() as http:
        messages = (await http.get(f"{played.stack.catcher_url}/messages")).json()
    assert any(CANARY["email"] in message["to"] for message in messages)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_table_holds_the_canary_in_clear(played, service):
    leaks = []
    for (table,) in await played.rows(service, TEXT_OF_TABLES):
        rows = "\n".join(
            row[0].lower() for row in await played.rows(service, f'SELECT t::text FROM "{table}" t')
        )
        leaks += [(table, form) for form in FORMS if form.lower() in rows]
    assert leaks == []


async def test_the_search_through_tables_finds_what_is_there(played):
    """The secret report's title, which a table may hold, is found as text and inside binary columns."""
    title = "bantuan sosial dipotong"
    cases = "\n".join(
        row[0].lower() for row in await played.rows("verification", "SELECT t::text FROM cases t")
    )
    bodies = "\n".join(row[0] for row in await played.rows("verification", "SELECT t::text FROM entries t"))
    assert title in cases
    assert b"Bantuan sosial".hex() in bodies


async def test_no_message_carries_the_canary_in_clear(played):
    everything = "\n".join(f"{m.info()} {m.body.decode(errors='replace')}" for m in played.messages).lower()
    assert len(played.messages) > 50
    assert [form for form in FORMS if form.lower() in everything] == []


async def test_no_log_line_names_the_canary_or_any_other_reporter(played):
    logs = played.logs().lower()
    others = ["sari wulandari", "sari@pelapor.example", "bagus@", "rini@", "82316331234", "81234500011"]
    assert "service_started" in logs
    assert [form for form in [*FORMS, *others] if form.lower() in logs] == []


async def test_no_metric_names_the_canary(played):
    texts = await metrics(played)
    assert all("lapor_http_seconds" in text for text in texts.values())
    assert [form for form in FORMS if form.lower() in "\n".join(texts.values()).lower()] == []


async def test_only_processes_that_empty_an_outbox_tell_its_depth(played):
    texts = await metrics(played)
    telling = {name for name, text in texts.items() if "lapor_outbox_depth" in text}
    assert telling == {part.name for part in PARTS if "relay" in part.roles}


async def metrics(played):
    async with httpx.AsyncClient() as http:
        return {
            name: (await http.get(f"{played.stack.service_url(name)}/metrics")).text for name in PART_NAMES
        }


async def test_no_object_is_named_after_anybody(played):
    s3 = played.stack.s3
    client = Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False)
    names = await asyncio.to_thread(
        lambda: [o.object_name for b in BUCKETS for o in client.list_objects(b, recursive=True)]
    )
    assert len(names) == 6  # of two photos, each: the clean one, its preview, and the sealed original
    assert [form for form in FORMS for name in names if form.lower() in name.lower()] == []


@pytest.fixture(scope="module")
async def marked(played):
    """An anonymous reporter at the gateway, whose address and browser can be recognised anywhere."""
    transport = httpx.AsyncHTTPTransport(local_address=CALLER)
    headers = {
        "User-Agent": BROWSER,
        **dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Forwarded"), ELSEWHERE),
    }
    async with httpx.AsyncClient(
        base_url=played.stack.gateway_url, transport=transport, headers=headers, timeout=30
    ) as http:
        report = {
            "title": "Antrean panjang di loket", "anonymous": True,
            "text": "Antrean di loket pelayanan mencapai lima jam setiap hari.",
        }  # fmt: skip
        filed = (await http.post("/v1/reports", json=report)).json()
        code = {"LAPOR-Access-Code": filed["access_code"]}
        answers = [
            await http.get(f"/v1/reports/{filed['tracking_id']}", headers=code),
            await http.post(
                f"/v1/reports/{filed['tracking_id']}/evidence", content=b"bukan gambar", headers=code
            ),
            await http.post("/v1/accounts/codes", json={"email": "penanda@rahasia.example"}),
            await http.get("/v1/regions", params={"q": "surabya"}),
            await http.post("/v1/reports", content=b"{"),
            await http.get("/tidak-ada"),
        ]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", httpx.URL(played.stack.gateway_url).port, local_addr=(CALLER, 0)
    )
    cut = (
        f"POST /v1/reports HTTP/1.1\r\nHost: lapor\r\nUser-Agent: {BROWSER}\r\nContent-Length: 900\r\n\r\n{{"
    )
    writer.write(cut.encode())
    await writer.drain()
    writer.close()
    assert reader is not None
    return [answer.status_code for answer in answers]


async def test_no_log_names_the_address_or_the_browser_of_an_anonymous_reporter(played, marked):
    assert marked[0] == 200
    logs = played.logs()
    assert "gateway" in {path.stem for path in played.stack.log_folder.glob("*.log")}
    assert [mark for mark in (CALLER, BROWSER, ELSEWHERE) if mark in logs] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_no_table_holds_the_address_or_the_browser_of_anybody(played, marked, service):
    found = []
    for (table,) in await played.rows(service, TEXT_OF_TABLES):
        rows = "\n".join(row[0] for row in await played.rows(service, f'SELECT t::text FROM "{table}" t'))
        for mark in (CALLER, BROWSER, ELSEWHERE):
            found += [(table, mark)] * (mark in rows or mark.encode().hex() in rows)
    assert marked and found == []


async def test_one_trace_leads_from_the_filing_to_the_first_notification(played):
    submitted = [m for m in played.messages if m.type == "report.submitted.v1" and b"Tetangga" in m.body]
    trace = submitted[0].headers["traceparent"].split("-")[1]
    same = {m.type for m in played.messages if trace in str(m.headers.get("traceparent"))}
    assert {"contact.registered.v1", "case.status-changed.v1", "notification.delivered.v1"} <= same


async def test_no_delivery_was_planned_twice(played):
    twice = await played.rows(
        "notify", "SELECT 1 FROM deliveries GROUP BY event_id, recipient HAVING count(*) > 1"
    )
    assert twice == []


async def test_every_open_case_has_a_live_timer(played):
    text = httpx.get(f"{played.stack.service_url('sla')}/metrics").text
    assert "lapor_sla_cases_without_timer 0.0" in text
