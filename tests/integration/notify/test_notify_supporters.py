"""Supporters are told like any reporter: by the contact that was left under their own id."""

from uuid import uuid4

import pytest

from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office
from tests.unit.notify.facts import fact


@pytest.mark.parametrize("contact_first", [True, False])
async def test_two_supporters_of_one_report_are_each_told_by_their_own_contact(office: Office, contact_first):
    for supporter, contact in ((uuid4(), SARI), (uuid4(), PHONE_ONLY)):
        words = [
            office.contact(supporter, contact),
            fact(c.SupportedStatusChanged, report_id=supporter, status=CaseStatus.CLOSED),
        ]
        await office.hear(*(words if contact_first else reversed(words)))
    rows = await office.deliveries()
    assert {(row.template, row.state, row.channel) for row in rows} == {
        ("supported_changed", "pending", "email"),
        ("supported_changed", "pending", "sms"),
    }


async def test_a_supporter_who_left_no_contact_is_skipped(office: Office):
    supporter = uuid4()
    await office.hear(
        fact(c.SupportedStatusChanged, report_id=supporter, status=CaseStatus.CLOSED),
        office.contact(supporter, None),
    )
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "no contact")
