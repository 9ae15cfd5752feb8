"""Intake over HTTP: a file for each thing that can be asked."""

from services.intake import open311
from services.intake.api import channels, evidence, filing, preferences, receipts, tracking, words

routers = [
    part.router for part in (filing, words, evidence, tracking, preferences, channels, receipts, open311)
]
