"""A sealed contact opens with the right key for the right report, and tells nothing to anybody else."""

import traceback
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.security.sealing import BoxKey, Contact, Sealer, Unsealable, Unsealer

REPORT = UUID("01890000-0000-7000-8000-000000000001")
KEY = X25519PrivateKey.generate()
SEALER, UNSEALER = Sealer(KEY.public_key()), Unsealer([KEY])
BOX = BoxKey(bytes(32))

optional_text = st.none() | st.text(max_size=60)
contacts = st.builds(Contact, optional_text, optional_text, optional_text, st.sampled_from(["id", "en"]))


@given(contacts)
def test_what_is_sealed_opens_unchanged(contact: Contact) -> None:
    assert UNSEALER.unseal(REPORT, SEALER.seal(REPORT, contact)) == contact


def test_a_contact_moved_to_another_report_does_not_open() -> None:
    with pytest.raises(Unsealable):
        UNSEALER.unseal(uuid4(), SEALER.seal(REPORT, Contact("Siti")))


def test_another_private_key_does_not_open_it() -> None:
    with pytest.raises(Unsealable):
        Unsealer([X25519PrivateKey.generate()]).unseal(REPORT, SEALER.seal(REPORT, Contact("Siti")))


def test_an_older_key_still_opens_what_was_sealed_to_it() -> None:
    rotated = Unsealer([X25519PrivateKey.generate(), KEY])
    assert rotated.unseal(REPORT, SEALER.seal(REPORT, Contact("Siti"))) == Contact("Siti")


def test_an_unsealer_without_a_key_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="private key"):
        Unsealer([])


@given(st.data())
def test_a_single_changed_character_is_noticed(data: st.DataObject) -> None:
    sealed = SEALER.seal(REPORT, Contact("Siti", "+6281234567890", "siti@example.id"))
    # The last character may hold bits that belong to no byte.
    place = data.draw(st.integers(0, len(sealed) - 2))
    other = "A" if sealed[place] != "A" else "B"
    with pytest.raises(Unsealable):
        UNSEALER.unseal(REPORT, sealed[:place] + other + sealed[place + 1 :])


@given(st.integers(0, 300))
def test_a_text_cut_short_does_not_open(length: int) -> None:
    with pytest.raises(Unsealable):
        UNSEALER.unseal(REPORT, SEALER.seal(REPORT, Contact("Siti"))[:length])


@given(st.text(max_size=400))
def test_any_text_that_was_never_sealed_is_refused_alike(text: str) -> None:
    with pytest.raises(Unsealable):
        UNSEALER.unseal(REPORT, text)


def test_sealing_twice_gives_two_texts() -> None:
    assert SEALER.seal(REPORT, Contact("Siti")) != SEALER.seal(REPORT, Contact("Siti"))


def test_the_length_does_not_tell_what_was_left() -> None:
    nobody, somebody = Contact(), Contact("Siti", "+6281234567890", "siti@example.id")
    assert len(SEALER.seal(REPORT, nobody)) == len(SEALER.seal(REPORT, somebody))


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{0!r}".format, lambda contact: f"{[contact]}"])
def test_a_contact_never_shows_itself(show: object) -> None:
    shown = show(Contact("Siti", "+6281234567890", "siti@example.id"))  # type: ignore[operator]
    assert not any(secret in shown for secret in ("Siti", "6281234567890", "example"))


def test_a_failed_opening_does_not_show_the_contact() -> None:
    sealed = SEALER.seal(REPORT, Contact("Siti"))
    try:
        UNSEALER.unseal(uuid4(), sealed)
    except Unsealable:
        assert "Siti" not in traceback.format_exc()
    else:
        pytest.fail("it opened")


@given(st.text(max_size=50), st.text(max_size=200))
def test_a_boxed_text_opens_unchanged(context: str, text: str) -> None:
    assert BOX.unseal_text(context, BOX.seal_text(context, text)) == text


def test_a_boxed_text_opens_for_its_own_context_alone() -> None:
    with pytest.raises(Unsealable):
        BOX.unseal_text("message-2", BOX.seal_text("message-1", "+6281234567890"))


def test_a_boxed_text_needs_the_same_pepper() -> None:
    with pytest.raises(Unsealable):
        BoxKey(b"\1" * 32).unseal_text("message-1", BOX.seal_text("message-1", "+6281234567890"))


@given(st.text(max_size=100))
def test_any_text_that_was_never_boxed_is_refused(text: str) -> None:
    with pytest.raises(Unsealable):
        BOX.unseal_text("message-1", text)
