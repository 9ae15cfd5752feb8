"""A report and its files in one form: nobody loses the report over a file, or sends either twice."""

import json
from hashlib import sha256

import pytest

from .conftest import PNG, REPORT

PNG_PART = ("file", ("Sari Rahayu.png", PNG, "image/png"))
NOTHING_OF_OURS = ("file", ("a.gif", b"GIF89a" + bytes(50), "image/gif"))


def report(**changes):
    return ("report", (None, json.dumps({**REPORT, **changes}), "application/json"))


async def send(intake, *parts, **headers):
    return await intake.http.post("/v1/reports", files=list(parts), headers=headers)


async def test_a_form_files_the_report_and_keeps_its_files(intake):
    answer = await send(intake, report(), PNG_PART)
    assert answer.status_code == 201
    filed = answer.json()
    [sent] = filed["evidence"]
    assert (sent["kept"]["sha256"], sent["refused"]) == (sha256(PNG).hexdigest(), None)
    listed = await intake.http.get(
        f"{answer.headers['Location']}/evidence", headers={"LAPOR-Access-Code": filed["access_code"]}
    )
    assert [file["state"] for file in listed.json()["files"]] == ["pending"]


async def test_a_form_without_files_is_a_report(intake):
    answer = await send(intake, report())
    assert (answer.status_code, answer.json()["evidence"]) == (201, [])


async def test_a_secret_report_takes_its_files_too(intake):
    answer = await send(intake, report(secret=True), PNG_PART)
    assert answer.json()["evidence"][0]["kept"] is not None


async def test_the_same_form_sent_again_is_one_report_with_one_file(intake):
    first, again = [await send(intake, report(), PNG_PART, **{"Idempotency-Key": "satu-kali"}) for _ in "12"]
    assert first.json() == again.json()
    assert [await intake.count("reports"), await intake.count("evidence")] == [1, 1]


async def test_a_file_that_is_refused_takes_neither_the_report_nor_another_file_along(intake):
    answer = await send(intake, report(), NOTHING_OF_OURS, PNG_PART)
    assert answer.status_code == 201
    refused, kept = answer.json()["evidence"]
    assert refused["refused"]["type"] == "urn:lapor:problem:file-refused"
    assert kept["kept"]["content_type"] == "image/png"


async def test_a_form_that_breaks_off_in_a_file_has_filed_its_report(intake):
    boundary = "grens"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="report"\r\n\r\n{json.dumps(REPORT)}\r\n'
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    answer = await intake.http.post(
        "/v1/reports",
        content=head.encode() + file.encode() + PNG,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.status_code == 201
    assert [sent["refused"]["type"] for sent in answer.json()["evidence"]] == ["urn:lapor:problem:unreadable"]
    assert await intake.count("evidence") == 0


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([report(title="x")], "title"),
        ([("report", (None, "{", "application/json"))], "body"),
        ([PNG_PART, report()], "report"),
        ([PNG_PART], "report"),
    ],
    ids=["a wrong field", "no JSON", "a file first", "no report"],
)
async def test_a_form_without_a_good_report_before_its_files_is_refused_by_name(intake, parts, field):
    answer = await send(intake, *parts)
    assert answer.status_code in {400, 422}
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert [await intake.count("reports"), await intake.count("evidence")] == [0, 0]


async def test_files_beyond_the_limit_are_named_and_the_rest_is_not_read(intake):
    most = intake.desk.evidence.limits.report_files
    files = [("file", (f"{n}.png", PNG + bytes([n]), "image/png")) for n in range(most + 5)]
    sent = (await send(intake, report(), *files)).json()["evidence"]
    assert [bool(one["kept"]) for one in sent] == [True] * most + [False] * 3
    assert {one["refused"]["type"] for one in sent[most:]} == {"urn:lapor:problem:too-many-files"}
