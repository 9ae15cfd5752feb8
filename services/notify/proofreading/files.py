"""What can be told of a file of words without saying them: its blocks, the places it names, its letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from jinja2 import TemplateError, nodes

from services.notify.channels.gsm import to_gsm
from services.notify.domain.delivery import REPORTER, Template
from services.notify.proofreading.samples import LETTERHEAD, TO_DESKS, WORDLESS, occasions
from services.notify.proofreading.versions import Versions, written
from services.notify.rendering import (
    BLOCKS,
    DEFAULT_LANGUAGE,
    DESK_LANGUAGES,
    LANGUAGES,
    TEMPLATES,
    Occasion,
    context_of,
    words,
)
from services.notify.wording import GLOBALS

COMMON = {"common": frozenset({"number", "next_title", "why", "link", "footer", "tagline"})}
COMMON["desk"] = frozenset({"link", "links_title", "links_how", "until", "footer"})
"""Files that the shells take their own words from."""
PERSONAL = frozenset({"name", "phone", "email", "whatsapp", "telegram", "nik", "address", "access_code"})
"""No message has a place for these, whoever's they are."""


class Finding(NamedTuple):
    """What is wrong with the words of `template` in `language`."""

    template: str
    language: str
    what: str


@dataclass(frozen=True)
class Block:
    """A block's places by name, without the language that is part of one, and its own letters."""

    places: frozenset[str]
    text: str


def languages_of(name: str) -> tuple[str, ...]:
    """The languages in which a file has to be there: offices are written to in two."""
    return DESK_LANGUAGES if name == "desk" or name in TO_DESKS else LANGUAGES


def names() -> list[str]:
    """Every file of words there has to be."""
    return sorted({template.value for template in set(Template) - WORDLESS} | set(COMMON))


def read(name: str, language: str) -> dict[str, Block]:
    """Raises OSError or jinja2.TemplateError."""
    tree = words().parse((TEMPLATES / language / f"{name}.txt").read_text())
    return {
        block.name: Block(
            frozenset(_places(block)), "".join(data.data for data in block.find_all(nodes.TemplateData))
        )
        for block in tree.find_all(nodes.Block)
    }


def check(versions: Versions, only: str | None = None) -> Iterator[Finding]:
    """Each thing that is wrong, once."""
    looked_at = [name for name in names() if only in {None, name}]
    expected = {(name, language) for name in looked_at for language in languages_of(name)}
    found = {(name, language): digest for name, language, digest in written() if only in {None, name}}
    for name, language in sorted(found.keys() - expected):
        yield Finding(name, language, "nothing is said with this file")
    for name, language in sorted(expected):
        if (name, language) not in found:
            yield Finding(name, language, "there is no such file")
            continue
        try:
            blocks, model = read(name, language), read(name, DEFAULT_LANGUAGE)
        except (OSError, TemplateError) as error:
            yield Finding(name, language, f"cannot be read: {type(error).__name__}")
            continue
        for what in (*_blocks(name, blocks), *_places_of(name, blocks), *_like(blocks, model)):
            yield Finding(name, language, what)
        entry = versions.get(name, {}).get(language)
        if entry is None or entry.words != found[name, language]:
            yield Finding(name, language, "changed without a new version: run lapor words stamp")


def _blocks(name: str, blocks: dict[str, Block]) -> Iterator[str]:
    needed, known = _needed(name)
    for block in sorted(needed - blocks.keys()):
        yield f"has no block {block}"
    for block in sorted(blocks.keys() - known):
        yield f"has a block {block}, which nothing lays out"
    sms = blocks["sms"].text if "sms" in blocks else ""
    if strange := sorted({letter for letter in sms if letter != "\n" and to_gsm(letter) != letter}):
        yield f"sms uses letters that no SMS has: {' '.join(strange)}"


def _needed(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The blocks that must be there, and those that may."""
    if name in COMMON:
        return COMMON[name], COMMON[name]
    if name in TO_DESKS:
        return frozenset({"subject", "happened", "next"}), frozenset(BLOCKS) - {"sms"}
    if name == Template.ANSWER:
        return frozenset({"subject", "sms", "happened"}), frozenset(BLOCKS)
    return frozenset({"subject", "sms", "happened", "next", "how"}), frozenset(BLOCKS)


def _places_of(name: str, blocks: dict[str, Block]) -> Iterator[str]:
    there = _there(name)
    for block, each in sorted(blocks.items()):
        for place in sorted(each.places - there):
            yield f"{block} names {place}, which no such message has"
        for place in sorted(each.places & PERSONAL):
            yield f"{block} names {place}: nobody's own data belongs into a message"


def _like(blocks: dict[str, Block], model: dict[str, Block]) -> Iterator[str]:
    """Each language says the same: the same blocks, with the same places."""
    for block in sorted(blocks.keys() ^ model.keys()):
        yield f"{block} is in one language and not in the other"
    for block in sorted(blocks.keys() & model.keys()):
        if other := {_plain(p) for p in blocks[block].places} ^ {_plain(p) for p in model[block].places}:
            yield f"{block} differs from {DEFAULT_LANGUAGE} in what it names: {', '.join(sorted(other))}"


def _plain(place: str) -> str:
    """`title_en` is the English of `title`."""
    return place.removesuffix("_en")


def _places(block: nodes.Block) -> set[str]:
    used = {name.name for name in block.find_all(nodes.Name) if name.ctx == "load"}
    own = {name.name for name in block.find_all(nodes.Name) if name.ctx == "store"}
    return used - own - GLOBALS.keys() - {"loop"}


@cache
def _there(name: str) -> frozenset[str]:
    """All places that any message by this template has."""
    of_all = occasions()
    if name in COMMON:
        told = [each for each in of_all if (each.recipient == REPORTER) == (name == "common")]
        return frozenset.intersection(*map(_context, told)) if told else frozenset()
    return frozenset().union(*(_context(each) for each in of_all if each.template == name))


def _context(occasion: Occasion) -> frozenset[str]:
    return frozenset(context_of(occasion, DEFAULT_LANGUAGE, LETTERHEAD))
