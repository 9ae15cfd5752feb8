"""Files a report for whoever is in front of the form: into their account if they are signed in to one."""

from fastapi import Request

from services.intake.accounts.sessions import Session
from services.intake.api.filing import filed_once
from services.intake.channels.web import ReportInput
from services.intake.desk import Desk
from services.intake.pages.account.session import signed_in
from shared.web.problems import Problem


async def file_as_asked(
    request: Request, desk: Desk, report: ReportInput, key: str
) -> tuple[str, Session | None]:
    """The answer, as `filed_once` gives it, and the session of the account it went into. Raises its problems.

    An anonymous report goes into no account: its list is a way from a contact to the report. Where a session
    has ended meanwhile, the report is filed all the same; it can be claimed later.
    """
    session = None if report.anonymous else signed_in(request, desk)
    try:
        return await filed_once(desk, report, key, session), session
    except Problem as problem:
        if session is None or problem.code != "session-over":
            raise
        return await filed_once(desk, report, key), None
