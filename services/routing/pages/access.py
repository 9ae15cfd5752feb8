"""Who may look at the desk's pages, and for whom an officer acts. What is seen is limited in the query."""

from typing import Annotated

from fastapi import Depends, Request

from services.routing.domain.agencies import NATIONAL
from shared.db.database import Database
from shared.security.tokens import Officer, Role
from shared.web.pages import Shell
from shared.web.pages.language import language_of
from shared.web.pages.officers import in_role

DESK = "/petugas/disposisi"
AGENCY = "/petugas/instansi"
INSPECTION = "/petugas/pengawasan"

NO_STORE = {"Cache-Control": "no-store"}
"""What officers read stays in no cache."""
STALE = (
    "Halaman ini terlalu lama terbuka. Isian Anda masih ada; silakan kirim sekali lagi.",
    "This page was open for too long. What you typed is still here; please send it once more.",
)

Reader = Annotated[
    Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.SUPERVISOR, Role.NATIONAL_ADMIN))
]
Agent = Annotated[Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.NATIONAL_ADMIN))]
Manager = Annotated[Officer, Depends(in_role(Role.COORDINATOR, Role.NATIONAL_ADMIN))]

MANAGERS = frozenset({Role.COORDINATOR, Role.NATIONAL_ADMIN})
"""Who may register web hooks and renew their secrets."""


def _shell(request: Request) -> Shell:
    shell: Shell = request.app.state.shell
    return shell


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


CurrentShell = Annotated[Shell, Depends(_shell)]
CurrentDatabase = Annotated[Database, Depends(_database)]


def actor_of(officer: Officer) -> str | None:
    """The agency an officer speaks for, as in the API; None for whoever only reads."""
    if officer.role is Role.SUPERVISOR:
        return None
    return NATIONAL if officer.role is Role.NATIONAL_ADMIN else officer.agency


def may_see(officer: Officer, code: str) -> bool:
    """Whether an agency is the officer's own or lies below it; whoever has none sees all."""
    scope = None if officer.role is Role.NATIONAL_ADMIN else officer.agency
    return scope is None or code == scope or code.startswith(f"{scope}.")


def said(request: Request, words: tuple[str, str]) -> str:
    """One of two languages, as the reader chose."""
    return words[language_of(request) == "en"]
