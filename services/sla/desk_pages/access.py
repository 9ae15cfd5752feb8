"""Who may look at the calendar's pages and who may amend: the roles that the API asks for."""

from typing import Annotated

from fastapi import Depends, Request

from shared.db.database import Database
from shared.security.tokens import Officer, Role
from shared.web.pages import Shell
from shared.web.pages.language import language_of
from shared.web.pages.officers import HOME, in_role

CALENDAR = f"{HOME}/kalender"
DAYS = f"{CALENDAR}/hari"
LIMITS = f"{CALENDAR}/batas"
AMENDED = f"{CALENDAR}/perubahan"
CLOCKS = f"{HOME}/tenggat"

NO_STORE = {"Cache-Control": "no-store"}
STALE = (
    "Halaman ini terlalu lama terbuka. Isian Anda masih ada; silakan kirim sekali lagi.",
    "This page was open for too long. What you typed is still here; please send it once more.",
)

Reader = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.OPERATOR))]
Admin = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN))]


def _shell(request: Request) -> Shell:
    shell: Shell = request.app.state.shell
    return shell


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


CurrentShell = Annotated[Shell, Depends(_shell)]
CurrentDatabase = Annotated[Database, Depends(_database)]


def may_amend(officer: Officer) -> bool:
    return officer.role is Role.NATIONAL_ADMIN


def said(request: Request, words: tuple[str, str]) -> str:
    """One of two languages, as the reader chose."""
    return words[language_of(request) == "en"]
