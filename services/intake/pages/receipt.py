"""`/tanda-terima/{id}`: what a reporter keeps. The access code is on it for an hour after filing."""

from fastapi import APIRouter, Request, Response

from services.intake.accounts import store
from services.intake.api.access import CurrentDesk
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from services.intake.evidence.manifest import senders_manifest
from services.intake.filing import receipt_of
from services.intake.pages import access
from services.intake.pages.account.session import signed_in
from services.intake.pages.choices import place_name
from services.intake.pages.qr import qr_svg
from shared.security.codes import format_tracking_id
from shared.web.pages import Shell
from shared.web.pages.language import language_of

router = APIRouter(include_in_schema=False)


@router.get("/tanda-terima/{tracking_id}")
async def receipt(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """To read, print and keep."""
    tracked = await _mine(request, desk, tracking_id)
    shell: Shell = request.app.state.shell
    shown = format_tracking_id(tracked.report.tracking_id)
    return shell.page(
        request,
        "receipt.html",
        report=tracked.report,
        place=place_name(tracked.report.filing.place),
        tracking_id=shown,
        access_code=access.handed_over(request, desk, tracked.report.tracking_id),
        signature=receipt_of(tracked.report, desk.keys),
        address=_address(desk, shown),
        qr=qr_svg(_address(desk, shown)),
        max_files=desk.settings.evidence_max_files,
        files=len(tracked.own_files),
        sent=tracked.own_files,
        manifest=senders_manifest(desk.keys.receipt_key, tracked, desk.clock.now()),
        in_account=await _in_account(request, desk, tracked),
    )


@router.get("/tanda-terima/{tracking_id}/pdf")
async def receipt_pdf(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """The same as a file."""
    from services.intake.pages.pdf import receipt_as_pdf  # heavy, and seldom asked for

    tracked = await _mine(request, desk, tracking_id)
    shown = format_tracking_id(tracked.report.tracking_id)
    content = receipt_as_pdf(
        tracked.report,
        access_code=access.handed_over(request, desk, tracked.report.tracking_id),
        signature=receipt_of(tracked.report, desk.keys),
        address=_address(desk, shown),
        files=tracked.own_files,
        manifest=senders_manifest(desk.keys.receipt_key, tracked, desk.clock.now()),
        english=language_of(request) == "en",
    )
    headers = {"Content-Disposition": f'attachment; filename="tanda-terima-{shown}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def _mine(request: Request, desk: Desk, tracking_id: str) -> Tracked:
    async with desk.database.reading() as tx:
        return access.require_owner(await access.open_page(tx, request, desk, tracking_id))


async def _in_account(request: Request, desk: Desk, tracked: Tracked) -> bool:
    session = signed_in(request, desk)
    if session is None:
        return False
    async with desk.database.reading() as tx:
        return await store.has(tx, session, tracked.report.report_id)


def _address(desk: Desk, shown_id: str) -> str:
    return f"{desk.settings.public_url.rstrip('/')}/lacak/{shown_id}"
