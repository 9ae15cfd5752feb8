"""Who may open which of the desk's pages: the same roles that the API asks for."""

from typing import Annotated

from fastapi import Depends

from shared.security.tokens import Officer, Role
from shared.web.pages.officers import in_role

Reader = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.COORDINATOR, Role.SUPERVISOR))]
Verifier = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.COORDINATOR))]
NationalAdmin = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN))]
Overseer = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.SUPERVISOR, Role.AUDITOR))]
Manager = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.COORDINATOR))]
Recorder = Annotated[Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.COORDINATOR, Role.AUDITOR))]
"""May read what was done to an account."""
