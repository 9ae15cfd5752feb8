"""Suggestions on a real database: learned from decisions, one learner, versions, and the switch."""

import asyncio
import re
from datetime import timedelta

import pytest

from services.verification.suggestions.learning import Mind, learn
from shared.security.tokens import Role
from tests.integration.verification.lives import legs_life
from tests.integration.verification.window import case

KINDS = (
    ("Lampu jalan padam", "Penerangan jalan umum mati dan gelap.", "Perhubungan"),
    ("Air PDAM keruh", "Air ledeng keruh dan berbau sejak kemarin.", "Air minum"),
)
OFF = {"on": False, "reason": "Diuji ulang oleh tim data."}


@pytest.fixture
async def decided(desk, admin):
    """Officers verify reports of two kinds, so many of each."""

    async def decide(rounds: int):
        for _ in range(rounds):
            for title, text, category in KINDS:
                report_id = await desk.file(title=title, text=text)
                body = {"classification": "non_supervision", "category": category}
                assert (await admin.post(f"/v1/cases/{report_id}/verification", json=body)).status_code == 200

    return decide


async def suggested(client, report_id):
    answer = await client.get(f"/v1/cases/{report_id}/suggestions")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_it_starts_empty_and_says_so(desk, admin):
    assert (await suggested(admin, await desk.file()))["state"] == "empty"
    standing = (await admin.get("/v1/cases/suggestions")).json()
    assert (standing["state"], standing["version"], standing["learned"]) == ("empty", 0, 0)


async def test_officers_decisions_are_learned_suggested_explained_and_measured(desk, admin, decided):
    await decided(12)
    assert await learn(desk.database, Mind()) > 0
    found = await suggested(admin, await desk.file(title="Lampu mati", text="Lampu penerangan jalan padam."))
    assert (found["state"], found["version"]) == ("ready", 1)
    category = found["subjects"]["category"]
    assert category["suggestions"][0]["value"] == "Perhubungan"
    assert {"lampu", "penerangan", "jalan"} & {one["word"] for one in category["suggestions"][0]["words"]}
    assert found["subjects"]["classification"]["abstained"], "there is but one"
    accuracy = (await admin.get("/v1/cases/suggestions")).json()["accuracy"]["category"]
    assert sum(accuracy[key] for key in ("right", "listed", "wrong", "abstained")) == 24
    assert accuracy["abstained"] >= 20, "it had learned too little"


async def test_the_agency_that_a_case_was_sent_to_is_learned(desk, clock):
    for _ in range(3):
        report_id = await desk.file()
        await desk.hear(*legs_life(report_id, clock.now())[:2])
    mind = Mind()
    await learn(desk.database, mind)
    assert mind.model is not None
    assert mind.model.subjects["agency"].labels == ["35.3578.dishub"]
    assert mind.model.subjects["category"].learned == 0, "no officer of ours verified it"


async def test_each_lesson_is_learned_once_by_one_of_several(desk, decided):
    await decided(2)
    minds = [Mind() for _ in range(3)]
    await asyncio.gather(*(learn(desk.database, mind) for mind in minds))
    [row] = await desk.rows("SELECT version, learned FROM models")
    assert (row.version, row.learned) == (1, 12)
    known = [await mind.current(desk.database) for mind in minds]
    assert [model and model.version for model in known] == [1, 1, 1]


async def test_old_versions_are_thrown_away(desk, decided):
    for _ in range(5):
        await decided(1)
        await learn(desk.database, Mind())
    assert [row.version for row in await desk.rows("SELECT version FROM models ORDER BY 1")] == [3, 4, 5]


async def test_the_switch_stops_suggesting_and_learning_and_is_recorded(desk, admin, decided):
    await decided(1)
    assert (await admin.put("/v1/cases/suggestions", json=OFF)).status_code == 200
    assert await learn(desk.database, Mind()) == 0
    found = await suggested(admin, await desk.file())
    assert (found["state"], found["subjects"]) == ("off", {})
    [switched] = (await admin.get("/v1/cases/suggestions")).json()["switched"]
    assert (switched["officer"], switched["reason"]) == ("national_admin-1", OFF["reason"])
    await admin.put("/v1/cases/suggestions", json={"on": True, "reason": "Hasil uji baik kembali."})
    assert await learn(desk.database, Mind()) > 0


async def test_without_the_setting_nothing_is_learned_or_kept_waiting(desk, decided):
    await decided(1)
    assert await learn(desk.database, Mind(enabled=False)) == 0
    assert await desk.rows("SELECT FROM errands WHERE errand = 'lesson'") == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
async def test_only_the_national_level_switches(open_client, desk, role):
    answer = await open_client(role, "35.3578").put("/v1/cases/suggestions", json=OFF)
    assert answer.status_code == 403


async def test_suggestions_for_a_secret_case_are_written_down_as_a_reading(desk, admin):
    await suggested(admin, await desk.file(secret=True))
    assert len(await desk.rows("SELECT FROM readings")) == 1


async def test_judgements_of_long_ago_are_not_counted(desk, admin, clock, decided):
    await decided(1)
    await learn(desk.database, Mind())
    clock.advance(timedelta(days=31))
    accuracy = (await admin.get("/v1/cases/suggestions")).json()["accuracy"]["category"]
    assert accuracy["abstained"] == 0


async def test_a_suggestion_says_how_sure_it_is_and_which_words_decided(desk, decided, window):
    await decided(12)
    await learn(desk.database, Mind())
    report_id = await desk.file(title="Lampu mati", text="Lampu penerangan jalan padam.")
    page = await window().go(case(report_id))
    pattern = r'data-value="Perhubungan".*?<span class="small">(\d+) %[^<]*karena:([^<]*)<'
    suggestion = re.search(pattern, page, re.DOTALL)
    assert int(suggestion.group(1)) > 50 and "lampu" in suggestion.group(2)
    assert re.search(r'id="category"[^>]*value="Perhubungan"', page)
