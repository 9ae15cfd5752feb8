"""Legs handled from a mail: each link does its one thing, once posted, and says kindly why it does not."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.routing.links.api import router
from shared.security.keys import generate_keys, load_verifying_key
from shared.security.links import Purpose, sign
from shared.web.plain import STYLE
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    NO_PHOTO,
    WHY_NOT,
    attached,
    objected,
    status,
    verified,
)

ROADS = "35.3578.dpubm"


@pytest.fixture
async def web(routing, clock, keys):
    app = FastAPI()
    app.state.database, app.state.clock = routing.database, clock
    app.state.link_key = load_verifying_key(keys["LAPOR_LINK_PUBLIC_KEY"])
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://routing") as web:
        yield web


@pytest.fixture
def link(keys, clock, routing):
    """The path of a link to the only leg there is."""

    async def path(purpose: Purpose, *, agency: str = ROADS, lives=timedelta(days=30), signed_by=None) -> str:
        leg = (await routing.legs())[0]
        key = (signed_by or keys)["LAPOR_LINK_PRIVATE_KEY"]
        expires = clock.now() + lives
        token = sign(key, leg_id=leg.leg_id, agency=agency, purpose=purpose, expires_at=expires)
        return f"/l/{token}"

    return path


async def state(routing) -> list[str]:
    return [leg.state for leg in await routing.legs()]


@pytest.mark.parametrize("purpose", Purpose)
async def test_looking_at_a_link_changes_nothing(routing, web, link, purpose):
    await routing.hear(verified())
    path = await link(purpose)
    answers = [await web.get(path) for _ in range(3)]
    assert ([a.status_code for a in answers], await state(routing)) == ([200] * 3, ["created"])


@pytest.mark.parametrize(
    ("purpose", "form", "states"),
    [
        (Purpose.ACKNOWLEDGE, {}, ["acknowledged"]),
        (Purpose.ASK, {"text": "Lubangnya di sisi mana?"}, ["acknowledged"]),
        (Purpose.ANSWER, {"text": ANSWER}, ["answered"]),
        (Purpose.COMPLETE, {"text": ANSWER, "tuntas-alasan": NO_PHOTO}, ["completed"]),
        (Purpose.RETURN, {"text": WHY_NOT, "agency": "35.3578.dishub"}, ["returned", "created"]),
    ],
)
async def test_a_posted_link_does_its_one_thing(routing, web, link, purpose, form, states):
    await routing.hear(verified())
    answer = await web.post(await link(purpose), data=form)
    assert (answer.status_code, await state(routing)) == (200, states)


async def test_it_is_recorded_that_a_link_was_used_and_for_which_agency(routing, web, link):
    await routing.hear(verified())
    await web.post(await link(Purpose.ANSWER), data={"text": ANSWER})
    entries = await routing.rows("SELECT actor FROM entries WHERE actor IS NOT NULL")
    words = await routing.rows("SELECT agency, kind, refused FROM responses")
    assert ([row.actor for row in entries], [tuple(row) for row in words]) == (
        [f"link.{ROADS}"],
        [(ROADS, "response", None)],
    )


async def test_a_used_link_says_so_and_does_nothing_more(routing, web, link):
    await routing.hear(verified())
    path = await link(Purpose.ANSWER)
    await web.post(path, data={"text": ANSWER})
    again, looked = await web.post(path, data={"text": ANSWER}), await web.get(path)
    said = [fact.type for fact in await routing.said()]
    assert (again.status_code, looked.status_code) == (409, 409)
    assert "Ditanggapi" in again.text
    assert said.count("disposition.responded") == 1


async def test_an_objection_makes_the_link_for_an_answer_good_again(routing, web, link, clock):
    await routing.hear(verified())
    path = await link(Purpose.ANSWER)
    await web.post(path, data={"text": ANSWER})
    await routing.hear(objected(clock.now() + HOUR))
    assert (await web.post(path, data={"text": ANSWER})).status_code == 200


async def test_a_leg_that_went_to_another_agency_is_out_of_reach(routing, web, link):
    await routing.hear(verified())
    answer = await link(Purpose.ANSWER)
    await web.post(await link(Purpose.RETURN), data={"text": WHY_NOT})
    assert (await web.post(answer, data={"text": ANSWER})).status_code == 409


@pytest.mark.parametrize("form", [{"langkah": "ubah"}, {"file": "foto.jpg"}, {}])
async def test_whoever_has_lost_a_leg_reads_it_no_more_by_the_form_of_a_completion(routing, web, link, form):
    await routing.hear(verified())
    done = await link(Purpose.COMPLETE)
    await web.post(await link(Purpose.RETURN), data={"text": WHY_NOT})
    assert (await web.post(done, data=form)).status_code == 409


async def test_a_link_of_an_agency_that_does_not_have_the_leg_does_nothing(routing, web, link):
    await routing.hear(verified())
    path = await link(Purpose.ACKNOWLEDGE, agency="35.3578.dishub")
    assert ((await web.post(path)).status_code, await state(routing)) == (409, ["created"])


async def test_an_ended_case_takes_no_answer(routing, web, link):
    from shared.contracts import CaseStatus

    await routing.hear(verified(), status(CaseStatus.CLOSED, 9, MONDAY + HOUR))
    assert (await web.post(await link(Purpose.ANSWER), data={"text": ANSWER})).status_code == 409


async def test_an_expired_link_is_told_kindly(routing, web, link, clock):
    await routing.hear(verified())
    path = await link(Purpose.ACKNOWLEDGE, lives=timedelta(days=1))
    clock.advance(timedelta(days=1))
    answer = await web.post(path)
    assert (answer.status_code, "kedaluwarsa" in answer.text, await state(routing)) == (
        410,
        True,
        ["created"],
    )


@pytest.mark.parametrize("token", ["x", "a.b.c", "A" * 2_000, "%00", "eyJhbGciOiJub25lIn0.e30."])
async def test_a_link_that_is_none_of_ours_is_not_found(web, token):
    assert [(await web.get(f"/l/{token}")).status_code, (await web.post(f"/l/{token}")).status_code] == [
        404
    ] * 2


async def test_a_link_signed_by_anyone_else_is_not_found(routing, web, link):
    await routing.hear(verified())
    assert (await web.post(await link(Purpose.ACKNOWLEDGE, signed_by=generate_keys()))).status_code == 404


async def test_words_that_are_too_few_come_back_in_the_form(routing, web, link):
    await routing.hear(verified())
    answer = await web.post(await link(Purpose.ANSWER), data={"text": "<b>sudah</b>"})
    assert (answer.status_code, await state(routing)) == (422, ["created"])
    assert "&lt;b&gt;sudah&lt;/b&gt;</textarea>" in answer.text


async def test_a_form_larger_than_ours_is_refused(routing, web, link):
    await routing.hear(verified())
    answer = await web.post(await link(Purpose.ANSWER), data={"text": "a" * 200_000})
    assert (answer.status_code, await state(routing)) == (413, ["created"])


async def test_the_page_shows_what_people_wrote_as_text_and_runs_nothing(routing, web, link):
    await routing.hear(verified(text="<script>alert(1)</script>", title='"><img src=x>'))
    answer = await web.get(await link(Purpose.ANSWER))
    policy = answer.headers["content-security-policy"]
    assert ("<script" in answer.text, "<img" in answer.text, "script-src" in policy) == (False, False, False)
    assert policy.startswith("default-src 'none'")
    assert f"<style>{STYLE}</style>" in answer.text


async def test_a_secret_report_is_not_shown_behind_a_link(routing, web, link):
    await routing.hear(verified(secret=True, text="Rahasia sekali.", title="Judul rahasia"))
    page = (await web.get(await link(Purpose.ANSWER))).text
    assert ("Rahasia sekali." in page, "Judul rahasia" in page) == (False, False)


async def test_a_question_that_waits_is_not_asked_again_from_the_mail(routing, web, link):
    await routing.hear(verified())
    path, form = await link(Purpose.ASK), {"text": "Lubangnya di sisi mana?"}
    answers = [await web.post(path, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert "masih menunggu jawaban pelapor" in answers[1].text


async def test_a_completion_by_link_keeps_what_was_typed_and_says_all_that_is_missing(routing, web, link):
    await routing.hear(verified())
    path = await link(Purpose.COMPLETE)
    answer = await web.post(path, data={"text": "Sudah ditindaklanjuti."})
    assert (answer.status_code, await state(routing)) == (422, ["created"])
    assert "Sudah ditindaklanjuti." in answer.text and answer.text.count('class="wrong"') == 2


async def test_a_completion_by_link_names_the_files_that_were_sent_with_it(routing, web, link):
    await routing.hear(verified())
    file = attached((await routing.legs())[0].leg_id)
    await routing.hear(file)
    path, box = await link(Purpose.COMPLETE), f"tuntas-bukti-{file.evidence.evidence_id}"
    back = await web.post(path, data={"text": ANSWER, box: "1", "langkah": "ubah"})
    assert box in back.text and f"{path}/bukti/" in back.text
    assert await state(routing) == ["created"]
    await web.post(path, data={"text": ANSWER, box: "1"})
    assert (await routing.said())[-1].evidence == (file.evidence,)
