"""The agency desk without a server: prepared texts, time in words, and which deeds are offered."""

from datetime import timedelta

import pytest

from services.routing.domain.commands import QUESTION, REASON, SUBSTANCE
from services.routing.pages.clocks import Pressure, remaining
from services.routing.pages.deeds import DEEDS, possible
from services.routing.pages.labels import STATES, WORDS
from services.routing.pages.naming import agencies_like, tree
from services.routing.pages.starts import starts, unfilled, with_start
from shared.calendar import Zone
from shared.contracts import ReporterWord, ResponseKind
from tests.unit.routing.stories import ANSWER, DIRECTORY, MONDAY, Desk, verified

LEAST = {
    ResponseKind.RESPONSE: SUBSTANCE,
    ResponseKind.COMPLETION: SUBSTANCE,
    ResponseKind.QUESTION: QUESTION,
    ResponseKind.RETURN: REASON,
}
TODAY = Zone.WIB.date_of(MONDAY)
ROADS = "35.3578.dpubm"


@pytest.mark.parametrize("start", sorted(starts().values(), key=lambda one: one.id), ids=lambda one: one.id)
def test_a_prepared_text_has_titles_in_both_languages_and_says_enough(start):
    assert start.title and start.title_en and len(start.text) >= LEAST[start.kind]


def test_a_place_that_nobody_filled_in_is_found_and_other_brackets_are_left_alone():
    text = with_start("Lihat [lampiran 1].", "perbaikan", ResponseKind.COMPLETION)
    assert unfilled(text) == ["[tanggal]", "[pekerjaan yang dilakukan]", "[lokasi]"]


@pytest.mark.parametrize("start_id", ["tidak-ada", "lokasi"])
def test_a_prepared_text_that_does_not_fit_changes_nothing(start_id):
    assert with_start("Halo", start_id, ResponseKind.RESPONSE) == "Halo"


@pytest.mark.parametrize(
    ("days", "pressure", "left"),
    [(-1, Pressure.LATE, 1), (0, Pressure.TODAY, 0), (1, Pressure.SOON, 1), (2, Pressure.CALM, 2)],
)
def test_time_is_told_in_working_days(days, pressure, left):
    due = MONDAY.replace(hour=16, minute=59) + timedelta(days=2)
    told = remaining(due, due.replace(hour=2) - timedelta(days=days), Zone.WIB, ROADS)
    assert (told.pressure, told.days) == (pressure, left)


def test_a_deadline_is_shown_in_the_agencys_own_zone():
    due = MONDAY.replace(hour=20)
    assert remaining(due, MONDAY, Zone.WIT, ROADS).due_at.hour == 5


def offered(desk: Desk, actor: str | None) -> list[str]:
    docket = desk.docket
    (leg,) = docket.legs.values()
    units = tree(DIRECTORY.agencies, leg.agency, TODAY)
    return [deed.address for deed in possible(docket, leg, DIRECTORY.agencies, actor, units, desk.now)]


@pytest.mark.parametrize("actor", [None, "35", "35.3578.dishub", "nasional"])
def test_nothing_is_offered_to_whoever_may_not_act(actor):
    assert offered(Desk().hear(verified()), actor) == []


@pytest.mark.parametrize(
    ("kind", "deeds"),
    [
        (None, ["terima", "jawab", "tanya", "tuntas", "kembalikan"]),
        (ResponseKind.ACKNOWLEDGEMENT, ["jawab", "tanya", "tuntas", "kembalikan"]),
        (ResponseKind.QUESTION, ["jawab", "tuntas", "kembalikan"]),
        (ResponseKind.RESPONSE, ["jawab", "tanya", "tuntas"]),
        (ResponseKind.COMPLETION, []),
    ],
)
def test_only_what_the_commands_would_take_is_offered(kind, deeds):
    desk = Desk().hear(verified())
    if kind is not None:
        desk.act(next(iter(desk.docket.legs.values())), kind, ANSWER)
    assert offered(desk, ROADS) == deeds


def test_after_the_time_for_it_a_return_is_not_offered():
    desk = Desk().hear(verified())
    desk.now = MONDAY + timedelta(days=30)
    assert "kembalikan" not in offered(desk, ROADS)


def test_every_deed_has_an_address_of_its_own():
    assert all(DEEDS[deed.address] is deed for deed in DEEDS.values())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("35.3578.DISHUB ", ["35.3578.dishub"]),
        ("dinas perhubungan kota surabaya", ["35.3578.dishub"]),
        ("kementerian sosial", ["kl.kemensos"]),
        ("", []),
        ("dinas sihir", []),
    ],
)
def test_an_agency_is_found_by_its_code_or_the_words_of_its_name(typed, found):
    assert [one.code for one in agencies_like(DIRECTORY.agencies, typed, TODAY)] == found


def test_every_state_and_every_word_has_names_in_two_languages():
    assert all(len(set(label)) == 2 for label in STATES.values())
    assert set(WORDS) == set(ReporterWord)
