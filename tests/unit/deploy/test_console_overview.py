"""What the console makes of the broker's listing, and the proof that an action was shown."""

import time

import pytest

from deploy.console.dead import LIFETIME_SECONDS, Confirmations, Key
from deploy.console.overview import Lateness, group_of, lateness_of, rows_of
from deploy.console.pages.live import age_words
from deploy.console.services import Sample

LISTED = [
    {
        "name": "sla.facts",
        "messages_ready": 3,
        "consumers": 0,
        "message_stats": {"ack_details": {"rate": 1.5}},
    },
    {"name": "sla.facts.dead", "messages": 2},
    {"name": "lapor.retry.5s", "messages_ready": 4, "consumers": 0},
    {"name": "intake.inbound.sms", "messages_ready": 0, "consumers": 1},
]
KEYS = [Key("sla.facts", "a"), Key("sla.facts", "b")]


def test_dead_letters_are_a_number_beside_their_queue():
    rows = {row.name: row for row in rows_of(LISTED, {"sla.facts.dead": 60.0}, {})}
    assert (rows["sla.facts"].dead, rows["sla.facts"].oldest_dead_seconds) == (2, 60.0)
    assert "sla.facts.dead" not in rows


def test_a_queue_with_messages_and_no_reader_has_stalled_but_a_rung_of_the_ladder_has_not():
    assert [row.name for row in rows_of(LISTED, {}, {}) if row.stalled] == ["sla.facts"]


def test_a_channel_tells_how_long_its_last_message_waited():
    waited = {row.name: row.waited_seconds for row in rows_of(LISTED, {}, {"sms": 7.0})}
    assert waited == {"intake.inbound.sms": 7.0, "sla.facts": None, "lapor.retry.5s": None}


@pytest.mark.parametrize(
    ("buckets", "told"),
    [
        ({}, None),
        ({"0.1": 0, "1.0": 0, "+Inf": 0}, None),
        ({"0.1": 99, "1.0": 99, "+Inf": 100}, Lateness(100, 0.1)),
        ({"0.1": 98, "1.0": 100, "+Inf": 100}, Lateness(100, 1.0)),
        ({"0.1": 5, "1.0": 5, "+Inf": 10}, Lateness(10, None)),
    ],
)
def test_timers_lateness_is_within_what_nearly_all_of_them_fired(buckets, told):
    samples = [Sample({"le": edge}, float(count)) for edge, count in buckets.items()]
    assert lateness_of([*samples, Sample({}, 7.0)]) == told


def test_services_queues_come_first_and_others_last():
    assert [group_of(row.name) for row in rows_of(LISTED, {}, {})] == ["intake", "sla", "others"]


def test_a_proof_holds_for_the_same_officer_action_and_letters_in_any_order():
    proofs = Confirmations()
    assert proofs.holds(proofs.give("sari", "buang", KEYS), "sari", "buang", list(reversed(KEYS)))


@pytest.mark.parametrize(
    ("officer", "action", "keys"),
    [("budi", "buang", KEYS), ("sari", "ulangi", KEYS), ("sari", "buang", KEYS[:1]), ("sari", "buang", [])],
)
def test_a_proof_holds_for_nothing_else(officer, action, keys):
    proofs = Confirmations()
    assert not proofs.holds(proofs.give("sari", "buang", KEYS), officer, action, keys)


@pytest.mark.parametrize("proof", ["", ".", "x.y", "é.é", "99999999999."])
def test_what_is_no_proof_holds_for_nothing(proof):
    assert not Confirmations().holds(proof, "sari", "buang", KEYS)


def test_an_old_proof_holds_no_more():
    proofs = Confirmations()
    given = proofs.give("sari", "buang", KEYS, now=time.time() - LIFETIME_SECONDS - 1)
    assert not proofs.holds(given, "sari", "buang", KEYS)


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [(None, "–", "–"), (4.2, "4 dtk", "4 s"), (90, "1,5 mnt", "1.5 min"), (7200, "2 jam", "2 h")],
)
def test_an_age_is_said_as_people_say_it(seconds, indonesian, english):
    assert (age_words(seconds, "id"), age_words(seconds, "en")) == (indonesian, english)
