"""Words out of a mail's body: whatever its character set claims, out of HTML, without what it quotes."""

import codecs
import re
from html import unescape

QUOTATION = "\x0e"
UNQUOTED = "\x0f"
"""Each stands alone in a line: where a quotation begins in HTML, and where it ends."""
_WIDE = re.compile(r"utf-?(16|32)|iso-2022|hz|utf-?7", re.IGNORECASE)


def decoded(raw: bytes, charset: str | None) -> str:
    """The text of a body. A charset that is wrong, unknown or missing costs single characters at most."""
    claimed = (charset or "").strip("\"' ")
    tries = [claimed] if _WIDE.match(claimed) else ["utf-8", claimed]
    for name in filter(None, tries):
        try:
            # Only a codec of text: "zip", "rot13" and their like are no charsets.
            if codecs.lookup(name)._is_text_encoding:
                return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


_SILENT = frozenset({"script", "style", "head", "title", "template", "svg"})
_BREAKING = frozenset({"br", "p", "div", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr"})
_NAME = re.compile(r"/?([a-z][a-z0-9]{0,15})", re.IGNORECASE)


def words_of_html(html: str) -> str:
    """What a reader of the page would read; `QUOTATION` and `UNQUOTED` stand around what it quotes.

    By hand, since the library's parser takes hours over a page that was made to take them: here each
    character is looked at a fixed number of times.
    """
    pieces: list[str] = []
    unclosed: set[str] = set()
    place, end = 0, -1
    while (start := html.find("<", place)) >= 0:
        pieces.append(_plain(html[place:start]))
        if html.startswith("<!--", start):
            over = html.find("-->", start + 4)
            place = over + 3 if over >= 0 else len(html)
            continue
        if end <= start:
            end = html.find(">", start)
        if html.startswith(("<!", "<?"), start):
            place = end + 1 if end >= 0 else len(html)
            continue
        found = _NAME.match(html, start + 1)
        if end < 0 or found is None or html.find("<", start + 1, end) >= 0:
            pieces.append("" if found else "<")
            place = start + 1 if end < 0 or found is None else html.find("<", start + 1, end)
            continue
        name, place = found.group(1).lower(), end + 1
        pieces.append(_break(name, html[start:place]))
        if name in _SILENT - unclosed and html[start + 1] != "/":
            closing = re.compile(f"</{name}", re.IGNORECASE).search(html, place)
            place = closing.start() if closing else place
            unclosed |= set() if closing else {name}
    pieces.append(_plain(html[place:]))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


def _break(name: str, tag: str) -> str:
    if tag[1] != "/" and (name == "blockquote" or (name == "div" and "gmail_quote" in tag)):
        return f"\n{QUOTATION}\n"
    if tag[1] == "/" and name == "blockquote":
        return f"\n{UNQUOTED}\n"
    return "\n" if name in _BREAKING else ""


_SIGNATURE = re.compile(
    r"-- ?|_{10,}|(sent from|dikirim dari|terkirim dari|get outlook for|diunduh dari)\b.{0,80}", re.IGNORECASE
)
MOST_BELOW_DEVICE = 2
"""Lines below what a telephone writes under its mails."""
_TURNS = {QUOTATION: 1, UNQUOTED: -1}
_ATTRIBUTION = re.compile(r"(on|pada|am|le)\b.{4,300}\b(wrote|menulis|schrieb|a écrit)\s*:", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"-{2,}\s*(original message|pesan asli|pesan asal|forwarded message|pesan terusan)\s*-{2,}", re.IGNORECASE
)
_FROM = re.compile(r"\*?(from|dari)\s*:\*?\s*\S", re.IGNORECASE)
_SENT = re.compile(r"\*?(sent|date|dikirim|tanggal|terkirim)\s*:\*?\s*\S", re.IGNORECASE)


LONGEST_SIGNATURE = 600
"""Characters. A line that looks like the beginning of one, with more than that below it, begins none."""


def without_signature(text: str) -> str:
    """`text` up to where its signature begins; all of it if nothing would be left."""
    lines = text.split("\n")
    below = len(text)
    for i, line in enumerate(lines):
        below -= len(line) + 1
        if i and below <= LONGEST_SIGNATURE and _begins_signature(line.strip(" \r"), lines[i + 1 :]):
            return "\n".join(lines[:i]).strip() or text.strip()
    return text.strip()


def _begins_signature(line: str, below: list[str]) -> bool:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        return False
    # «Dikirim dari Surabaya tanggal 3» may as well be a line of the report: then others follow.
    return found.group(1) is None or sum(bool(one.strip()) for one in below) <= MOST_BELOW_DEVICE


def without_quotation(text: str) -> str:
    """What somebody wrote above, or between, the mail that they answer. Empty if they wrote nothing."""
    lines, kept, number, depth = text.split("\n"), [], 0, 0
    while number < len(lines):
        line = lines[number].strip()
        if line in _TURNS:
            depth = max(0, depth + _TURNS[line])
        elif depth == 0:
            if _ORIGINAL.fullmatch(line) or _forwarded(lines, number):
                break
            if introduced := _attribution(lines, number):
                if not any(rest.lstrip().startswith((">", UNQUOTED)) for rest in lines[number:]):
                    break
                number += introduced
                continue
            if not line.startswith(">"):
                kept.append(lines[number])
        number += 1
    return "\n".join(kept).strip()


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from here on say who wrote what follows; 0 if none do."""
    for count in (1, 2, 3):
        if _ATTRIBUTION.fullmatch(" ".join(line.strip() for line in lines[number : number + count])):
            return count
    return 0


def _forwarded(lines: list[str], number: int) -> bool:
    """A block of headers, as some programs put it above what they quote."""
    following = (line.strip() for line in lines[number + 1 : number + 4])
    return bool(_FROM.match(lines[number].strip())) and any(_SENT.match(line) for line in following)
