"""`/laporan`: public reports, newest first, to read and search. Only the masked copy is looked at."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from services.intake import listing
from services.intake.api.access import CurrentDesk
from services.intake.desk import Desk
from services.intake.domain.follows import area_of
from services.intake.pages.case import Complaint
from services.intake.pages.choices import categories, category_name
from services.intake.pages.keepsakes import FOLLOWS
from shared.contracts import CaseStatus
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.web.pages import Shell
from shared.web.pages.names import provinces, region_name
from shared.web.problems import not_found

router = APIRouter(include_in_schema=False)

_LONGEST = 100
_LISTED = {one.value: (one.label, one.label_en) for one in CaseStatus if one is not CaseStatus.WITHDRAWN}
"""What a reporter took back is in no list."""


class Asked(BaseModel):
    """As the form of the page sends it; empty is anything."""

    model_config = ConfigDict(extra="ignore")
    q: str = ""
    wilayah: str = ""
    topik: str = ""
    status: str = ""
    instansi: str = ""
    sebelum: str = ""

    @property
    def words(self) -> str:
        return " ".join(self.q.replace("\0", " ").split())[:_LONGEST]

    @property
    def area(self) -> str | None:
        """What can be followed of it; None if it is not narrowed to a topic or a region."""
        return area_of(self.topik, self.wilayah) if self.topik or self.wilayah else None

    @property
    def kept(self) -> dict[str, str]:
        """What the next page asks, too."""
        named = self.model_dump(include={"wilayah", "topik", "status", "instansi"})
        return {name: value for name, value in {"q": self.words, **named}.items() if value}


@router.get("/laporan")
async def public_reports(request: Request, desk: CurrentDesk, asked: Annotated[Asked, Query()]) -> Response:
    """A tracking id in the search goes straight to its report."""
    try:
        return RedirectResponse(f"/lacak/{format_tracking_id(parse_tracking_id(asked.words))}", 303)
    except InvalidTrackingId:
        return await list_page(request, desk, asked)


async def list_page(
    request: Request, desk: Desk, asked: Asked, complaint: Complaint | None = None, status: int = 200
) -> Response:
    """Also with what was wrong with a contact that wants to follow what is listed."""
    page = await listing.find(desk.database, _search(asked))
    shell: Shell = request.app.state.shell
    more = {**asked.kept, "sebelum": _as_text(page.more)} if page.more else None
    return shell.page(
        request,
        "listed.html",
        status,
        complaint=complaint,
        said=request.query_params.get("tersimpan"),
        push_key=desk.settings.push_public_key,
        told_here=asked.area in FOLLOWS.read(request, desk),
        rows=page.rows,
        chosen=asked.model_copy(update={"q": asked.words}),
        searching=bool(asked.kept),
        first=not asked.sebelum,
        more="?" + urlencode(more) if more else None,
        again="/laporan" + ("?" + urlencode(asked.kept) if asked.kept else ""),
        shown_id=format_tracking_id,
        category_name=category_name,
        region_name=region_name,
        status_labels=_LISTED,
        categories=categories(),
        provinces=provinces(),
    )


def _search(asked: Asked) -> listing.Search:
    """An unknown status is none; whatever else is unknown finds nothing."""
    region = _short(asked.wilayah) or ""
    return listing.Search(
        words=asked.words or None,
        status=asked.status if asked.status in set(CaseStatus) else None,
        category=_short(asked.topik),
        province=region if region and "." not in region else None,
        city=region if "." in region else None,
        agency=_short(asked.instansi),
        before=_cursor(asked.sebelum) if asked.sebelum else None,
    )


def _short(text: str) -> str | None:
    return text.replace("\0", "")[:_LONGEST] or None


def _as_text(cursor: tuple[datetime, UUID]) -> str:
    return urlsafe_b64encode(f"{cursor[0].isoformat()} {cursor[1]}".encode()).decode()


def _cursor(text: str) -> tuple[datetime, UUID]:
    """Raises a 404 problem for anything that is not an address we gave."""
    try:
        at, _, report_id = urlsafe_b64decode(text[:200]).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC), UUID(report_id)
    except (ValueError, OverflowError):
        raise not_found() from None
