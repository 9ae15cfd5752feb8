"""Who may look at the calendar's pages and who may amend: the roles that the API asks for."""

from typing import Annotated

from fastapi import Depends

from shared.security.tokens import Officer, Role
from shared.web.pages.officers import HOME, in_role

CALENDAR = f"{HOME}/kalender"
DAYS = f"{CALENDAR}/hari"
LIMITS = f"{CALENDAR}/batas"
AMENDED = f"{CALENDAR}/perubahan"
CLOCKS = f"{HOME}/tenggat"

Reader = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.OPERATOR))]
Admin = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN))]


def may_amend(officer: Officer) -> bool:
    """An amendment binds the nation: only its administrator."""
    return officer.role is Role.NATIONAL_ADMIN
