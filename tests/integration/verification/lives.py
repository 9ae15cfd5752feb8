"""What becomes of a case after it was filed, as the services say it."""

from datetime import timedelta
from uuid import uuid5

from shared import contracts as c


def supplemented(report_id, at, text="Di Jalan Melati."):
    return c.ReportSupplemented(report_id=report_id, occurred_at=at, text=text)


def legs_life(report_id, at, agency="35.3578.dishub"):
    """A case that is verified, sent out, completed and accepted, a minute a fact."""
    common = {"report_id": report_id, "leg_id": uuid5(report_id, agency), "agency": agency, "leg_version": 1}
    words = {"tracking_id": "K7MQ3XW001", "agency_name": "Dinas Perhubungan", "text": "Sudah diperbaiki."}
    kind = {"classification": c.Classification.ASPIRATION, "category": "Lainnya"}
    shown = {"title": "Lampu", "anonymous": False, "secret": False, "case_version": 2}
    made = [
        c.CaseVerified(
            report_id=report_id, tracking_id="K7MQ3XW001", text="Padam.", occurred_at=at, **kind, **shown
        ),
        c.DispositionCreated(**common, **words, **kind, **shown, zone="WIB", occurred_at=at),
        c.DispositionAcknowledged(**common, occurred_at=at),
        c.DispositionCompleted(**common, **words, occurred_at=at),
        c.ReportAccepted(report_id=report_id, occurred_at=at),
    ]
    return [f.model_copy(update={"occurred_at": at + timedelta(minutes=n)}) for n, f in enumerate(made, 1)]
