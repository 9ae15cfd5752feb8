"""Who may open which of these pages: the roles of the API's calls. And words that all of them use."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import ValidationError
from uuid_utils.compat import uuid7

from services.intake.api.reveals import APPROVERS, ASKERS, AUDITORS
from services.intake.pages.typed import sentence
from shared.security.tokens import Officer, Role
from shared.web.pages import Form, Shell
from shared.web.pages.desk import NO_STORE, Words, said
from shared.web.pages.officers import in_role
from shared.web.problems import FieldError
from shared.web.validation import field_error

IDENTITIES = "/petugas/identitas"

Asker = Annotated[Officer, Depends(in_role(*ASKERS))]
Approver = Annotated[Officer, Depends(in_role(*APPROVERS))]
Auditor = Annotated[Officer, Depends(in_role(*AUDITORS))]
Reader = Annotated[Officer, Depends(in_role(*ASKERS, *AUDITORS))]
FileReader = Annotated[
    Officer, Depends(in_role(Role.NATIONAL_ADMIN, Role.SUPERVISOR, Role.COORDINATOR, Role.LIAISON))
]


def page(request: Request, template: str, officer: Officer, status: int = 200, **context: Any) -> Response:
    """What officers read here stays in no cache."""
    shell: Shell = request.app.state.shell
    return shell.page(request, template, status, headers=NO_STORE, officer=officer, **context)


def sent_id(form: Form) -> UUID:
    """The id of this very form, however often it comes."""
    try:
        return UUID(form["kiriman"])
    except ValueError:
        return uuid7()


def wrong(error: ValidationError) -> list[FieldError]:
    return [field_error(one) for one in error.errors()]


def told(
    request: Request, errors: Iterable[FieldError], fields: dict[str, tuple[str, Words]]
) -> dict[str, str]:
    """Whole sentences by the form's own names; `fields` gives name and label by the API's."""
    found: dict[str, str] = {}
    for error in errors:
        name, label = fields.get(error.field, (error.field, (error.field, error.field)))
        words = sentence(label[0], error.message), sentence(label[1], error.message_en)
        found.setdefault(name, said(request, words))
    return found
