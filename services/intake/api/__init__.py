"""Intake over HTTP: a file for each thing that can be asked."""

from services.intake import open311
from services.intake.api import (
    account_preferences,
    accounts,
    channels,
    drafts,
    evidence,
    evidence_files,
    evidence_links,
    evidence_uploads,
    feed,
    filing,
    filing_with_files,
    follow_hooks,
    follows,
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
        # First those who are asked most: routes are tried one after the other.
        filing_with_files,  # at the address of the next, and only for forms
        filing,
        channels,
        places,
        drafts,
        on_behalf,
        words,
        evidence,
        evidence_uploads,
        evidence_files,
        evidence_links,
        supports,
        follow_hooks,
        follows,
        tracking,
        preferences,
        push,
        feed,
        receipts,
        reveals,
        accounts,
        account_preferences,
        open311,
    )
]
