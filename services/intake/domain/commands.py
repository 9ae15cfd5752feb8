"""What a reporter may ask or say by message about a report there is: the commands, not their effect.

``STATUS K7M-Q3XW-9FA``, ``TAMBAH K7M-Q3XW-9FA teks``. What only looks like a command is a new report.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
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
    message = _apart(message)
    verb, rest = _verb_of(message)
    if verb is None:
        return _misspelt(message) or _asked(message)
    if verb is Verb.HELP:
        return Command(verb) if not rest else _asked(message)
    if not rest:
        raise Incomplete(f"Sertakan nomor laporan: {verb} nomor.")
    if verb is Verb.RATE:
        rest = _SCORE_FIRST.sub(r"\2 \1", rest)
    rest = _NAMING.sub("", rest)
    found = _ID.match(rest)
    if found is None:
        return None  # "Terima kasih …", "Status jalan …": words, not a number of ours
    try:
        tracking_id = parse_tracking_id(found.group())
    except InvalidTrackingId as error:
        if not any(character.isdigit() for character in found.group()):
            return None
        raise Incomplete(error.message) from None
    return Command(verb, tracking_id, _after(found, rest))


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
                rest = _after(found, rest)
    if verb is Verb.HELP:
        return Command(verb) if not rest else None
    if verb is not Verb.STATUS and not rest and head.rstrip().endswith("?"):
        return None  # "Terima?" accepts nothing
    told = verb in _NEEDS_TEXT and head.split(maxsplit=1)[0].strip(_MARKS).isupper()
    if rest and not (told or (verb is Verb.RATE and rest[0].isdigit())):
        return None
    return Command(verb, tracking_id, f"{rest}\n{below}".strip())


def _verb_of(message: str) -> tuple[Verb | None, str]:
    """The verb a message begins with, if it does, and what follows."""
    found = _FIRST.match(message)
    verb = _VERBS.get(found.group(1).upper()) if found else None
    return (verb, message[found.end() :].strip()) if found and verb else (None, "")


def _apart(message: str) -> str:
    """Puts the blank where a command and the number of a report were run together: "statusK7M-Q3XW-9FA"."""
    found = _RUN_TOGETHER.match(message)
    if found and any(character.isdigit() for character in found[2]):
        with suppress(InvalidTrackingId):
            parse_tracking_id(found[2])
            return f"{found[1]} {message[found.start(2) :]}"
    return message


def _misspelt(message: str) -> Command | None:
    """A word that is nearly a command, before the number of a report. Never one that ends the report."""
    found = _FIRST.match(message)
    if found is None or (number := _ID.match(message, found.end())) is None:
        return None
    near = get_close_matches(found.group(1).upper(), _HARMLESS, 1, 0.8)
    if near:
        with suppress(InvalidTrackingId):
            return Command(_VERBS[near[0]], parse_tracking_id(number.group()), _after(number, message))
    return None


def _asked(message: str) -> Command | None:
    """The number of a report, by itself or after words of asking, asks for its status."""
    found = _ASKED.fullmatch(message) if len(message) <= _LONGEST_ASKING else None
    if found is None or set(_WORD.findall(found.group(1).lower())) - _ASKING:
        return None
    if found.group(2).isalpha():  # a word
        return None
    with suppress(InvalidTrackingId):
        return Command(Verb.STATUS, parse_tracking_id(found.group(2)))
    return None


def _after(found: re.Match[str], text: str) -> str:
    return text[found.end() :].lstrip(" .,:;#=*>)]-\n\t").strip()


_MARKS = " .,:;#/!*=\"'<>()[]_-\n\t"
_GAP = rf"[\s{re.escape(_MARKS)}]"
_HARMLESS = [word for word, verb in _VERBS.items() if verb not in {Verb.ACCEPT, Verb.WITHDRAW, Verb.HELP}]
_DASH = r"\-\u2010-\u2015"
_JOINT = rf"(?:\s?[{_DASH}]\s?|\s)"
_NUMBER = rf"(?:[0-9a-z]{{3}}{_JOINT}[0-9a-z]{{4}}{_JOINT}[0-9a-z]{{3}}|[0-9a-z{_DASH}]{{8,14}})(?!\w)"
_ID = re.compile(_NUMBER, re.IGNORECASE)
"""What may be a tracking id, typed with dashes, with spaces or without either; also with a typing error."""
_FIRST = re.compile(
    rf"{_GAP}*(?:lapor{_GAP}+(?=[a-z]+{_GAP}+{_NUMBER}))?([^\W\d_]+)(?:{_GAP}+|\?*$)", re.IGNORECASE
)
_RUN_TOGETHER = re.compile(rf"({_GAP}*(?:{'|'.join(_VERBS)}))({_NUMBER})", re.IGNORECASE)
_NAMING = re.compile(
    rf"\A(?:(?:laporan|pengaduan|status|nomor|nomer|no|id|kode|tiket)\b{_GAP}*)+(?={_NUMBER})", re.IGNORECASE
)
_SCORE_FIRST = re.compile(rf"\A([1-5])\s+({_NUMBER})", re.IGNORECASE)
_LONGEST_ASKING = 100
_ASKED = re.compile(rf"(.*?)(?<!\w)({_NUMBER})[\s?{re.escape(_MARKS)}]*", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"\w+")
_ASKING = {
    *("lapor", "laporan", "pengaduan", "status", "cek", "info", "nomor", "nomer", "no", "id", "kode"),
    *("tiket", "tanya", "mohon", "minta", "tolong", "mau", "ingin", "tahu", "bagaimana", "gimana"),
    *("sampai", "mana", "perkembangan", "progres", "kabar", "apa", "sudah", "untuk", "dengan", "saya"),
    *("pak", "bu", "kak", "min"),
}


def _rating(text: str) -> Saying:
    score, comment = (*text.split(maxsplit=1), "", "")[:2]
    if score.strip(".,:;") not in {"1", "2", "3", "4", "5"}:
        raise Incomplete("Beri nilai 1 (sangat buruk) sampai 5 (sangat baik): NILAI nomor 5 komentar.")
    return Saying(Word.RATING, comment.strip() or None, int(score[0]))
