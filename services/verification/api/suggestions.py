"""What a model suggests for a case, with the words that decided; how right it has been; and its switch."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.verification.api.access import NationalAdmin, Reader
from services.verification.api.opening import open_case
from services.verification.domain.case import Case
from services.verification.domain.deadline import ZONE
from services.verification.domain.secrecy import signs_of
from services.verification.suggestions import store as suggestion_store
from services.verification.suggestions.features import Text
from services.verification.suggestions.judging import Outcome, abstains
from services.verification.suggestions.learning import Mind
from services.verification.suggestions.model import Model, Subject
from shared.web.fields import PlainText

router = APIRouter()
_DAYS = 30


class SwitchWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    on: bool
    reason: PlainText = Field(min_length=10, max_length=500)


class Accuracy(BaseModel):
    """Of what was decided in the last 30 days, each predicted before it was learned from."""

    right: int = Field(description="The first suggestion was what the officer decided.")
    listed: int = Field(description="Among three, and not the first.")
    wrong: int
    abstained: int
    accuracy: float | None = Field(description="Right, of those where something was suggested.")
    top_3: float | None = Field(description="Right or listed, of the same.")


class Switched(BaseModel):
    """Who switched suggestions on or off, when, and why."""

    at: datetime
    officer: str
    is_on: bool
    reason: str


class Standing(BaseModel):
    """`state`: ready, empty (nothing learned yet), off (switched off), disabled (by a setting)."""

    state: str
    version: int
    made_at: datetime | None
    learned: int = Field(description="Decisions, each counted for every subject that it decided.")
    bytes: int
    accuracy: dict[Subject, Accuracy]
    switched: list[Switched]


@router.get("/suggestions")
async def standing(request: Request, _: Reader) -> Standing:
    """What has been learned, how right it was, and who switched it on or off."""
    mind: Mind = request.app.state.mind
    async with request.app.state.database.reading() as tx:
        about = await suggestion_store.about(tx)
        judged = await suggestion_store.judged(tx, ZONE.date_of(tx.now - timedelta(days=_DAYS)))
        switched = await suggestion_store.switched(tx, 20)
    is_on = not switched or switched[0].is_on
    return Standing(
        state=_state(mind, about, is_on=is_on),
        version=about.version if about else 0,
        made_at=about.made_at if about else None,
        learned=about.learned if about else 0,
        bytes=about.bytes if about else 0,
        accuracy={subject: _accuracy(counts) for subject, counts in judged.items()},
        switched=[Switched.model_validate(row, from_attributes=True) for row in switched],
    )


@router.put("/suggestions")
async def switch(request: Request, body: SwitchWanted, officer: NationalAdmin) -> Switched:
    """Switch suggestions and learning off or on, for everybody, with a reason that stays. Decisions that are
    taken meanwhile wait to be learned from.
    """
    async with request.app.state.database.transaction() as tx:
        at = await suggestion_store.switch(tx, officer.id, body.reason, is_on=body.on)
    return Switched(at=at, officer=officer.id, is_on=body.on, reason=body.reason)


@router.get("/{report_id}/suggestions")
async def of_case(request: Request, report_id: UUID, officer: Reader) -> dict[str, Any]:
    """Up to three agencies and categories, a classification, and a hint on secrecy; an officer decides."""
    mind: Mind = request.app.state.mind
    async with request.app.state.database.transaction() as tx:
        _, case = await open_case(tx, officer, report_id)
        is_on = mind.enabled and await suggestion_store.is_on(tx)
    model = await mind.current(request.app.state.database) if is_on else None
    signs = [{"sign": sign, "label": sign.label, "label_en": sign.label_en} for sign in signs_of(case)]
    return {
        "state": _state(mind, model, is_on=is_on),
        "version": model.version if model else 0,
        "subjects": _suggested(model, case) if model else {},
        "secrecy_signs": signs,
    }


def _suggested(model: Model, case: Case) -> dict[Subject, dict[str, Any]]:
    suggested = model.suggest(Text(case.title, case.text, case.place.region))
    told = {}
    for subject, suggestions in suggested.items():
        silent = abstains(model, subject, suggestions)
        told[subject] = {
            "abstained": silent,
            "learned": model.subjects[subject].learned,
            "suggestions": [
                {
                    "value": one.label,
                    "probability": one.probability,
                    "words": [{"word": word, "weight": weight} for word, weight in one.words],
                }
                for one in ([] if silent else suggestions)
            ],
        }
    return told


def _state(mind: Mind, model: object | None, *, is_on: bool) -> str:
    if not mind.enabled:
        return "disabled"
    if not is_on:
        return "off"
    return "ready" if model else "empty"


def _accuracy(counts: dict[Outcome, int]) -> Accuracy:
    said = counts[Outcome.RIGHT] + counts[Outcome.LISTED] + counts[Outcome.WRONG]
    return Accuracy(
        **{outcome.value: count for outcome, count in counts.items()},
        accuracy=round(counts[Outcome.RIGHT] / said, 4) if said else None,
        top_3=round((counts[Outcome.RIGHT] + counts[Outcome.LISTED]) / said, 4) if said else None,
    )
