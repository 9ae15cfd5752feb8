"""Following in a browser, from the pages of a report and of an area: what its script sends; how it ends."""

import json

import pytest

from shared import contracts as c

from .test_intake_push import BROWSER

SENT = {"endpoint": BROWSER["endpoint"], **BROWSER["keys"]}
OFFER = 'id="peramban"'
ENDS = "Berhenti memberi tahu"
LIST = "/laporan?topik=transportasi&wilayah=35.78"
AREA = {"topik": "transportasi", "wilayah": "35.78"}


async def follow(reader, filed, **changes):
    await reader.get(f"/lacak/{filed.tracking_id}")
    return await reader.post(f"/lacak/{filed.tracking_id}/ikuti/peramban", **{**SENT, **changes})


def shown_to_end(page: str) -> bool:
    """Whether the form that ends it can be seen, also without scripts."""
    return OFFER in page and 'peramban/berhenti" method="post" >' in page


async def test_a_public_page_offers_this_browser_to_its_script_alone(read):
    reader = read()
    filed = await reader.intake.file()
    page = (await reader.get(f"/lacak/{filed.tracking_id}")).text
    section = page[page.index(OFFER) :]
    assert section[: section.index(">")].endswith("hidden")
    assert not shown_to_end(page)


async def test_a_browser_follows_a_report_and_its_page_offers_to_end_it(read):
    reader = read()
    filed = await reader.intake.file()
    assert (await follow(reader, filed)).status_code == 204
    [fact] = await reader.intake.said(c.FollowChanged)
    [told] = await reader.intake.said(c.PushSubscribed)
    assert (fact.followed, told.report_id) == (filed.report_id, fact.report_id)
    assert json.loads(reader.intake.unsealer.unseal_push(fact.report_id, told.sealed)) == {
        "endpoint": BROWSER["endpoint"],
        "keys": BROWSER["keys"],
    }
    assert shown_to_end((await reader.get(f"/lacak/{filed.tracking_id}")).text)
    assert not shown_to_end((await read().get(f"/lacak/{filed.tracking_id}")).text)


async def test_a_browser_stops_following_by_a_plain_form(read):
    reader = read()
    filed = await reader.intake.file()
    await follow(reader, filed)
    await reader.get(f"/lacak/{filed.tracking_id}")
    answer = await reader.post(f"/lacak/{filed.tracking_id}/ikuti/peramban/berhenti")
    assert [fact.withdrawn for fact in await reader.intake.said(c.FollowChanged)] == [False, True]
    assert answer.url.path == f"/lacak/{filed.tracking_id}"
    assert not shown_to_end(answer.text)


async def test_a_browser_that_subscribed_anew_follows_once(read):
    reader = read()
    filed = await reader.intake.file()
    for number in range(2):
        await follow(reader, filed, endpoint=f"{BROWSER['endpoint']}{number}")
    first, ended, second = await reader.intake.said(c.FollowChanged)
    assert (ended.report_id, ended.withdrawn) == (first.report_id, True)
    assert not second.withdrawn


async def test_a_browser_follows_an_area_and_stops(read):
    reader = read()
    assert OFFER in (await reader.get(LIST)).text
    assert (await reader.post("/laporan/ikuti/peramban", **SENT, **AREA)).status_code == 204
    [fact] = await reader.intake.said(c.FollowChanged)
    assert fact.area == "transportasi/35.78"
    assert shown_to_end((await reader.get(LIST)).text)
    answer = await reader.post("/laporan/ikuti/peramban/berhenti", **AREA)
    assert (await reader.intake.said(c.FollowChanged))[-1].withdrawn
    assert not shown_to_end(answer.text)


async def test_a_device_that_forgets_follows_nothing_more(read):
    reader = read()
    filed = await reader.intake.file()
    await follow(reader, filed)
    await reader.post("/lacak/lupakan")
    assert [fact.withdrawn for fact in await reader.intake.said(c.FollowChanged)] == [False, True]


async def test_a_secret_report_cannot_be_followed_in_a_browser(read):
    reader = read()
    public, secret = await reader.intake.file(), await reader.intake.file(secret=True)
    await reader.get(f"/lacak/{public.tracking_id}")
    answer = await reader.post(f"/lacak/{secret.tracking_id}/ikuti/peramban", **SENT)
    assert answer.status_code == 404
    assert await reader.intake.said(c.FollowChanged) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"formulir": "x" * 32}, 409), ({"endpoint": "http://push.example/x"}, 422), ({"auth": "x"}, 422)],
)
async def test_what_no_page_or_browser_of_ours_sent_follows_nothing(read, changes, status):
    reader = read()
    filed = await reader.intake.file()
    await reader.get(f"/lacak/{filed.tracking_id}")
    fields = {**SENT, **changes}
    url = f"/lacak/{filed.tracking_id}/ikuti/peramban"
    answer = await reader.http.post(url, data={"formulir": reader.token, **fields})
    assert answer.status_code == status
    assert await reader.intake.said(c.FollowChanged) == []
