"""What the pages of officers have in common, whichever service they belong to."""

from typing import Annotated

from fastapi import Depends, Request

from shared.db.database import Database
from shared.web.pages.language import language_of
from shared.web.pages.shell import Shell

Words = tuple[str, str]
"""Indonesian, English."""

NO_STORE = {"Cache-Control": "no-store"}
"""What officers read stays in no cache."""
STALE: Words = (
    "Halaman ini terlalu lama terbuka. Isian Anda masih ada; silakan kirim sekali lagi.",
    "This page was open for too long. What you typed is still here; please send it once more.",
)


def _shell(request: Request) -> Shell:
    shell: Shell = request.app.state.shell
    return shell


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


CurrentShell = Annotated[Shell, Depends(_shell)]
CurrentDatabase = Annotated[Database, Depends(_database)]


def said(request: Request, words: Words) -> str:
    """One of two languages, as the reader chose."""
    return words[language_of(request) == "en"]
