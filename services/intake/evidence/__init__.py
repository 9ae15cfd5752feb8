"""The path of a reporter's file: received into quarantine, checked by a worker, shown as a clean copy."""

from services.intake.evidence.desk import EvidenceDesk, Kept
from services.intake.evidence.refusals import (
    CaseEnded,
    SentByOthers,
    TooManyBytes,
    TooManyFiles,
    TooMuchToday,
)

__all__ = [
    "CaseEnded",
    "EvidenceDesk",
    "Kept",
    "SentByOthers",
    "TooManyBytes",
    "TooManyFiles",
    "TooMuchToday",
]
