"""After a file for a completion was sent by a form: what came of it, and the way back with what was typed."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.view import evidence_view
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.web.pages import Shell
from shared.web.pages.language import language_of
from shared.web.problems import Problem, not_found

PATIENCE = 8.0
"""Seconds for the check of a file: what an officer waits for rather than look again."""
NO_STORE = {"Cache-Control": "no-store"}
_KEPT = frozenset({"versi", "kiriman", "text", "tuntas-text", "tuntas-alasan"})
"""Of the forms that complete a leg, beside the files that are there already."""
_FILE = "tuntas-bukti-"


def number_of(tracking_id: str) -> str:
    """As people read it. Raises a 404 problem."""
    try:
        return format_tracking_id(parse_tracking_id(tracking_id))
    except InvalidTrackingId:
        raise not_found() from None


def handed_back(
    request: Request,
    typed: Mapping[str, str],
    came: EvidenceFile | Problem,
    **context: Any,
) -> Response:
    """`context`: the `layout`, the `number`, and `back`, where the form is sent."""
    shell: Shell = request.app.state.shell
    kept = {name: value for name, value in typed.items() if name in _KEPT or name.startswith(_FILE)}
    problem = came if isinstance(came, Problem) else None
    file = came if isinstance(came, EvidenceFile) else None
    if file is not None and file.reason is None:
        kept[f"{_FILE}{file.evidence_id}"] = "1"
    words = None
    if problem is not None:
        words = problem.detail_en if language_of(request) == "en" else problem.detail
    return shell.page(
        request,
        "handed_back.html",
        problem.status if problem else 200,
        headers=NO_STORE,
        file=evidence_view(file) if file else None,
        words=words,
        kept=kept,
        **context,
    )
