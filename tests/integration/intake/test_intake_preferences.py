"""What reporters want to hear: kept here, told to notify, which acts on it."""

import pytest

from shared.contracts import PreferencesChanged

from .conftest import ACCESS

UNCHOSEN = {"digest_at": None, "digest_zone": "WIB", "channel": None}
EVERYTHING = {"language": "id", "muted": False, "quiet_hours": None, **UNCHOSEN}
NIGHT = {"from": "21:00:00", "until": "06:00:00", "zone": "WITA"}


async def put(intake, filed, **body):
    return await intake.http.put(f"{filed.url}/preferences", json=body, headers=filed.code)


async def test_who_has_chosen_nothing_hears_everything(intake):
    filed = await intake.file()
    answer = await intake.http.get(f"{filed.url}/preferences", headers=filed.code)
    assert (answer.status_code, answer.json()) == (200, EVERYTHING)


@pytest.mark.parametrize("language", ["jv", "su"])
async def test_a_language_of_a_region_can_be_chosen(intake, language):
    filed = await intake.file()
    answer = await put(intake, filed, language=language)
    assert answer.json()["language"] == language
    (fact,) = await intake.said(PreferencesChanged)
    assert fact.language == language


async def test_what_was_chosen_is_kept_and_told_to_notify(intake):
    filed = await intake.file()
    answer = await put(intake, filed, language="en", quiet_hours=NIGHT)
    digest = {**UNCHOSEN, "digest_zone": "WITA"}
    assert answer.json() == {"language": "en", "muted": False, "quiet_hours": NIGHT, **digest}
    (fact,) = await intake.said(PreferencesChanged)
    assert (fact.report_id, fact.preferences_version, fact.language) == (filed.report_id, 1, "en")
    assert (fact.quiet_from, fact.quiet_until, fact.zone) == ("21:00", "06:00", "WITA")
    assert (await intake.http.get(f"{filed.url}/preferences", headers=filed.code)).json() == answer.json()


async def test_a_digest_is_kept_and_told_with_its_hour_and_zone(intake):
    filed = await intake.file()
    answer = await put(intake, filed, digest_at="07:30", digest_zone="WIT")
    assert (answer.json()["digest_at"], answer.json()["digest_zone"]) == ("07:30:00", "WIT")
    await put(intake, filed, digest_at="07:30", digest_zone="WIT")
    (fact,) = await intake.said(PreferencesChanged)
    assert (fact.digest_at, fact.zone) == ("07:30", "WIT")


async def test_choosing_the_same_again_is_told_once(intake):
    filed = await intake.file()
    for muted in (True, True, False):
        await put(intake, filed, muted=muted)
    versions = [fact.preferences_version for fact in await intake.said(PreferencesChanged)]
    assert versions == [1, 2]


async def test_quiet_hours_of_no_length_are_none(intake):
    filed = await intake.file()
    answer = await put(intake, filed, quiet_hours={"from": "06:00", "until": "06:00"})
    assert answer.json()["quiet_hours"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"quiet_hours": {"from": "25:00", "until": "06:00"}}, "quiet_hours.from"),
        ({"quiet_hours": {"from": "21:00:30", "until": "06:00"}}, "quiet_hours.from"),
        ({"quiet_hours": {"from": "21:00", "until": "06:00", "zone": "CET"}}, "quiet_hours.zone"),
        ({"loud": True}, "loud"),
    ],
)
async def test_a_wrong_wish_is_refused_by_field(intake, body, field):
    answer = await put(intake, await intake.file(), **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_nobody_reads_or_changes_them_without_the_code(intake):
    filed = await intake.file()
    url = f"{filed.url}/preferences"
    assert (await intake.http.get(url)).status_code == 401
    wrong = {ACCESS: "ABCD-EFGH-JKMN-PQRS"}
    assert (await intake.http.put(url, json={"muted": True}, headers=wrong)).status_code == 404
