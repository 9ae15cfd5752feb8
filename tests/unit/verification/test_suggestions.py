"""The model that suggests: learns, abstains, explains itself, and is kept as plain arrays."""

from io import BytesIO

import numpy as np
import pytest

from services.verification.suggestions.features import SIZE, Text, vector_of
from services.verification.suggestions.judging import FEWEST_LESSONS, Outcome, abstains, judge
from services.verification.suggestions.model import Example, Model, Subject, UnreadableModel

LAMP = Text("Lampu jalan padam", "Penerangan jalan umum mati dan gelap.", "35.78.01")
WATER = Text("Air PDAM keruh", "Air ledeng keruh dan berbau sejak kemarin.", "35.78.02")
CARD = Text("KTP belum jadi", "Perekaman KTP elektronik belum dicetak di kecamatan.", "73.71")
TOLD = ((LAMP, "35.3578.dishub"), (WATER, "35.3578.pdam"), (CARD, "73.7371.dispenduk"))


def lessons(rounds: int, told=TOLD) -> list[Example]:
    return [Example(text, {Subject.AGENCY: label}) for _ in range(rounds) for text, label in told]


@pytest.fixture(scope="module")
def taught() -> Model:
    model = Model()
    model.learn(lessons(30))
    return model


def labels(model: Model, text: Text) -> list[str]:
    return [one.label for one in model.suggest(text)[Subject.AGENCY]]


def test_a_model_that_has_learned_nothing_suggests_nothing():
    assert set(map(len, Model().suggest(LAMP).values())) == {0}


def test_it_suggests_what_was_decided_about_reports_like_it(taught):
    assert labels(taught, Text("Lampu mati", "Lampu penerangan di gang padam."))[0] == "35.3578.dishub"
    assert labels(taught, Text("Ledeng", "Air PDAM berbau."))[0] == "35.3578.pdam"


def test_it_names_the_words_that_decided(taught):
    first = taught.suggest(LAMP)[Subject.AGENCY][0]
    words = [word for word, weight in first.words if weight > 0]
    assert {"lampu", "penerangan", "jalan"} & set(words)


def test_a_label_that_comes_later_is_learned_too(taught):
    model = Model.from_bytes(taught.to_bytes())
    new = Text("Pohon tumbang", "Pohon besar tumbang menutup jalan raya.")
    model.learn(lessons(15, (*TOLD, (new, "35.3578.dlh"))))
    assert labels(model, new)[0] == "35.3578.dlh"
    assert labels(model, WATER)[0] == "35.3578.pdam"


def test_many_labels_find_room():
    model = Model()
    model.learn([Example(Text("", f"kata{n} istimewa{n}"), {Subject.CATEGORY: f"c{n}"}) for n in range(40)])
    weights = model.subjects[Subject.CATEGORY]
    assert len(weights.labels) == 40
    assert len(weights.intercepts) > 40


def test_it_abstains_until_it_has_learned_enough(taught):
    beginner = Model()
    beginner.learn(lessons(2))
    for model, silent in ((beginner, True), (taught, False)):
        assert abstains(model, Subject.AGENCY, model.suggest(LAMP)[Subject.AGENCY]) is silent
    assert taught.subjects[Subject.AGENCY].learned >= FEWEST_LESSONS


def test_it_abstains_where_nothing_speaks_for_anything(taught):
    unheard = taught.suggest(Text("Zzz", "Qqqq wwww eeee"))[Subject.AGENCY]
    assert abstains(taught, Subject.AGENCY, unheard)


@pytest.mark.parametrize(
    ("label", "outcome"),
    [("35.3578.dishub", Outcome.RIGHT), ("35.3578.pdam", Outcome.LISTED), ("kl.kemensos", Outcome.WRONG)],
)
def test_it_is_judged_by_what_was_decided(taught, label, outcome):
    assert judge(taught, [Example(LAMP, {Subject.AGENCY: label})]) == [(Subject.AGENCY, outcome)]


# how it is kept


def test_what_is_read_again_suggests_the_same(taught):
    again = Model.from_bytes(taught.to_bytes(), 7)
    assert again.version == 7
    assert again.suggest(CARD) == taught.suggest(CARD)


def test_learning_goes_on_where_it_was_kept(taught):
    one, other = taught, Model.from_bytes(taught.to_bytes())
    for model in (one, other):
        model.learn(lessons(1))
    assert one.suggest(CARD) == other.suggest(CARD)


def _pickled() -> bytes:
    out = BytesIO()
    np.savez(out, meaning=np.asarray([object()], dtype=object))
    return out.getvalue()


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"\x80\x04]\x94.", _pickled()], ids=repr)
def test_what_is_no_model_is_refused_and_runs_nothing(body):
    with pytest.raises(UnreadableModel):
        Model.from_bytes(body[:2_000])


def test_names_and_numbers_of_persons_are_no_features():
    plain = vector_of(Text("", "Petugas meminta uang"))
    named = vector_of(Text("", "Petugas 081234567890 meminta uang kepada Pak Bambang Sutrisno"))
    assert not {"bambang", "sutrisno", "081234567890"} & set(named.parts)
    assert set(plain.parts) <= set(named.parts)


def test_a_vector_has_length_one_and_fits():
    vector = vector_of(LAMP)
    assert sum(value**2 for value in vector.values) == pytest.approx(1)
    assert all(0 <= index < SIZE for index in vector.indices)
    assert vector_of(Text("", "")).indices == []
