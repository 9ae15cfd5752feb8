"""What has been learned: for each subject a linear model of each label, and how it is kept.

Suggesting needs numpy alone; learning needs scikit-learn, which is loaded when first needed. A model is
kept as plain arrays, so that reading one can run no code.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import Any

from services.verification.suggestions.features import SIZE, Text, Vector, vector_of

FORMAT = 1
LISTED = 3
_WORDS = 6
_FEWEST = 4
"""scikit-learn treats two labels in another way; and one slot is always free."""


class Subject(StrEnum):
    """What is suggested."""

    AGENCY = "agency"
    CATEGORY = "category"
    CLASSIFICATION = "classification"
    SECRECY = "secrecy"


@dataclass(frozen=True)
class Example:
    """A report and what was decided about it; not everything need have been."""

    text: Text
    labels: Mapping[Subject, str]


@dataclass(frozen=True)
class Suggestion:
    """A label, its share of all that could be (0 to 1), and the words that spoke for it most."""

    label: str
    probability: float
    words: tuple[tuple[str, float], ...] = ()


@dataclass
class Weights:
    """One subject's: a row of weights for each slot; slots beyond the labels wait for labels to come."""

    labels: list[str] = field(default_factory=list)
    learned: int = 0
    coefficients: Any = None
    intercepts: Any = None
    steps: float = 1.0
    """How far the learning rate has come down."""


class UnreadableModel(ValueError):
    """These bytes are no model of ours, or of another form."""


class Model:
    """All subjects. `learned` decisions; `version` is given by whoever keeps it."""

    def __init__(self, subjects: dict[Subject, Weights] | None = None, version: int = 0) -> None:
        self.subjects = subjects or {subject: Weights() for subject in Subject}
        self.version = version

    @property
    def size(self) -> int:
        """Bytes of weights in memory."""
        return sum(int(one.coefficients.nbytes) for one in self.subjects.values() if one.labels)

    def suggest(self, text: Text) -> dict[Subject, list[Suggestion]]:
        """The likeliest labels of each subject, the first first; none where nothing was learned."""
        vector = vector_of(text)
        return {subject: self._likeliest(one, vector) for subject, one in self.subjects.items()}

    @staticmethod
    def _likeliest(weights: Weights, vector: Vector) -> list[Suggestion]:
        if not weights.labels:
            return []
        import numpy as np

        known = len(weights.labels)
        given = weights.coefficients[:known, vector.indices] @ np.asarray(vector.values, dtype=np.float32)
        odds = 1.0 / (1.0 + np.exp(-np.clip(given + weights.intercepts[:known], -30, 30)))
        shares = odds / odds.sum()
        best = np.argsort(-shares)[:LISTED]
        return [
            Suggestion(
                weights.labels[slot],
                round(float(shares[slot]), 4),
                _words(weights.coefficients[slot], vector),
            )
            for slot in best
        ]

    def ready(self) -> "Model":
        """Laid out for suggesting: what a report touches lies together. Learning lays it out anew."""
        import numpy as np

        for one in self.subjects.values():
            if one.labels:
                one.coefficients = np.asfortranarray(one.coefficients)
        return self

    def learn(self, examples: Iterable[Example]) -> None:
        """One step for each example, in their order. Takes seconds for thousands: not on an event loop."""
        examples = list(examples)
        vectors = [vector_of(example.text) for example in examples]
        for subject, weights in self.subjects.items():
            told = [
                (vector, example.labels[subject])
                for vector, example in zip(vectors, examples, strict=True)
                if subject in example.labels
            ]
            if told:
                _learn(weights, told)

    def to_bytes(self) -> bytes:
        """The arrays as they are, since squeezing them takes ten times as long, and their meaning as JSON."""
        import numpy as np

        meaning = {
            "format": FORMAT,
            "size": SIZE,
            "subjects": {
                subject: {"labels": one.labels, "learned": one.learned, "steps": one.steps}
                for subject, one in self.subjects.items()
            },
        }
        arrays = {"meaning": np.frombuffer(json.dumps(meaning).encode(), dtype=np.uint8)}
        for subject, one in self.subjects.items():
            if one.labels:
                arrays[f"{subject}_coefficients"] = one.coefficients
                arrays[f"{subject}_intercepts"] = one.intercepts
        out = BytesIO()
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes, version: int = 0) -> "Model":
        """Raises `UnreadableModel`. Runs nothing that is in the bytes."""
        import numpy as np

        try:
            with np.load(BytesIO(body), allow_pickle=False) as arrays:
                meaning = json.loads(arrays["meaning"].tobytes())
                if (meaning["format"], meaning["size"]) != (FORMAT, SIZE):
                    raise UnreadableModel("a model of another form")
                subjects = {subject: Weights() for subject in Subject}
                for name, told in meaning["subjects"].items():
                    one = subjects[Subject(name)] = Weights(**told)
                    if one.labels:
                        one.coefficients = arrays[f"{name}_coefficients"]
                        one.intercepts = arrays[f"{name}_intercepts"]
                        if one.coefficients.shape != (len(one.intercepts), SIZE):
                            raise UnreadableModel("weights of another shape")
        except UnreadableModel:
            raise
        except Exception as error:
            raise UnreadableModel(f"no model: {type(error).__name__}") from None
        return cls(subjects, version)


def _words(row: Any, vector: Vector) -> tuple[tuple[str, float], ...]:
    """What each word adds to this label; the region counts as a word."""
    added = {
        word: sum(float(row[n]) * value for n, value in part.items()) for word, part in vector.parts.items()
    }
    best = sorted(added.items(), key=lambda item: -item[1])[:_WORDS]
    return tuple((word, round(value, 3)) for word, value in best if value > 0)


def _learn(weights: Weights, told: list[tuple[Vector, str]]) -> None:
    import numpy as np
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped]

    _make_room(weights, {label for _, label in told})
    slots = {label: slot for slot, label in enumerate(weights.labels)}
    ends = np.cumsum([0, *(len(vector.indices) for vector, _ in told)])
    given = csr_matrix(
        (
            np.concatenate([np.asarray(vector.values, dtype=np.float32) for vector, _ in told]),
            np.concatenate([np.asarray(vector.indices, dtype=np.int32) for vector, _ in told]),
            ends.astype(np.int32),
        ),
        shape=(len(told), SIZE),
    )
    classifier = SGDClassifier(loss="log_loss", alpha=1e-4, shuffle=False, random_state=0)
    classifier.classes_ = np.arange(len(weights.intercepts))
    weights.coefficients = np.ascontiguousarray(weights.coefficients)
    classifier.coef_, classifier.intercept_, classifier.t_ = (
        weights.coefficients,
        weights.intercepts,
        weights.steps,
    )
    classifier.partial_fit(given, np.asarray([slots[label] for _, label in told]))
    weights.coefficients, weights.intercepts = classifier.coef_, classifier.intercept_
    weights.steps = float(classifier.t_)
    weights.learned += len(told)


def _make_room(weights: Weights, labels: set[str]) -> None:
    """A slot for each label, and one more: what it has learned not to be is where a new label begins."""
    import numpy as np

    weights.labels += sorted(labels.difference(weights.labels))
    if weights.coefficients is None:
        weights.coefficients = np.zeros((_FEWEST, SIZE), dtype=np.float32)
        weights.intercepts = np.zeros(_FEWEST, dtype=np.float32)
    missing = len(weights.labels) + 1 - len(weights.intercepts)
    if missing > 0:
        more = max(missing, len(weights.intercepts) // 4)
        weights.coefficients = np.vstack(
            [weights.coefficients, np.repeat(weights.coefficients[-1:], more, 0)]
        )
        weights.intercepts = np.append(weights.intercepts, np.repeat(weights.intercepts[-1:], more))
