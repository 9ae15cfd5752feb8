import pytest

from shared.contracts import CaseStatus
from shared.security.codes import new_access_code, new_tracking_id

from .conftest import ACCESS, PNG, REPORT
from .statements import counting


async def test_a_filing_is_two_statements(intake):
    with counting(intake.database) as sent:
        await intake.http.post("/v1/reports", json=REPORT, headers={"Idempotency-Key": "kunci-saya-1"})
    assert len(sent) == 2


@pytest.mark.parametrize("owner", [True, False])
async def test_a_public_page_is_one_statement(intake, owner):
    filed = await intake.file()
    with counting(intake.database) as sent:
        await intake.http.get(filed.url, headers=filed.code if owner else {})
    assert len(sent) == 1


@pytest.mark.parametrize("headers", [{}, {ACCESS: new_access_code()}])
async def test_a_secret_report_is_asked_for_with_the_statements_of_an_unknown_one(intake, headers):
    secret = await intake.file(secret=True)
    sent = []
    for url in (secret.url, f"/v1/reports/{new_tracking_id()}"):
        with counting(intake.database) as statements:
            await intake.http.get(url, headers=headers)
        sent.append(statements)
    assert sent[0] == sent[1]


async def test_a_word_is_four_statements(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.AWAITING_REPORTER)
    with counting(intake.database) as sent:
        await intake.http.post(f"{filed.url}/acceptance", headers=filed.code)
    assert len(sent) == 4


async def test_a_file_is_four_statements(intake):
    filed = await intake.file()
    with counting(intake.database) as sent:
        await intake.http.post(f"{filed.url}/evidence", content=PNG, headers=filed.code)
    assert len(sent) == 4
