"""Whether a suggestion is worth showing, and how it stands up to what was then decided."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from services.verification.suggestions.model import Example, Model, Subject, Suggestion

FEWEST_LESSONS = 20
"""With fewer decisions a model knows nothing but the last one."""
LEAST_SHARE = 0.15
"""The first suggestion must have so much of all shares, and half as much again as by chance."""


class Outcome(StrEnum):
    """What became of a suggestion."""

    RIGHT = "right"
    LISTED = "listed"
    """Among those shown, and not the first."""
    WRONG = "wrong"
    ABSTAINED = "abstained"


def abstains(model: Model, subject: Subject, suggestions: Sequence[Suggestion]) -> bool:
    """Whether to say nothing rather than this."""
    weights = model.subjects[subject]
    if weights.learned < FEWEST_LESSONS or len(weights.labels) < 2:
        return True
    least = max(LEAST_SHARE, min(0.75, 1.5 / len(weights.labels)))
    return suggestions[0].probability < least


def judge(model: Model, examples: Iterable[Example]) -> list[tuple[Subject, Outcome]]:
    """What the model would have said before it learned from these."""
    found = []
    for example in examples:
        suggested = model.suggest(example.text)
        for subject, label in example.labels.items():
            found.append((subject, _outcome(model, subject, suggested[subject], label)))
    return found


def _outcome(model: Model, subject: Subject, suggestions: Sequence[Suggestion], label: str) -> Outcome:
    if abstains(model, subject, suggestions):
        return Outcome.ABSTAINED
    labels = [one.label for one in suggestions]
    if labels[0] == label:
        return Outcome.RIGHT
    return Outcome.LISTED if label in labels else Outcome.WRONG
