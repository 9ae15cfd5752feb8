"""What officers decide about a case over HTTP, and reports on which it depends who they are."""

from uuid import UUID

from shared import contracts as c

VERIFICATION = {"classification": "non_supervision", "category": "Infrastruktur"}
DECISIONS = {
    "verification": VERIFICATION,
    "clarification": {"question": "Di jalan mana tepatnya?"},
    "archiving": {"reason": "spam_or_test", "explanation": "Ini hanya percobaan."},
    "merging": {"into": str(UUID(int=9))},
    "closure": {},
}
PROBLEM = "application/problem+json"

SURABAYA = c.Place(region="35.78")
NAMED = "Pak Bambang Sutrisno meminta uang untuk mengurus KTP."
ARCHIVING = {"decision": "archiving", "reason": "spam_or_test"}


async def decide(client, report_id, what, **changes):
    return await client.post(f"/v1/cases/{report_id}/{what}", json={**DECISIONS[what], **changes})


async def listed(client, **query) -> list[str]:
    answer = await client.get("/v1/cases", params=query)
    assert answer.status_code == 200, answer.text
    return [line["tracking_id"] for line in answer.json()["cases"]]
