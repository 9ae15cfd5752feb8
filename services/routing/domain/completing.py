"""What a completion must hold: what was done, and for visible work what shows it, or why nothing does.

A file counts once it was checked, and for the leg it was sent for; the reporter's own files prove no work.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.routing.domain.leg import Docket, Leg
from services.routing.domain.refusal import without_substance
from services.routing.domain.text import plain
from shared.contracts import EvidenceAttached
from shared.text.substance import Gap, gaps


def evidence_of(docket: Docket, leg: Leg) -> list[EvidenceAttached]:
    """The files that a completion of this leg can name, earliest first."""
    return [file for file in docket.evidence.values() if file.leg_id == leg.leg_id]


def completion(  # noqa: PLR0917 - what a completion is made of
    docket: Docket, leg: Leg, text: str, named: Sequence[UUID], without_evidence: str | None, least: int
) -> dict[str, Any]:
    """What the fact says beyond whose leg it is. `least`: characters. Raises `Refused` with every gap."""
    said, reason = plain(text), plain(without_evidence or "") or None
    known = {file.evidence.evidence_id: file.evidence for file in evidence_of(docket, leg)}
    wanted = dict.fromkeys(named)
    faults = gaps(said, leg.created.category, named, reason)
    if len(said) < least:
        faults = [_short(least), *(fault for fault in faults if fault.field != "text")]
    if unknown := [evidence_id for evidence_id in wanted if evidence_id not in known]:
        faults.append(_unknown(unknown))
    if faults:
        raise without_substance(faults)
    files = tuple(known[evidence_id] for evidence_id in wanted)
    return {"text": said, "evidence": files, "without_evidence": None if files else reason}


def _short(least: int) -> Gap:
    return Gap(
        "text", f"jelaskan dalam paling sedikit {least} karakter", f"explain in {least} characters or more"
    )


def _unknown(ids: Sequence[UUID]) -> Gap:
    listed = ", ".join(str(evidence_id) for evidence_id in ids[:3])
    return Gap(
        "evidence",
        f"berkas ini bukan bukti untuk disposisi ini, atau belum selesai diperiksa: {listed}",
        f"no evidence of this disposition, or still being checked: {listed}",
    )
