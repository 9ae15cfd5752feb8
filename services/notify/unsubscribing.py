"""One click ends messages about a report (RFC 8058): links that carry their own proof, and where they lead.

The report's id and a keyed digest are all that is in a link. It can mute, and nothing else.
"""

import hmac
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.dialects import postgresql as pg

from services.notify import wishes
from services.notify.following import store as following
from shared.db.database import Transaction
from shared.security.keys import decode, derive_key, encode
from shared.web.plain import plain_page
from shared.web.problems import not_found

PATH = "/v1/notifications/unsubscribe"
_MAC_BYTES = 16

_MUTE = sa.text(
    """
    INSERT INTO wishes (report_id, version, language, muted, zone)
    SELECT report_id, 0, language, true, 'Asia/Jakarta' FROM contacts WHERE report_id = :report_id
    ON CONFLICT (report_id) DO UPDATE SET muted = true
    """
).bindparams(sa.bindparam("report_id", type_=pg.UUID(as_uuid=True)))
"""As version 0: whatever the reporter says of it later in the preferences counts again."""

_ASK, _DONE = "Berhenti menerima pesan?", "Tidak ada pesan lagi"
_QUESTION = """<p>Kami tidak akan lagi mengirim pesan tentang laporan ini. Laporannya tetap diproses.</p>
<p lang="en">We will send no more messages about this report. The report itself goes on.</p>
<form method="post"><button>Berhenti / Unsubscribe</button></form>"""
_UNKNOWN = "Tautan tidak dikenal"
_CUT = """<p>Tautan ini tidak lengkap. Buka lagi dari pesan kami, atau salin seluruh alamatnya.</p>
<p lang="en">This link is incomplete. Open it from our message again, or copy the whole address.</p>"""
_ANSWER = """<p>Anda tidak akan menerima pesan tentang laporan ini lagi. Laporannya tetap dapat dilihat.</p>
<p lang="en">You will get no more messages about this report. The report can still be read.</p>"""

router = APIRouter(prefix=PATH, tags=["notifications"])


class Unsubscribing:
    """Makes and reads links, with a key derived from the one that signs links to offices."""

    def __init__(self, link_key: Ed25519PrivateKey) -> None:
        self._key = derive_key(link_key.private_bytes_raw(), "unsubscribe/v1")

    def link(self, origin: str, report_id: UUID) -> str:
        return f"{origin}{PATH}/{encode(report_id.bytes + self._mac(report_id))}"

    def report_of(self, token: str) -> UUID | None:
        """The report whose messages a link ends; None if the link is not one of ours."""
        try:
            raw = decode(token)
        except ValueError:
            return None
        if len(raw) != _MAC_BYTES * 2:
            return None
        report_id = UUID(bytes=raw[:16])
        return report_id if hmac.compare_digest(raw[16:], self._mac(report_id)) else None

    def _mac(self, report_id: UUID) -> bytes:
        return hmac.new(self._key, report_id.bytes, sha256).digest()[:_MAC_BYTES]


async def mute(tx: Transaction, report_id: UUID) -> None:
    """Send nothing more about a report, and drop what is not sent yet. Of a follow nothing is kept."""
    if await following.is_follow(tx, report_id):
        await following.end(tx, report_id)
        return
    await tx.execute(_MUTE, {"report_id": report_id})
    await wishes.drop_muted(tx, [report_id])


@router.get("/{token}", response_class=HTMLResponse, include_in_schema=False)
async def ask(request: Request, token: str) -> HTMLResponse:
    """Asks first: programs that look at links in mails must not end anything."""
    known = _report(request, token) is not None
    return plain_page(_ASK, _QUESTION) if known else plain_page(_UNKNOWN, _CUT, 404)


@router.post("/{token}", response_class=HTMLResponse)
async def unsubscribe(request: Request, token: str) -> HTMLResponse:
    """Ends messages about one report: what a mail program's own button calls, without a further question."""
    report_id = _report(request, token)
    if report_id is None:
        raise not_found()
    async with request.app.state.database.transaction() as tx:
        await mute(tx, report_id)
    return plain_page(_DONE, _ANSWER)


def _report(request: Request, token: str) -> UUID | None:
    links: Unsubscribing | None = request.app.state.unsubscribing
    return links.report_of(token) if links and len(token) < 100 else None
