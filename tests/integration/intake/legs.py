"""A report on its way to an agency, as routing says it."""

from uuid import uuid4

from shared import contracts as c


async def leg(intake, filed, agency):
    """An agency is given a filed report; what its later words have in common."""
    about = {
        "report_id": filed.report_id, "occurred_at": intake.database.clock.now(), "leg_id": uuid4(),
        "agency": agency, "tracking_id": "x", "agency_name": "Dinas", "leg_version": 1,
    }  # fmt: skip
    await intake.hear(
        c.DispositionCreated(
            **about, zone="WIB", classification=c.Classification.SUPERVISION, category="pungli", title="t",
            text="t", anonymous=False, secret=False, case_version=2,
        )
    )  # fmt: skip
    return about
