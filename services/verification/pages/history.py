"""A case's history as lines to read: when, what, who, in whose words, and what became of it."""

from typing import Any

from services.verification.domain.case import Case
from services.verification.domain.deadline import ZONE
from services.verification.pages.words import STATUSES, STEPS
from shared.contracts import DispositionCompleted, Fact, ReportSubmitted
from shared.web.pages.names import agency_name

_WORDS = ("text", "question", "explanation", "reason")
"""Where facts hold somebody's words; the first that is there."""


def history_of(case: Case) -> list[dict[str, Any]]:
    """The latest first."""
    lines = []
    for step in reversed(case.history):
        entry, fact = step.entry, step.entry.fact
        agency = getattr(fact, "agency", None)
        lines.append(
            {
                "at": entry.at.astimezone(ZONE.tz),
                "what": STEPS.get(fact.type, (fact.type, fact.type)),
                "officer": entry.officer,
                "agency": agency_name(agency) if isinstance(agency, str) else None,
                "note": entry.note,
                "words": _words(fact),
                "shows": fact.evidence if isinstance(fact, DispositionCompleted) else (),
                "without": getattr(fact, "without_evidence", None),
                "after": STATUSES[step.after] if step.after and step.after != step.before else None,
                "refused": step.refused,
            }
        )
    return lines


def _words(fact: Fact) -> str | None:
    """The report itself is on the page already, and a verified case repeats it."""
    if isinstance(fact, ReportSubmitted) or fact.type in {"case.verified", "disposition.created"}:
        return None
    return next((str(words) for name in _WORDS if (words := getattr(fact, name, None))), None)
