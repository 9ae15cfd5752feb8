"""Which version of its words each template has in each language, and who has read them.

Whoever changes a word also stamps it: the digest beside a version tells when that was forgotten.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from services.notify.rendering import LANGUAGES, TEMPLATES

FILE = TEMPLATES / "versions.yaml"
_HEAD = """\
# The words of messages: template -> language -> version, its review, and a digest of the words.
# `reviewed` names the native speaker who read this version, or is false. Written by `lapor words stamp`.
"""


@dataclass(frozen=True)
class Version:
    """`words` is the digest of the file; `reviewed` a name, or false as long as nobody has read it."""

    version: int
    reviewed: str | bool
    words: str


Versions = dict[str, dict[str, Version]]


def recorded(path: Path = FILE) -> Versions:
    """Raises OSError or yaml.YAMLError."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text()) or {}
    return {
        name: {language: Version(**entry) for language, entry in languages.items()}
        for name, languages in content.items()
    }


def written() -> Iterator[tuple[str, str, str]]:
    """Name, language and digest of every file of words."""
    for language in LANGUAGES:
        for path in sorted((TEMPLATES / language).glob("*.txt")):
            yield path.stem, language, sha256(path.read_bytes()).hexdigest()[:12]


def stamped(before: Versions, reviewer: str | None = None, only: tuple[str, str] | None = None) -> Versions:
    """What the words are now: a changed one has the next version, which nobody has read yet.

    `reviewer` has read the words of `only`, a template and a language.
    """
    now: Versions = {}
    for name, language, digest in written():
        old = before.get(name, {}).get(language)
        if old is None or old.words != digest:
            new = Version(old.version + 1 if old else 1, reviewed=False, words=digest)
        else:
            new = old
        if reviewer and only == (name, language):
            new = Version(new.version, reviewer, digest)
        now.setdefault(name, {})[language] = new
    return now


def save(versions: Versions, path: Path = FILE) -> None:
    """One line a language, so that a change is a line of a diff."""
    lines = [_HEAD]
    for name in sorted(versions):
        lines.append(f"{name}:\n")
        for language in LANGUAGES:
            if language in versions[name]:
                entry = yaml.safe_dump(
                    asdict(versions[name][language]), default_flow_style=True, sort_keys=False, width=10_000
                )
                lines.append(f"  {language}: {entry}")
    path.write_text("".join(lines))
