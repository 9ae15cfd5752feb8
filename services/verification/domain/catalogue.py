"""The reviewed questions and reasons that officers choose from, with their words to the reporter."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from shared.contracts import ArchiveReason

FILE = Path(__file__).parents[1] / "data/catalogue.yaml"


@dataclass(frozen=True)
class Wording:
    """One entry. `text` is said to the reporter in both languages, Indonesian first."""

    id: str
    title: str
    title_en: str
    text: str
    text_en: str

    def to_reporter(self, more: str | None = None) -> str:
        """What the reporter reads, with what the officer adds."""
        own = f"{self.text}\n\n({self.text_en})"
        return f"{more}\n\n{own}" if more else own


@dataclass(frozen=True)
class Catalogue:
    """Questions by id, and a wording for every reason there is."""

    questions: dict[str, Wording]
    reasons: dict[ArchiveReason, Wording]


@cache
def catalogue() -> Catalogue:
    """Read once a process. Raises `ValueError` where a reason has no words."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    reasons = {ArchiveReason(row["id"]): Wording(**row) for row in raw["reasons"]}
    if missing := set(ArchiveReason) - reasons.keys():
        raise ValueError(f"no words for {', '.join(sorted(missing))} in {FILE.name}")
    return Catalogue({row["id"]: Wording(**row) for row in raw["questions"]}, reasons)
