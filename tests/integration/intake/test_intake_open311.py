"""GeoReport v2 as city applications speak it: XML and JSON over the same reports."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from shared import contracts as c
from shared.contracts import CaseStatus

BASE = "/open311/v2"
FORM = {
    "service_code": "penerangan-jalan",
    "lat": "-7.2575",
    "long": "112.7521",
    "address_string": "Jl. Darmo depan nomor 10",
    "description": "Lampu jalan padam tiga malam, hubungi Pak Joko di 081234567890.",
    "email": "siti@contoh.id",
    "first_name": "Siti",
    "last_name": "Aminah",
}


@pytest.fixture
def key(intake):
    return intake.desk.secrets["open311"].decode()


@pytest.fixture
def post(intake, key):
    async def send(form="json", **changes):
        data = {**FORM, "api_key": key, **changes}
        return await intake.http.post(
            f"{BASE}/requests.{form}", data={k: v for k, v in data.items() if v is not None}
        )

    return send


async def get(intake, path, **query):
    return await intake.http.get(f"{BASE}/{path}", params=query)


async def test_discovery_names_the_endpoint_and_its_formats(intake):
    document = (await get(intake, "discovery.json")).json()
    (endpoint,) = document["endpoints"]
    assert endpoint["url"].endswith(BASE)
    assert {one["format"] for one in endpoint["formats"]} == {"text/xml", "application/json"}
    root = ET.fromstring((await get(intake, "discovery.xml")).content)
    assert root.find("endpoints/endpoint/specification").text == "http://wiki.open311.org/GeoReport_v2"


async def test_the_services_are_the_same_in_both_formats(intake):
    as_json = (await get(intake, "services.json")).json()
    answer = await get(intake, "services.xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    as_xml = [one.text for one in ET.fromstring(answer.content).iterfind("service/service_code")]
    assert as_xml == [one["service_code"] for one in as_json]
    assert {one["metadata"] for one in as_json} == {False}


async def test_a_service_without_questions_has_an_empty_definition(intake):
    assert (await get(intake, "services/listrik.json")).json() == {
        "service_code": "listrik",
        "attributes": [],
    }


async def test_a_request_becomes_a_report_with_its_contact_sealed(intake, post):
    answer = await post()
    assert answer.status_code == 201
    (request,) = answer.json()
    (submitted,) = await intake.said(c.ReportSubmitted)
    assert (submitted.category, submitted.channel) == ("penerangan-jalan", "api")
    assert (submitted.place.latitude, submitted.place.longitude) == (-7.2575, 112.7521)
    (contact,) = await intake.said(c.ContactRegistered)
    assert contact.sealed
    code = request["service_notice"].rsplit(" ", 1)[1]
    url = f"/v1/reports/{request['service_request_id']}"
    page = (await intake.http.get(url, headers={"LAPOR-Access-Code": code})).json()
    assert "081234567890" in page["text"]


async def test_what_was_filed_is_read_back_masked(intake, post):
    (filed,) = (await post("json")).json()
    (request,) = (await get(intake, f"requests/{filed['service_request_id']}.json")).json()
    assert request["description"] == "Lampu jalan padam tiga malam, hubungi Pak [nama] di 0812xxxxxxxx."
    assert (request["status"], request["service_name"]) == ("open", "Lampu jalan padam")
    assert request["expected_datetime"].endswith("+07:00")
    assert "contoh.id" not in str(request)


async def test_xml_says_what_json_says(intake, post):
    root = ET.fromstring(
        (await post("xml", description="Lampu padam di <jalan> & taman \u00e9 kota")).content
    )
    shown = root.find("request/service_request_id").text
    read = ET.fromstring((await get(intake, f"requests/{shown}.xml")).content)
    assert read.find("request/description").text == "Lampu padam di <jalan> & taman \u00e9 kota"


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"api_key": None}, 403, "api_key was not provided"),
        ({"api_key": "salah"}, 403, "api_key provided is not valid"),
        ({"jurisdiction_id": "bonn.de"}, 404, "jurisdiction_id provided was not found"),
        ({"service_code": None}, 400, "service_code was not provided"),
        ({"service_code": "ufo"}, 404, "service_code provided was not found"),
        ({"lat": None, "address_string": None}, 400, "a location is required"),
        ({"lat": "51.5", "long": "0.1"}, 400, "lat:"),
        ({"lat": "nan"}, 400, "lat:"),
        ({"description": "pendek"}, 400, "description:"),
        ({"description": None}, 400, "description was not provided"),
        ({"email": "bukan surel"}, 400, "email:"),
        ({"address_id": "99.99"}, 400, "address_id:"),
    ],
)
async def test_a_wrong_request_is_refused_in_georeports_words(intake, post, changes, status, told):
    answer = await post(**changes)
    assert answer.status_code == status
    (error, *_) = answer.json()
    assert (error["code"], told in error["description"]) == (str(status), True)
    assert await intake.count("reports") == 0


async def test_refusals_come_in_xml_too(post):
    answer = await post("xml", api_key="salah")
    assert ET.fromstring(answer.content).find("error/code").text == "403"


async def test_requests_are_found_by_service_status_and_time(intake, post, clock):
    (lamp,) = (await post(description="Lampu jalan padam tiga malam di depan pasar.")).json()
    clock.advance(timedelta(days=1))
    (waste,) = (await post(description="Sampah menumpuk di depan pasar.", service_code="sampah")).json()
    submitted = await intake.said(c.ReportSubmitted)
    await intake.status(submitted[0].report_id, 1, CaseStatus.CLOSED, closed_by="reporter")

    async def ids(**query):
        return [one["service_request_id"] for one in (await get(intake, "requests.json", **query)).json()]

    lamp_id, waste_id = lamp["service_request_id"], waste["service_request_id"]
    assert await ids() == [waste_id, lamp_id]
    assert await ids(status="open") == [waste_id]
    assert await ids(status="closed") == [lamp_id]
    assert await ids(status="open,closed", service_code="penerangan-jalan,listrik") == [lamp_id]
    assert await ids(start_date=(clock.now() - timedelta(hours=1)).isoformat()) == [waste_id]
    assert await ids(service_request_id=f"{lamp_id},{waste_id}", page="1") == [waste_id, lamp_id]
    assert await ids(page="2") == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "99999999999"},
        {"start_date": "kemarin"},
        {"start_date": "2026-07-06T09:00:00"},
        {"start_date": "2020-01-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "0001-01-01T00:00:00Z"},
    ],
)
async def test_a_wrong_question_is_refused(intake, query):
    assert (await get(intake, "requests.json", **query)).status_code == 400


async def test_a_secret_report_does_not_exist_here(intake, post):
    (filed,) = (await post()).json()
    (submitted,) = await intake.said(c.ReportSubmitted)
    await intake.status(submitted.report_id, 1, CaseStatus.RECEIVED, secret=True)
    shown = filed["service_request_id"]
    assert (await get(intake, f"requests/{shown}.json")).status_code == 404
    assert (await get(intake, f"tokens/{shown}.json")).status_code == 404
    assert (await get(intake, "requests.json")).json() == []


async def test_a_report_that_names_people_is_in_no_list_before_it_is_verified(intake, post):
    words = "Kepala sekolah Bapak Budi Santoso meminta uang seragam kepada setiap wali murid."
    (filed,) = (await post(description=words)).json()
    assert (await get(intake, "requests.json")).json() == []
    (one,) = (await get(intake, f"requests/{filed['service_request_id']}.json")).json()
    assert one["service_request_id"] == filed["service_request_id"]


async def test_the_exact_place_is_told_to_nobody(intake, post):
    (filed,) = (await post()).json()
    (one,) = (await get(intake, f"requests/{filed['service_request_id']}.json")).json()
    assert (one["lat"], one["long"], one["address"]) == (-7.26, 112.75, None)


async def test_the_place_of_an_anonymous_report_is_told_to_nobody(intake):
    place = {"latitude": -7.2575, "longitude": 112.7521, "region": "35.78"}
    filed = await intake.file(anonymous=True, place=place)
    (one,) = (await get(intake, f"requests/{filed.tracking_id}.json")).json()
    assert (one["lat"], one["long"], one["address_id"]) == (None, None, "35.78")


async def test_a_token_is_the_requests_id(intake, post):
    shown = (await post()).json()[0]["service_request_id"]
    assert (await get(intake, f"tokens/{shown}.json")).json() == [
        {"service_request_id": shown, "token": shown}
    ]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 500])
async def test_a_body_that_cannot_be_read_is_refused(intake, body):
    assert (await intake.http.post(f"{BASE}/requests.json", content=body)).status_code == 400


async def test_characters_that_xml_cannot_hold_do_not_break_it(intake, key):
    filed = await intake.file(text="Petugas meminta uang \ufffe kepada setiap sopir di pintu masuk.")
    answer = await get(intake, f"requests/{filed.tracking_id}.xml")
    assert "Petugas" in ET.fromstring(answer.content).find("request/description").text


async def test_a_request_that_is_sent_again_with_its_key_is_one_report(intake, key):
    async def send(idempotency_key: str, **changes: str):
        form = {**FORM, "api_key": key, **changes}
        headers = {"Idempotency-Key": idempotency_key}
        return await intake.http.post(f"{BASE}/requests.json", data=form, headers=headers)

    first, again = await send("ticket-0001"), await send("ticket-0001")
    assert (first.status_code, again.text) == (201, first.text)
    assert await intake.count("reports") == 1
    assert (await send("ticket-0001", email="lain@contoh.id")).status_code == 409
    assert (await send("short")).status_code == 400


async def test_who_names_a_picture_is_told_that_it_is_not_fetched(post):
    (told,) = (await post(media_url="https://contoh.id/foto.jpg")).json()
    assert f"/v1/reports/{told['service_request_id']}/evidence" in told["service_notice"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", rb'{"api_key": "\ud800"}', 403),
        ("multipart/form-data; boundary=x", b"--x--", 400),
    ],
)
async def test_a_strange_body_is_answered_in_words(intake, kind, body, status):
    answer = await intake.http.post(f"{BASE}/requests.json", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()[0]["code"] == str(status)
