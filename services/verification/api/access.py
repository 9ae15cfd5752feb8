"""Who may do what at the desk, and with which cases."""

from typing import Annotated

from fastapi import Depends

from services.verification.domain.scope import Scope, scope_of
from shared.security.officers import require
from shared.security.tokens import Officer, Role

Reader = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.COORDINATOR, Role.SUPERVISOR))]
Verifier = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.COORDINATOR))]
"""Both levels: they complete a report and send it out. A coordinator does so within its own government."""
NationalAdmin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
"""Ends a case without an agency, or on its behalf: nobody does that to a complaint about themselves."""
Overseer = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.SUPERVISOR, Role.AUDITOR))]
"""May see who has read what."""
Operator = Annotated[Officer, Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))]
"""Looks after the machinery, and sees no report."""

__all__ = ["NationalAdmin", "Operator", "Overseer", "Reader", "Scope", "Verifier", "scope_of"]
