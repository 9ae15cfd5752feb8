"""Files reports: one transaction writes them down, says so, and hands their contacts sealed to notify.

Everything a filing needs is computed before the transaction, which is two statements long for any number.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake.domain.report import Filing, Report, verification_deadline
from services.intake.filing_store import IdempotencyClaim, Prepared, Submission, insert_reports
from services.intake.keyring import Keyring
from shared.contracts import ContactRegistered, ReportSubmitted
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id, new_access_code, new_tracking_id
from shared.security.receipts import sign_receipt
from shared.security.sealing import Contact


def prepare(
    filing: Filing, contact: Contact | None, keys: Keyring, now: datetime, *, with_code: bool = True
) -> Prepared:
    """Give a filing its ids, deadline and receipt, and seal its contact.

    `with_code=False` where a channel cannot hand a code to its reporter: nothing opens such a report.
    """
    report_id = uuid7()
    tracking_id = new_tracking_id()
    deadline = verification_deadline(now)
    report = Report(report_id, tracking_id, filing, now, deadline, filing.secret)
    code = new_access_code() if with_code else None
    return Prepared(
        report=report,
        access_code=code,
        access_hash=keys.codes.hash(report_id, code) if code else None,
        sealed_contact=keys.sealer.seal(report_id, contact) if contact else None,
        sealed_identity=keys.identity_sealer.seal(report_id, contact) if contact else None,
        language=contact.language if contact else "id",
        receipt=receipt_of(report, keys),
        reporter_token=keys.reporter_token(contact) if contact and not filing.anonymous else None,
    )


async def file_report(
    tx: Transaction, prepared: Prepared, claim: IdempotencyClaim | None = None
) -> UUID | None:
    """Write the report and say it was submitted; None, and nothing done, if the claim's key was used."""
    filed = await file_reports(tx, [Submission(prepared, claim)])
    return next(iter(filed), None)


async def file_reports(tx: Transaction, submissions: Sequence[Submission]) -> set[UUID]:
    """The same for several, no two of them with the same key; returns which were filed."""
    filed = await insert_reports(tx, submissions)
    for one in submissions:
        if one.prepared.report.report_id in filed:
            tx.say(_submitted(one.prepared.report), one.traceparent)
            tx.say(_contact(one.prepared), one.traceparent)
    return filed


def _contact(prepared: Prepared) -> ContactRegistered:
    """Said for every report: whether somebody left a contact is nobody's business but notify's."""
    return ContactRegistered(
        report_id=prepared.report.report_id,
        occurred_at=prepared.report.filed_at,
        sealed=prepared.sealed_contact,
        language=prepared.language,
    )


def _submitted(report: Report) -> ReportSubmitted:
    filing = report.filing
    return ReportSubmitted(
        report_id=report.report_id,
        occurred_at=report.filed_at,
        tracking_id=report.tracking_id,
        channel=filing.channel,
        title=filing.title,
        text=filing.text,
        category=filing.category,
        classification=filing.classification,
        event_date=filing.event_date,
        place=filing.place,
        agency_hint=filing.agency_hint,
        anonymous=filing.anonymous,
        secret=filing.secret,
        answers=filing.answers or None,
    )


def receipt_of(report: Report, keys: Keyring) -> str:
    """The signed receipt. It says the same whenever it is made; its signature is of the key in use then."""
    place = report.filing.place
    return sign_receipt(
        keys.receipt_key,
        tracking_id=format_tracking_id(report.tracking_id),
        filed_at=report.filed_at,
        anonymous=report.filing.anonymous,
        description=report.filing.text,
        place=place.description or place.region,
        event_date=report.filing.event_date,
        channel=report.filing.channel,
        deadline=report.deadline,
    )
