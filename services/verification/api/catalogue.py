"""The questions and reasons that officers choose from."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from services.verification.api.access import Reader
from services.verification.domain.catalogue import catalogue

router = APIRouter()


@router.get("/catalogue")
async def questions_and_reasons(_: Reader) -> dict[str, list[dict[str, Any]]]:
    """Each with the words that the reporter will read, in Indonesian and in English."""
    known = catalogue()
    return {
        "questions": [asdict(one) for one in known.questions.values()],
        "reasons": [asdict(one) for one in known.reasons.values()],
    }
