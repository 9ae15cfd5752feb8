"""What verification officers do over HTTP: see the queue, claim a case, and decide it."""

from fastapi import APIRouter

from services.verification.api import (
    catalogue,
    claims,
    clusters,
    decisions,
    duplicates,
    queue,
    seeing,
    suggestions,
)

router = APIRouter(tags=["cases"])
# What has a name of its own comes before the case, whose address would match it.
for part in (queue, catalogue, claims, clusters, duplicates, suggestions, decisions, seeing):
    router.include_router(part.router, prefix="/v1/cases")

__all__ = ["router"]
