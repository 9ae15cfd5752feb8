"""Intake over HTTP: a file for each thing that can be asked."""

from services.intake import open311
from services.intake.api import (
    accounts,
    channels,
    drafts,
    evidence,
    evidence_files,
    evidence_links,
    evidence_uploads,
    feed,
    filing,
    on_behalf,
    places,
    preferences,
    push,
    receipts,
    reveals,
    supports,
    tracking,
    words,
)

routers = [
    part.router
    for part in (
        places,
        filing,
        drafts,
        on_behalf,
        words,
        evidence,
        evidence_uploads,
        evidence_files,
        evidence_links,
        supports,
        tracking,
        preferences,
        push,
        feed,
        channels,
        receipts,
        reveals,
        accounts,
        open311,
    )
]
