"""A file of a report as intake knows it: where it stands, what was received, and what others may be shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.labelled import Labelled
from shared.storage.cleaning.refused import Reason

VIDEO = "video/mp4"


class EvidenceState(Labelled):
    """`pending` until the worker has looked at the file; the other two are final."""

    PENDING = "pending", "Sedang diperiksa", "Being checked"
    CLEARED = "cleared", "Diterima", "Accepted"
    REJECTED = "rejected", "Ditolak", "Refused"


@dataclass(frozen=True)
class ForLeg:
    """Whose work a file shows: an agency sends it as evidence for one of its legs."""

    leg_id: UUID
    agency: str


@dataclass(frozen=True)
class EvidenceFile:
    """`content_type`, `size` (bytes) and `sha256` are those of the file as received."""

    evidence_id: UUID
    state: EvidenceState
    content_type: str
    size: int
    uploaded_at: datetime
    object_key: str
    """Of the derivative, which exists once the file is cleared."""
    sha256: str | None = None
    """None of a resumable upload until it has been read whole."""
    quarantine_key: str | None = None
    original_key: str | None = None
    preview_key: str | None = None
    clean_type: str | None = None
    clean_size: int | None = None
    clean_sha256: str | None = None
    reason: Reason | None = None
    sealed_capture: str | None = None
    settled_at: datetime | None = None
    leg_id: UUID | None = None
    """Of an agency's file; None: the reporter's own, or added for the reporter."""
    agency: str | None = None

    def sent_for(self, leg: ForLeg | None) -> bool:
        """Whether it counts among the files of this leg, or without one, among the reporter's."""
        return self.leg_id == (leg.leg_id if leg else None)


@dataclass(frozen=True)
class EvidenceLimits:
    """Bytes and numbers of one deployment."""

    file_bytes: int
    video_bytes: int
    report_files: int
    """Of the reporter; an agency may send as many for each of its legs. Bytes likewise."""
    report_bytes: int
    reporter_files: int
    """In one day, over all reports that left the same contact; bytes likewise."""
    reporter_bytes: int

    def of(self, content_type: str | None) -> int:
        """Of one file; while its type does not show yet, the most that any may have."""
        if content_type is None:
            return max(self.file_bytes, self.video_bytes)
        return self.video_bytes if content_type == VIDEO else self.file_bytes
