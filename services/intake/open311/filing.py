"""Filing by GeoReport v2: only with a key that the operators gave an application."""

import hmac

from fastapi import Request, Response

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import JSON_BYTES, read_limited
from services.intake.api.filing import FiledReport, filed_once
from services.intake.desk import Desk
from services.intake.open311.documents import Format, Refused, Row, listing
from services.intake.open311.edge import answered, check_jurisdiction, router
from services.intake.open311.forms import as_form, report_of

_CODE_NOTE = "Simpan kode akses ini untuk membuka dan menjawab laporan Anda: {code}"
_MEDIA_NOTE = ". Berkas di media_url tidak diambil; kirim ke /v1/reports/{id}/evidence dengan kode akses itu."
_KEY_LENGTHS = range(8, 201)


@router.post("/requests.{form}", summary="File a request")
async def file_request(request: Request, desk: CurrentDesk, form: Format) -> Response:
    """Files a report. The answer's `service_notice` holds the access code, which is shown only once.

    A request that is sent again with the same `Idempotency-Key` and content gets the same answer.
    """

    async def answer() -> Response:
        raw = await read_limited(request, JSON_BYTES)
        given = as_form(raw, request.headers.get("content-type", ""))
        check_jurisdiction(given.get("jurisdiction_id"))
        application = _admit(desk, given.get("api_key") or request.query_params.get("api_key"))
        key = request.headers.get("idempotency-key")
        if key is not None and len(key) not in _KEY_LENGTHS:
            raise Refused(400, "Idempotency-Key has 8 to 200 characters")
        # One application's key is never another caller's.
        row = await _filed(desk, given, f"{application}:{key}" if key else None)
        return listing(form, "service_requests", "request", [row], 201)

    return await answered(form, answer)


def _admit(desk: Desk, key: str | None) -> str:
    """The application that a key was given to."""
    if not key:
        raise Refused(403, "api_key was not provided")
    given = key.encode(errors="replace")  # JSON may hold what is no text
    known = {name: secret for name, secret in desk.secrets.items() if name.partition(":")[0] == "open311"}
    # Every key is compared, so that the time taken tells nothing.
    names = [name for name, secret in known.items() if hmac.compare_digest(secret, given)]
    if not names:
        raise Refused(403, "api_key provided is not valid")
    return names[0]


async def _filed(desk: Desk, given: dict[str, str], key: str | None) -> Row:
    filed = FiledReport.model_validate_json(await filed_once(desk, report_of(given), key))
    notice = _CODE_NOTE.format(code=filed.access_code)
    if given.get("media_url"):
        notice += _MEDIA_NOTE.format(id=filed.tracking_id)
    return {"service_request_id": filed.tracking_id, "service_notice": notice, "account_id": None}
