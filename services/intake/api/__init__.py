"""Intake over HTTP: a file for each thing that can be asked, joined here."""

from fastapi import APIRouter

from services.intake.api import channels, evidence, filing, receipts, tracking, words

router = APIRouter(prefix="/v1")
for part in (filing, words, evidence, tracking, channels, receipts):
    router.include_router(part.router)
