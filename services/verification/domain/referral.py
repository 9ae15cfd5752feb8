"""What the Ombudsman is given about a case, once its reporter has agreed. Holds nobody's identity.

The Ombudsman asks the reporter who they are (UU 37/2008, art. 24), or asks for a reveal by two officers.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.verification.domain.case import Case
from services.verification.domain.inspection import Stored

KIND = "lapor-referral/1"


class NotReferable(Exception):
    """What stands against it, in two languages."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message, self.message_en = message, message_en


def must_be_referable(case: Case) -> None:
    """Raises NotReferable."""
    if not case.escalated:
        raise NotReferable(
            "Instansi masih punya waktu; penerusan ke Ombudsman belum ditawarkan kepada pelapor.",
            "The agency still has time; the Ombudsman has not been offered to the reporter yet.",
        )
    if case.referral is None:
        raise NotReferable(
            "Pelapor belum menyetujui penerusan ke Ombudsman.",
            "The reporter has not agreed to its going to the Ombudsman.",
        )


def package_of(
    case: Case, entries: Sequence[Stored], statement: str | None, officer: str, now: datetime
) -> dict[str, Any]:
    """Everything as JSON: the case, its facts as they were recorded with the hash of each, its evidence.

    `statement` is the newest signed root over the case's history, if there is one yet.
    """
    submission, referral = case.submission, case.referral
    assert submission is not None and referral is not None
    return {
        "kind": KIND,
        "made_at": now.isoformat(),
        "made_by": officer,
        "consent": {"given_at": referral.occurred_at.isoformat(), "not_in_court": referral.not_in_court},
        "case": {
            "tracking_id": submission.tracking_id,
            "filed_at": submission.occurred_at.isoformat(),
            "event_date": submission.event_date.isoformat() if submission.event_date else None,
            "channel": submission.channel.value,
            "status": case.status.value if case.status else None,
            "title": case.title,
            "text": case.text,
            "category": case.category,
            "classification": case.classification.value if case.classification else None,
            "place": case.place.model_dump(mode="json"),
            "anonymous": case.anonymous,
            "secret": case.secret,
            "objections": case.objections,
        },
        "agencies": [
            {
                "agency": leg.agency,
                "state": leg.state.value,
                "answered_at": leg.answered_at.isoformat() if leg.answered_at else None,
            }
            for leg in case.legs.values()
        ],
        "evidence": [one.model_dump(mode="json", exclude={"object_key"}) for one in case.evidence],
        "facts": [
            {
                "seq": one.seq,
                "type": one.link.type,
                "recorded_at": one.link.recorded_at.isoformat(),
                "hash": one.hash.hex(),
                "fact": json.loads(one.link.body),
            }
            for one in entries
        ],
        "root": statement,
    }
