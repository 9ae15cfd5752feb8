"""A code without words for people is a mistake that shows at once."""

import pytest

from shared.labelled import Labelled


class Fruit(Labelled):
    MANGO = "mango", "mangga", "a mango"


def test_a_member_is_its_code_and_has_words_in_both_languages():
    assert Fruit("mango") is Fruit.MANGO
    assert (str(Fruit.MANGO), Fruit.MANGO.label, Fruit.MANGO.label_en) == ("mango", "mangga", "a mango")


def test_a_member_without_words_cannot_be_made():
    with pytest.raises(TypeError, match="mango has no words"):

        class Wordless(Labelled):
            MANGO = "mango"
