"""Who may look at the desk's pages, and for whom an officer acts. What is seen is limited in the query."""

from typing import Annotated

from fastapi import Depends

from services.routing.domain.agencies import NATIONAL
from shared.security.tokens import Officer, Role
from shared.web.pages.officers import in_role

DESK = "/petugas/disposisi"
AGENCY = "/petugas/instansi"
INSPECTION = "/petugas/pengawasan"

Reader = Annotated[
    Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.SUPERVISOR, Role.NATIONAL_ADMIN))
]
Agent = Annotated[Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.NATIONAL_ADMIN))]
Manager = Annotated[Officer, Depends(in_role(Role.COORDINATOR, Role.NATIONAL_ADMIN))]

MANAGERS = frozenset({Role.COORDINATOR, Role.NATIONAL_ADMIN})
"""Who may register web hooks and renew their secrets."""


def actor_of(officer: Officer) -> str | None:
    """The agency an officer speaks for, as in the API; None for whoever only reads."""
    if officer.role is Role.SUPERVISOR:
        return None
    return NATIONAL if officer.role is Role.NATIONAL_ADMIN else officer.agency


def may_see(officer: Officer, code: str) -> bool:
    """Whether an agency is the officer's own or lies below it; whoever has none sees all."""
    scope = None if officer.role is Role.NATIONAL_ADMIN else officer.agency
    return scope is None or code == scope or code.startswith(f"{scope}.")
