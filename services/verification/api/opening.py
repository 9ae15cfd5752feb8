"""Opening a case: an officer sees it within the own scope, and a secret one is never read unnoticed."""

from typing import Any
from uuid import UUID

from services.verification import desk_store, store
from services.verification.domain.case import Case
from services.verification.domain.fold import fold
from services.verification.domain.scope import scope_of
from shared.db.database import Transaction
from shared.security.tokens import Officer
from shared.web.problems import not_found


async def open_case(tx: Transaction, officer: Officer, report_id: UUID) -> tuple[Any, Case]:
    """The case's row in the queue, and the case. Writes down who opened a secret one, for good.

    Raises a 404 problem outside the officer's scope.
    """
    row = await desk_store.find(tx, scope_of(officer), report_id)
    if row is None:
        raise not_found()
    case = fold(report_id, await store.entries(tx, report_id))
    if case.secret or row.sensitive:
        await desk_store.note_reading(tx, report_id, officer.id, officer.role)
    return row, case
