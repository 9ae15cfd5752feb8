"""The alphabet of SMS."""

from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.gsm import parts, septets, to_gsm
from services.notify.wording import excerpt


def test_typographic_marks_become_plain():
    assert to_gsm("“Jum’at” – 5…") == '"Jum\'at" - 5...'


def test_foreign_accents_are_dropped_and_the_rest_is_marked():
    assert to_gsm("ŝoto 漢") == "soto ?"


def test_a_bracket_takes_two_places():
    assert septets("[a]") == 5


def test_the_161st_character_costs_a_second_sms():
    assert (parts("a" * 160), parts("a" * 161), parts("a" * 307)) == (1, 2, 3)


@given(st.text(max_size=80))
def test_what_was_made_to_fit_fits_and_stays(text: str):
    fitted = to_gsm(text)
    assert to_gsm(fitted) == fitted


@given(st.text(max_size=300), st.integers(10, 120))
def test_an_excerpt_is_one_line_and_never_too_long(text: str, length: int):
    short = excerpt(text, length)
    assert len(short) <= length
    assert len(short.splitlines()) <= 1
