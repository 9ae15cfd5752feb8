"""Which files of a report people see: the reporter's own are the reporter's, an agency's are everybody's.

An agency's file is shown once a completion that names it is on record, and never before; cleared files only.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.moments import Moment


def reporters(files: Iterable[EvidenceFile]) -> tuple[EvidenceFile, ...]:
    """Without what agencies sent."""
    return tuple(file for file in files if file.leg_id is None)


def named_by(moment: Moment, files: Sequence[EvidenceFile]) -> list[EvidenceFile]:
    """What a completion shows of the work, in its order."""
    known = {str(file.evidence_id): file for file in files if file.state is EvidenceState.CLEARED}
    return [known[one] for one in moment.data.get("evidence", ()) if one in known]


def shown(files: Sequence[EvidenceFile], timeline: Iterable[Moment]) -> tuple[EvidenceFile, ...]:
    """Agencies' files that completions name."""
    return tuple({file.evidence_id: file for moment in timeline for file in named_by(moment, files)}.values())


def proof(moment: Moment, files: Sequence[EvidenceFile], shown_id: str) -> list[dict[str, Any]]:
    """The files of a completion as links on the report's page, for everyone who may read that page."""
    return [
        {
            "evidence_id": file.evidence_id,
            "content_type": file.clean_type,
            "size": file.clean_size,
            "url": f"/lacak/{shown_id}/bukti/{file.evidence_id}",
            "preview_url": f"/lacak/{shown_id}/bukti/{file.evidence_id}?bagian=preview"
            if file.preview_key
            else None,
        }
        for file in named_by(moment, files)
    ]
