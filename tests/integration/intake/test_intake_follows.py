"""Following public cases and areas on a real database: confirmed first, told in public, and forgotten."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake import listing
from services.intake.confirming import desk as confirming
from services.intake.confirming.purposes import PURPOSES
from services.intake.following import desk as following
from services.intake.following.forgetting import forget_over
from services.intake.following.policy import rules
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.tokens import Officer, Role, issue
from tests.integration.intake.conftest import ACCESS

MAIL = {"contact": {"email": "tetangga@warga.example"}}
AREA = {**MAIL, "category": "transportasi", "region": "35.78"}
_LINK = re.compile(r"/k/([\w-]+)")


@pytest.fixture
def token(keys):
    def signed(role: Role, agency: str | None = None) -> dict[str, str]:
        made = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], Officer("petugas-7", role, agency), timedelta(hours=1))
        return {"Authorization": f"Bearer {made}"}

    return signed


async def ask(intake, filed, body=None):
    return await intake.http.post(f"{filed.url}/follows", json=body or MAIL)


async def confirm(intake, *, yes=True) -> None:
    """Its reader opens the newest link, and says yes or no."""
    token = _LINK.search((await intake.answers())[-1])[1]
    async with intake.database.transaction() as tx:
        found = await confirming.find(tx, intake.desk.keys, token)
        if yes:
            assert await confirming.confirm(tx, PURPOSES[found.purpose], found)
        else:
            await confirming.refuse(tx, PURPOSES[found.purpose], found)


async def followed(intake, **changes):
    """A public case that somebody follows, and the list brought up to date."""
    filed = await intake.file(**changes)
    await ask(intake, filed)
    await confirm(intake)
    await listing.list_batch(intake.database)
    return filed


async def answered(intake, filed, text: str, version: int = 1) -> None:
    values = {"report_id": filed.report_id, "occurred_at": intake.database.clock.now()}
    leg = {"leg_id": filed.report_id, "agency": "35.3578.dishub", "agency_name": "Dinas Perhubungan"}
    said = {"leg_version": version, "tracking_id": filed.tracking_id, "text": text}
    await intake.hear(c.DispositionResponded(**values, **leg, **said))


async def verified(intake, filed, category="transportasi") -> None:
    await intake.hear(
        c.CaseVerified(
            report_id=filed.report_id, occurred_at=intake.database.clock.now(), case_version=1,
            category=category, classification="non_supervision", title="Pungutan di terminal",
            text="-", place={}, agencies=(), anonymous=False, secret=False, tracking_id="K7MQ3XW9FA",
        )
    )  # fmt: skip


async def news(intake, kind=c.PublicCaseChanged):
    """What is said once the list has been brought up to date."""
    await listing.list_batch(intake.database)
    return await intake.said(kind)


async def test_a_contact_follows_once_its_reader_has_said_yes(intake):
    filed = await intake.file()
    answer = await ask(intake, filed)
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    assert await intake.said(c.FollowChanged) == []
    await confirm(intake)
    [fact] = await intake.said(c.FollowChanged)
    contact = (await intake.said(c.ContactRegistered))[-1]
    assert (fact.followed, fact.withdrawn) == (filed.report_id, False)
    assert (contact.report_id, contact.sealed is not None) == (fact.report_id, True)


async def test_asking_again_answers_alike_and_follows_once(intake):
    filed = await followed(intake)
    assert (await ask(intake, filed)).json() == {"state": "asked", "follow_id": None, "code": None}
    await confirm(intake)
    assert len({fact.report_id for fact in await intake.said(c.FollowChanged)}) == 1


async def test_a_contact_that_was_asked_often_enough_is_answered_alike_and_follows_nothing(intake):
    answers = [await ask(intake, await intake.file()) for _ in range(4)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert (len(await intake.answers()), await intake.count("follows")) == (3, 3)


async def test_a_contact_that_follows_as_much_as_it_may_is_answered_alike_and_not_asked(intake, monkeypatch):
    monkeypatch.setattr(following, "rules", lambda: replace(rules(), most_of_a_contact=1))
    first = await ask(intake, await intake.file())
    second = await ask(intake, await intake.file())
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert (len(await intake.answers()), await intake.count("follows")) == (1, 1)


async def test_all_follows_of_one_contact_name_one_recipient_that_says_nothing_of_it(intake):
    await followed(intake)
    for contact in ("Tetangga@warga.example", "lain@warga.example"):
        await intake.http.post("/v1/follows", json={**AREA, "contact": {"email": contact}})
        await confirm(intake)
    case, area, other = [fact.recipient for fact in await intake.said(c.FollowChanged)]
    assert case == area != other
    kept = [row.token for row in await intake.rows("SELECT token FROM follows")]
    assert not {case, other} & {None, *kept}


async def test_who_has_ended_a_follow_is_named_no_more(intake):
    await ask(intake, await followed(intake))
    await confirm(intake, yes=False)
    assert [fact.recipient is None for fact in await intake.said(c.FollowChanged)] == [False, True]


async def test_a_no_to_a_later_question_ends_the_follow(intake):
    filed = await followed(intake)
    await ask(intake, filed)
    await confirm(intake, yes=False)
    assert [fact.withdrawn for fact in await intake.said(c.FollowChanged)] == [False, True]
    assert [row.token for row in await intake.rows("SELECT token FROM follows")] == [None]


async def test_followers_hear_of_a_status_and_of_an_answer_as_the_public_reads_it(intake):
    filed = await followed(intake)
    await intake.status(filed.report_id, 1, CaseStatus.IN_PROGRESS)
    await answered(intake, filed, "Hubungi 081234567890, petugas sudah ditegur.")
    [fact] = await news(intake)
    assert (fact.status, fact.status_changed) == (CaseStatus.IN_PROGRESS, True)
    assert "ditegur" in fact.answers[0].text
    assert "081234567890" not in fact.answers[0].text


async def test_what_a_follower_knows_is_not_said_again(intake):
    filed = await followed(intake)
    await intake.status(filed.report_id, 1, CaseStatus.IN_PROGRESS)
    assert len(await news(intake)) == 1
    await answered(intake, filed, "Sedang kami periksa.")
    first, second = await news(intake)
    assert (second.public_version, second.status_changed) == (first.public_version + 1, False)


async def test_of_a_case_that_nobody_follows_nothing_is_said(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 1, CaseStatus.IN_PROGRESS)
    await verified(intake, filed)
    assert await news(intake) == await news(intake, c.PublicCaseListed) == []


@pytest.mark.parametrize(
    ("status", "secret"), [(CaseStatus.IN_PROGRESS, True), (CaseStatus.WITHDRAWN, False)]
)
async def test_a_case_that_is_hidden_or_withdrawn_is_said_to_be_over_and_nothing_else(intake, status, secret):
    filed = await followed(intake)
    await intake.status(filed.report_id, 1, status, secret=secret)
    assert await news(intake) == []
    await intake.status(filed.report_id, 2, CaseStatus.CLOSED, secret=secret)
    assert await news(intake) == []
    assert [fact.report_id for fact in await intake.said(c.PublicCaseHidden)] == [filed.report_id]


async def test_an_area_hears_of_a_case_once_and_when_it_is_verified(intake):
    await intake.http.post("/v1/follows", json=AREA)
    await confirm(intake)
    filed = await intake.file()
    assert await news(intake, c.PublicCaseListed) == []
    for _ in range(2):
        await verified(intake, filed)
        facts = await news(intake, c.PublicCaseListed)
    assert [fact.report_id for fact in facts] == [filed.report_id]
    assert "transportasi/35.78" in facts[0].areas


async def test_a_secret_case_cannot_be_followed_and_looks_like_none(intake):
    assert (await ask(intake, await intake.file(secret=True))).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"contact": {"email": "x"}}, {"contact": {}}, {**MAIL, "push": {}}, {**MAIL, "name": "x"}]
)
async def test_a_wrong_contact_is_refused_by_field(intake, body):
    answer = await intake.http.post(f"{(await intake.file()).url}/follows", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize("where", [{}, {"region": "99"}, {"category": "tak-ada"}])
async def test_an_area_must_be_one_that_there_is(intake, where):
    assert (await intake.http.post("/v1/follows", json={**MAIL, **where})).status_code == 422


async def test_followers_are_forgotten_some_time_after_the_case_has_ended(intake, clock):
    filed = await followed(intake)
    await intake.status(filed.report_id, 1, CaseStatus.CLOSED, closed_by="reporter")
    await forget_over(intake.database)
    assert not any(fact.withdrawn for fact in await intake.said(c.FollowChanged))
    clock.advance(rules().after_end + timedelta(days=1))
    await forget_over(intake.database)
    assert (await intake.said(c.FollowChanged))[-1].withdrawn
    assert (await intake.said(c.ContactRegistered))[-1].withdrawn
    assert (await intake.rows("SELECT token FROM follows"))[0].token is None


async def test_an_areas_followers_are_forgotten_after_a_year(intake, clock):
    await intake.http.post("/v1/follows", json=AREA)
    await confirm(intake)
    clock.advance(rules().of_an_area + timedelta(days=1))
    await forget_over(intake.database)
    assert (await intake.said(c.FollowChanged))[-1].withdrawn


async def test_what_has_ended_is_deleted_some_time_later_and_nothing_else(intake, clock):
    ended, standing = await followed(intake), await followed(intake)
    await intake.status(ended.report_id, 1, CaseStatus.CLOSED, closed_by="reporter")
    clock.advance(rules().after_end + timedelta(days=1))
    await forget_over(intake.database)
    assert await intake.count("follows") == 2
    clock.advance(rules().of_an_ended + timedelta(days=1))
    await forget_over(intake.database)
    assert [row.report_id for row in await intake.rows("SELECT report_id FROM follows")] == [
        standing.report_id
    ]


async def test_a_wrong_code_ends_nothing(intake):
    filed = await followed(intake)
    [fact] = await intake.said(c.FollowChanged)
    url = f"/v1/follows/{fact.report_id}"
    assert (await intake.http.delete(url, headers=filed.code)).status_code == 404
    assert (await intake.http.delete(url, headers={ACCESS: "x"})).status_code == 404


async def test_a_system_follows_areas_and_reports_with_a_secret_that_only_notify_reads(open_intake, token):
    intake = await open_intake(outgoing_loopback=True)
    filed = await intake.file()
    body = {
        "name": "Dasbor Kota Surabaya",
        "url": "http://127.0.0.1:9/lapor",
        "areas": [{"category": "transportasi", "region": "35.78"}, {"region": "35"}],
        "reports": [filed.tracking_id],
    }
    operator = token(Role.OPERATOR)
    given = (await intake.http.post("/v1/follows/hooks", json=body, headers=operator)).json()
    follows = await intake.said(c.FollowChanged)
    assert {(fact.area, fact.followed) for fact in follows} == {
        ("transportasi/35.78", None),
        ("*/35", None),
        (None, filed.report_id),
    }
    assert all(fact.system for fact in follows)
    assert len({fact.recipient for fact in follows}) == 1
    sealed = [fact for fact in await intake.said(c.ContactRegistered) if fact.sealed]
    assert {intake.unsealer.unseal(fact.report_id, fact.sealed).hook for fact in sealed} == {
        f"http://127.0.0.1:9/lapor {given['secret']}"
    }
    [listed] = (await intake.http.get("/v1/follows/hooks", headers=operator)).json()
    assert (listed["host"], listed["reports"], len(listed["areas"])) == ("127.0.0.1", 1, 2)
    url = f"/v1/follows/hooks/{given['hook_id']}"
    assert (await intake.http.delete(url, headers=operator)).status_code == 204
    assert [fact.withdrawn for fact in await intake.said(c.FollowChanged)] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://10.0.0.1/x", "ftp://dasbor.example"])
async def test_a_system_inside_our_network_is_refused(intake, token, url):
    body = {"name": "Dasbor", "url": url, "areas": [{"region": "35"}]}
    operator = token(Role.OPERATOR)
    answer = await intake.http.post("/v1/follows/hooks", json=body, headers=operator)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


async def test_only_operators_register_systems(intake, token):
    for headers in ({}, token(Role.COORDINATOR, "35.3578")):
        assert (await intake.http.get("/v1/follows/hooks", headers=headers)).status_code in {401, 403}
