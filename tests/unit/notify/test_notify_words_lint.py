"""The checks of words: nothing is wrong with ours, and each kind of mistake is found."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from services.notify import rendering
from services.notify.proofreading import files, versions
from services.notify.proofreading.files import languages_of, names
from services.notify.proofreading.lint import lint


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of all words to make mistakes in."""
    folder = tmp_path / "templates"
    copytree(rendering.TEMPLATES, folder)
    for module in (rendering, files, versions):
        monkeypatch.setattr(module, "TEMPLATES", folder)
    rendering.words.cache_clear()
    yield folder
    monkeypatch.undo()
    rendering.words.cache_clear()


def test_nothing_is_wrong_with_our_words():
    assert lint() == []


MISTAKES = [
    ("{% block how %}", "{% block howto %}", "has no block how"),
    ("{% block how %}", "{% block howto %}", "has a block howto, which nothing lays out"),
    ("{{ deadline|short_date }}", "{{ dedline|short_date }}", "sms names dedline, which no such message has"),
    ("{{ deadline|short_date }}", "enggal", "sms differs from id in what it names: deadline"),
    ("{{ deadline|short_date }}", "{{ agency_name }}", "sms does not say by when"),
    ("LAPOR! {{ tracking_id }}: ", "LAPOR! ", "sms does not say the tracking id"),
    ("Simpen nomer", "Símpen nomer", "sms uses letters that no SMS has: í"),
    ("Simpen nomer", "Simpen nomer " + "wigati " * 40, "sms takes 3 parts, and may take 2"),
    ("Simpen nomer", "Simpen nomer wigati sanget", "sms of a case of which nothing is said takes 2 parts"),
    ("Simpen nomer", "Simpen  nomer None", "has a gap or a raw name"),
    ("Simpen nomer", "Telpon 081234567890", "holds an address or a number of a person"),
    ("Simpen nomer", "Kagem Surabaya", "tells of a case of which nothing is to be said: 'Surabaya'"),
    ("Simpen nomer", "{{ phone }}", "sms names phone: nobody's own data belongs into a message"),
    ("{% block how %}", "{% if %}", "cannot be read: TemplateSyntaxError"),
    ("Simpen nomer", "Simpen numer", "changed without a new version: run lapor words stamp"),
]


@pytest.mark.parametrize(("words", "mistake", "finding"), MISTAKES, ids=[each[2] for each in MISTAKES])
def test_a_mistake_is_found(draft: Path, words: str, mistake: str, finding: str):
    path = draft / "jv" / "received.txt"
    path.write_text(path.read_text().replace(words, mistake))
    found = lint("received")
    assert {each.language for each in found} == {"jv"}
    assert any(finding in each.what for each in found), found


def test_words_that_are_missing_are_found(draft: Path):
    (draft / "su" / "closed.txt").unlink()
    assert ("closed", "su", "there is no such file") in lint("closed")


def test_words_that_nothing_says_are_found(draft: Path):
    (draft / "su" / "leg_warning.txt").write_text("{% block subject %}{% endblock %}")
    assert ("leg_warning", "su", "nothing is said with this file") in lint("leg_warning")


def test_every_language_has_its_words_and_no_others():
    written = {(name, language) for name, language, _ in versions.written()}
    assert written == {(name, language) for name in names() for language in languages_of(name)}


def test_changed_words_have_the_next_version_which_nobody_has_read(draft: Path):
    before = versions.stamped(versions.recorded(), "Ibu Ratna", ("closed", "su"))
    assert before["closed"]["su"].reviewed == "Ibu Ratna"
    path = draft / "su" / "closed.txt"
    path.write_text(path.read_text() + "\n")
    after = versions.stamped(before)
    assert after["closed"]["su"].version == before["closed"]["su"].version + 1
    assert after["closed"]["su"].reviewed is False
    assert {name: entry for name, entry in after.items() if name != "closed"} == {
        name: entry for name, entry in before.items() if name != "closed"
    }


def test_versions_are_read_as_they_were_saved(tmp_path: Path):
    stamped = versions.stamped({}, "Pak Yanto", ("received", "jv"))
    versions.save(stamped, tmp_path / "versions.yaml")
    assert versions.recorded(tmp_path / "versions.yaml") == stamped
