"""What text from people may hold."""

import pytest

from shared.web.fields import plain


@pytest.mark.parametrize("text", ["", "Jalan rusak.\r\nSejak\tpekan lalu.", "Kafé «Sinar» 🌋", "ꦲꦏ꧀ꦱꦫ"])
def test_what_people_write_is_kept_as_it_is(text):
    assert plain(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "\x7f", "\x85", "\ud83c"])
def test_what_no_keyboard_types_is_refused_in_both_languages(text):
    with pytest.raises(ValueError, match=r"^memuat karakter kendali .*\|contains control characters$"):
        plain(text)
