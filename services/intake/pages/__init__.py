"""The citizen's pages: front page, filing, receipt, tracking. They call what the API calls, not the API."""

from pathlib import Path

from services.intake.pages import evidence, filing, home, listed, offline, receipt, support, tracking, words
from services.intake.settings import Settings
from shared.web.pages import Shell

# Before words, which takes any address.
routers = [
    part.router for part in (home, filing, receipt, tracking, evidence, support, words, listed, offline)
]


def open_shell(settings: Settings) -> Shell:
    """Templates are read and compiled once a process."""
    return Shell(Path(__file__).parent, secure=settings.public_url.startswith("https:"))
