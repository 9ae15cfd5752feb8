"""All pages of the desk, in the order in which their addresses are matched."""

from fastapi import APIRouter

from services.verification.pages import accounts, beside, bulk, case, deciding, queue, readings

router = APIRouter()
# What has a name of its own comes before what any name would match.
for part in (queue, bulk, beside, case, deciding, readings, accounts):
    router.include_router(part.router)
