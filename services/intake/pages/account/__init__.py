"""A reporter's account on pages: signing in, one's reports, what one wants to hear, and leaving."""

from fastapi import APIRouter

from services.intake.pages.account import keeping, reports, signing_in

router = APIRouter(include_in_schema=False)
for part in (signing_in, reports, keeping):
    router.include_router(part.router)
