"""What the service would decide, as the desk shows it: how sure it is, and the words that spoke for it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from services.verification.domain.case import Case
from services.verification.pages.words import CLASSIFICATIONS
from services.verification.suggestions import store
from services.verification.suggestions.features import Text
from services.verification.suggestions.judging import abstains
from services.verification.suggestions.learning import Mind
from services.verification.suggestions.model import Subject, Suggestion
from shared.web.pages.names import agency_name

_LEAST_WEIGHT = 0.0


@dataclass(frozen=True)
class Suggested:
    """By subject, the likeliest first; a subject that it is not sure of is not there."""

    subjects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    """All that officers have used, for the field's list."""

    def first(self, subject: str) -> str | None:
        found = self.subjects.get(subject)
        return found[0]["value"] if found else None


async def suggested_for(request: Request, case: Case) -> Suggested:
    """Nothing while suggestions are switched off, or nothing was learned."""
    mind: Mind = request.app.state.mind
    if not mind.enabled:
        return Suggested()
    async with request.app.state.database.reading() as tx:
        if not await store.is_on(tx):
            return Suggested()
    model = await mind.current(request.app.state.database)
    if model is None:
        return Suggested()
    found = model.suggest(Text(case.title, case.text, case.place.region))
    told = {
        subject.value: [_told(subject, one) for one in suggestions]
        for subject, suggestions in found.items()
        if suggestions and not abstains(model, subject, suggestions)
    }
    return Suggested(told, tuple(sorted(model.subjects[Subject.CATEGORY].labels)))


def _told(subject: Subject, one: Suggestion) -> dict[str, Any]:
    return {
        "value": one.label,
        "label": _label(subject, one.label),
        "sure": round(one.probability * 100),
        "words": [word for word, weight in one.words if weight > _LEAST_WEIGHT][:5],
    }


def _label(subject: Subject, value: str) -> tuple[str, str]:
    if subject is Subject.CLASSIFICATION and value in CLASSIFICATIONS:
        return CLASSIFICATIONS[value]
    if subject is Subject.AGENCY:
        name = agency_name(value)
        return name, name
    if subject is Subject.SECRECY:
        return ("rahasia", "secret") if value == "secret" else ("terbuka", "open")
    return value, value
