"""The citizen's pages: front page, filing, receipt, tracking. They call what the API calls, not the API."""

from pathlib import Path

from services.intake.pages import (
    account,
    confirm,
    continuing,
    desk_evidence,
    evidence,
    filing,
    follow,
    follow_browser,
    home,
    link_evidence,
    listed,
    news,
    offline,
    receipt,
    support,
    tracking,
    uploads,
    wishes,
    words,
)
from services.intake.settings import Settings
from shared.web.pages import Shell

# Before words, which takes any address.
routers = [
    part.router
    for part in (
        home,
        filing,
        continuing,
        receipt,
        tracking,
        evidence,
        uploads,
        desk_evidence,
        link_evidence,
        support,
        follow,
        follow_browser,
        confirm,
        news,
        wishes,
        words,
        listed,
        offline,
        account,
    )
]


def open_shell(settings: Settings) -> Shell:
    """Templates are read and compiled once a process."""
    here = Path(__file__).parent
    return Shell(here, here.parent / "desk_pages", secure=settings.public_url.startswith("https:"))
