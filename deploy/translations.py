"""Collects the texts of all pages' templates into their catalogues: `python -m deploy.translations`.

New texts come without English; texts that no template has any more leave. Nothing that was translated is lost
while it is used.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).parents[1]
LANGUAGE = "en"


def folders() -> list[Path]:
    """The shell's pages, the console's, and every service's, for citizens and for officers."""
    apart = [PROJECT / "shared/web/pages", PROJECT / "deploy/console/pages"]
    return [*apart, *sorted(PROJECT.glob("services/*/*pages"))]


def texts(folder: Path) -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Every text that is to be translated, and the template it is in."""
    for template in sorted((folder / "templates").glob("*.html")):
        found = extract(
            "jinja2.ext:babel_extract",
            BytesIO(template.read_bytes()),
            options={"trimmed": "false", "silent": "false"},
        )
        for _, message, _, _ in found:
            yield message if isinstance(message, str) else tuple(message), template.name


def read(folder: Path) -> Catalog:
    path = folder / f"locales/{LANGUAGE}.po"
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def missing(folder: Path) -> list[str]:
    """Texts of a folder's templates without English, in its own catalogue or the shell's."""
    known = [read(folder), read(folders()[0])]
    wanted = {message if isinstance(message, str) else message[0] for message, _ in texts(folder)}
    return sorted(text for text in wanted if not any(_translated(catalogue.get(text)) for catalogue in known))


def _translated(message: Message | None) -> bool:
    if message is None:
        return False
    return bool(message.string) if isinstance(message.string, str) else all(message.string or [""])


def main() -> int:
    for folder in folders():
        before, after = read(folder), Catalog(locale=LANGUAGE, fuzzy=False)
        shell = read(folders()[0]) if folder != folders()[0] else Catalog()
        for text, template in texts(folder):
            key = text if isinstance(text, str) else text[0]
            if _translated(shell.get(key)):
                continue
            kept = before.get(key)
            after.add(text, kept.string if kept else None, locations=[(template, None)])  # type: ignore[list-item]
        if len(after):
            path = folder / f"locales/{LANGUAGE}.po"
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as file:
                write_po(file, after, omit_header=True, sort_output=False, include_lineno=False, width=0)
        for text in missing(folder):
            print(f"{folder.relative_to(PROJECT)}: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
