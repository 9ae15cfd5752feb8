"""What a reporter may ask or say by message about a report there is: the commands, not their effect.

``STATUS K7M-Q3XW-9FA``, ``TAMBAH K7M-Q3XW-9FA teks``. What only looks like a command is a new report.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from services.intake.domain.words import Saying, Word
from shared.security.codes import InvalidTrackingId, parse_tracking_id

SHORTEST_SAYING = 3
"""Characters below which an addition, a reply, an objection or an appeal says nothing."""


class Verb(StrEnum):
    """The commands, as people type them."""

    STATUS = "STATUS"
    ADD = "TAMBAH"
    REPLY = "BALAS"
    ACCEPT = "TERIMA"
    OBJECT = "KEBERATAN"
    WITHDRAW = "CABUT"
    APPEAL = "BANDING"
    RATE = "NILAI"
    HELP = "BANTUAN"


_SYNONYMS = {
    "CEK": Verb.STATUS,
    "LENGKAPI": Verb.ADD,
    "JAWAB": Verb.REPLY,
    "SETUJU": Verb.ACCEPT,
    "TOLAK": Verb.OBJECT,
    "BATAL": Verb.WITHDRAW,
    "RATING": Verb.RATE,
    "HELP": Verb.HELP,
    "INFO": Verb.HELP,
}
_VERBS = {**{verb.value: verb for verb in Verb}, **_SYNONYMS}

WORDS = {
    Verb.ADD: Word.SUPPLEMENT,
    Verb.REPLY: Word.REPLY,
    Verb.ACCEPT: Word.ACCEPTANCE,
    Verb.OBJECT: Word.OBJECTION,
    Verb.WITHDRAW: Word.WITHDRAWAL,
    Verb.APPEAL: Word.APPEAL,
    Verb.RATE: Word.RATING,
}
_NEEDS_TEXT = frozenset({Verb.ADD, Verb.REPLY, Verb.OBJECT, Verb.APPEAL})


@dataclass(frozen=True)
class Command:
    """A command that can be carried out. `tracking_id` is None for help alone."""

    verb: Verb
    tracking_id: str | None = None
    text: str = ""

    @property
    def saying(self) -> Saying | None:
        """The word it says to the report. None for a question. Raises `Incomplete`."""
        word = WORDS.get(self.verb)
        if word is None:
            return None
        if self.verb is Verb.RATE:
            return _rating(self.text)
        if self.verb in _NEEDS_TEXT and len(self.text) < SHORTEST_SAYING:
            raise Incomplete(f"Tulis isinya setelah nomor laporan: {self.verb} nomor teks.")
        return Saying(word, None if self.verb is Verb.ACCEPT else self.text or None)


class Incomplete(ValueError):
    """It is a command, but it cannot be carried out; the message says what is missing, in Indonesian."""


def parse_command(message: str) -> Command | None:
    """The command a message is, or None where it is a report. Raises `Incomplete` for a mistyped one."""
    verb, rest = _verb_of(message)
    if verb is None:
        return None
    if verb is Verb.HELP:
        return Command(verb) if not rest else None
    if not rest:
        raise Incomplete(f"Sertakan nomor laporan: {verb} nomor.")
    found = _ID.match(rest)
    if found is None:
        return None  # "Terima kasih …", "Status jalan …": words, not a number of ours
    try:
        tracking_id = parse_tracking_id(found.group())
    except InvalidTrackingId as error:
        if not any(character.isdigit() for character in found.group()):
            return None
        raise Incomplete(error.message) from None
    return Command(verb, tracking_id, rest[found.end() :].lstrip(" .,:;-\n").strip())


def parse_reply(message: str, tracking_id: str) -> Command | None:
    """The command in an answer that can only be about one report, whose number may be left out.

    None for plain words. "Terima kasih" accepts nothing: the word must stand alone in its line, or, where
    more belongs to it, be written in capitals.
    """
    head, _, below = message.strip().partition("\n")
    verb, rest = _verb_of(head)
    if verb is None:
        return None
    if found := _ID.match(rest):
        with suppress(InvalidTrackingId):
            if parse_tracking_id(found.group()) == tracking_id:
                rest = rest[found.end() :].lstrip(" .,:;-")
    if verb is Verb.HELP:
        return Command(verb) if not rest else None
    told = verb in _NEEDS_TEXT and head.split(maxsplit=1)[0].strip(_MARKS).isupper()
    if rest and not (told or (verb is Verb.RATE and rest[0].isdigit())):
        return None
    return Command(verb, tracking_id, f"{rest}\n{below}".strip())


def _verb_of(message: str) -> tuple[Verb | None, str]:
    """The verb a message begins with, if it does, and what follows."""
    first, *rest = message.split(maxsplit=1) or [""]
    return _VERBS.get(first.strip(_MARKS).upper()), rest[0].strip() if rest else ""


_MARKS = ".,:;#/!"
_ID = re.compile(r"(?:[0-9a-z]{3}[ -][0-9a-z]{4}[ -][0-9a-z]{3}|[0-9a-z-]{8,14})(?!\w)", re.IGNORECASE)
"""What may be a tracking id, typed with dashes, with spaces or without either; also with a typing error."""


def _rating(text: str) -> Saying:
    score, comment = (*text.split(maxsplit=1), "", "")[:2]
    if score.strip(".,:;") not in {"1", "2", "3", "4", "5"}:
        raise Incomplete("Beri nilai 1 (sangat buruk) sampai 5 (sangat baik): NILAI nomor 5 komentar.")
    return Saying(Word.RATING, comment.strip() or None, int(score[0]))
