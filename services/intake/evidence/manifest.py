"""The signed list of a report's files with their hashes: what was received, and what is shown of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.view import Tracked
from shared.security.codes import format_tracking_id
from shared.security.keys import SigningKey
from shared.security.receipts import sign_manifest


def signed_manifest(key: SigningKey, tracked: Tracked, now: datetime) -> str:
    """A compact JWS. `lapor receipt verify` checks it, and any file against it, without a network."""
    return sign_manifest(
        key,
        tracking_id=format_tracking_id(tracked.report.tracking_id),
        issued_at=now,
        files=[_listed(file) for file in tracked.evidence],
    )


def senders_manifest(key: SigningKey, tracked: Tracked, now: datetime) -> str | None:
    """The same for a receipt: of what the reporter sent alone. None as long as that is nothing."""
    if not tracked.own_files:
        return None
    return signed_manifest(key, replace(tracked, evidence=tracked.own_files), now)


def _listed(file: EvidenceFile) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "evidence_id": str(file.evidence_id),
        "received_at": file.uploaded_at.isoformat(),
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "state": file.state.value,
    }
    if file.reason is not None:
        listed["reason"] = file.reason.value
    if file.clean_sha256 is not None:
        listed["shown"] = {
            "content_type": file.clean_type, "size": file.clean_size, "sha256": file.clean_sha256,
        }  # fmt: skip
    return listed
