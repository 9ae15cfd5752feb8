"""Nothing in a case's history can be altered, removed or moved without being found and named."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.verification.domain.chain import EMPTY, Chain, Link
from services.verification.domain.inspection import Stored, Wrong, inspect
from services.verification.domain.merkle import climbed, leaf_of, path_of, root_of
from services.verification.domain.roots import InvalidRoot, Root, fingerprint, opened, signed
from shared.security.keys import generate_keys
from shared.security.published import key_name
from tests.unit.verification.story import OTHER, REPORT, START

KEYS = generate_keys()
PRIVATE, PUBLIC = KEYS["LAPOR_AUDIT_PRIVATE_KEY"], KEYS["LAPOR_AUDIT_PUBLIC_KEY"]


def link(number: int) -> Link:
    at = START + timedelta(minutes=number)
    event_id = type(OTHER)(int=number)
    return Link(REPORT, event_id, "report.supplemented.v1", b"{%d}" % number, "budi", None, at)


def history(count: int) -> tuple[list[Stored], Chain]:
    chain, stored = Chain(), []
    for number in range(1, count + 1):
        chain = chain.extended(link(number))
        stored.append(Stored(chain.length, chain.head, link(number)))
    return stored, chain


def found(entries, end, sealed=None) -> list[tuple[Wrong, int | None]]:
    return [(one.wrong, one.seq) for one in inspect(REPORT, entries, end, sealed or {})]


def rehashed(entries: list[Stored]) -> list[Stored]:
    """What somebody writes who knows how the chain is made."""
    chain, written = Chain(), []
    for one in entries:
        chain = chain.extended(one.link)
        written.append(Stored(chain.length, chain.head, one.link))
    return written


@given(st.integers(0, 8))
def test_a_history_as_it_was_recorded_is_whole(count):
    entries, end = history(count)
    assert found(entries, end, {one.seq: one.hash for one in entries}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"{}"},
        {"officer": "tuti"},
        {"officer": None},
        {"note": ""},
        {"type": "report.withdrawn.v1"},
        {"recorded_at": START},
        {"event_id": OTHER},
        {"report_id": OTHER},
    ],
    ids=str,
)
@given(place=st.integers(0, 4))
def test_an_altered_entry_is_named_whatever_was_altered(change, place):
    entries, end = history(5)
    entries[place] = replace(entries[place], link=replace(entries[place].link, **change))
    assert found(entries, end) == [(Wrong.ALTERED, place + 1)]


@given(st.integers(0, 4))
def test_a_removed_entry_is_named(place):
    entries, end = history(5)
    del entries[place]
    assert found(entries, end) == [(Wrong.REMOVED, place + 1)]


@given(st.sets(st.integers(0, 4), min_size=2, max_size=2))
def test_two_entries_that_changed_places_are_named(places):
    entries, end = history(5)
    one, two = sorted(places)
    first, second = entries[one], entries[two]
    entries[one], entries[two] = replace(second, seq=first.seq), replace(first, seq=second.seq)
    named = dict(reversed(found(entries, end)))
    assert Wrong.REORDERED in named
    assert {seq for wrong, seq in found(entries, end) if wrong is Wrong.REORDERED} >= {one + 1, two + 1}


@given(st.integers(0, 4))
def test_a_history_that_was_rewritten_from_the_first_change_on_is_not_the_one_that_was_sealed(place):
    entries, end = history(5)
    sealed = {2: entries[1].hash, 5: end.head}
    entries[place] = replace(entries[place], link=replace(entries[place].link, body=b"x"))
    written = rehashed(entries)
    [(wrong, seq)] = found(written, Chain(5, written[-1].hash), sealed)
    assert (wrong, seq) == (Wrong.REWRITTEN, 2 if place < 2 else 5)


@given(st.integers(0, 4))
def test_a_shortened_history_is_found_by_the_case_or_by_its_seal(left):
    entries, end = history(5)
    lost = [(Wrong.REMOVED, seq) for seq in range(left + 1, 6)]
    assert found(entries[:left], end) == lost
    assert found(entries[:left], None, {5: end.head}) == lost


def test_an_entry_that_the_case_does_not_know_of_is_found():
    entries, _ = history(5)
    assert found(entries, Chain(4, entries[3].hash)) == [(Wrong.HEAD, 4)]


def test_every_length_of_a_field_is_part_of_what_is_hashed():
    one, two = replace(link(1), officer="a", note="bc"), replace(link(1), officer="ab", note="c")
    assert one.digest(1) != two.digest(1)


# roots


@given(st.integers(1, 40), st.data())
def test_the_proof_of_any_leaf_leads_to_the_root(count, data):
    leaves = [leaf_of(OTHER, Chain(n, EMPTY)) for n in range(count)]
    place = data.draw(st.integers(0, count - 1))
    assert climbed(leaves[place], path_of(leaves, place)) == root_of(leaves)
    assert climbed(EMPTY, path_of(leaves, place)) != root_of(leaves)


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.integers(0, 9), max_size=8))
def test_other_leaves_have_another_root(one, two):
    roots = [root_of([leaf_of(OTHER, Chain(n, EMPTY)) for n in each]) for each in (one, two)]
    assert (roots[0] == roots[1]) == (one == two)


def statement(number: int = 1, key: str = PRIVATE, previous: str | None = None) -> str:
    return signed(Root(number, date(2026, 7, 6), START, 3, "00" * 32, previous), key)


def test_a_root_says_what_was_signed():
    assert opened(statement(), PUBLIC) == Root(1, date(2026, 7, 6), START, 3, "00" * 32, None)


@pytest.mark.parametrize(
    "text",
    [statement(key=generate_keys()["LAPOR_AUDIT_PRIVATE_KEY"]), statement()[:-4] + "AAAA", "", "a.b.c"],
    ids=["of another key", "altered", "empty", "nonsense"],
)
def test_what_the_key_did_not_sign_is_no_root(text):
    with pytest.raises(InvalidRoot):
        opened(text, PUBLIC)


def test_a_root_from_before_a_rotation_is_opened_with_both_keys_and_else_names_the_one_that_is_missing():
    newer = generate_keys()["LAPOR_AUDIT_PUBLIC_KEY"]
    assert opened(statement(), f"{newer},{PUBLIC}") == opened(statement(), PUBLIC)
    with pytest.raises(InvalidRoot, match=key_name(PUBLIC)):
        opened(statement(), newer)


def test_each_root_names_the_one_before_it():
    first = statement()
    second = statement(2, previous=fingerprint(first))
    for before, after in pairwise([first, second]):
        assert opened(after, PUBLIC).previous == fingerprint(before)
