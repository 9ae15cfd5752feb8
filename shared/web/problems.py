"""Refusals as problem+json (RFC 9457): what is wrong, in which field, in Indonesian first and in English."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.messaging.failures import is_outage, reason_of, where
from shared.telemetry.logs import log
from shared.web.validation import MOST_ERRORS, FieldError, field_error

__all__ = [
    "FieldError",
    "Problem",
    "install_problem_handlers",
    "invalid",
    "not_found",
    "too_many",
    "unexpected",
    "validation_problem",
]


class Problem(Exception):
    """Raise it anywhere below the edge; `code` becomes the problem's `type` and never changes."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        detail_en: str,
        errors: Sequence[FieldError] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail_en)
        self.status, self.code, self.detail, self.detail_en = status, code, detail, detail_en
        self.errors, self.headers = tuple(errors or ()), dict(headers or {})

    def response(self) -> JSONResponse:
        body: dict[str, Any] = {
            "type": f"urn:lapor:problem:{self.code}",
            "title": TITLES.get(self.status, "Permintaan ditolak"),
            "status": self.status,
            "detail": self.detail,
            "detail_en": self.detail_en,
        }
        if self.errors:
            body["errors"] = [asdict(error) for error in self.errors]
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")


TITLES = {
    400: "Permintaan tidak dapat dibaca",
    401: "Perlu masuk",
    403: "Tidak berwenang",
    404: "Tidak ditemukan",
    405: "Cara akses tidak didukung",
    409: "Tidak dapat dilakukan sekarang",
    413: "Terlalu besar",
    415: "Jenis tidak diterima",
    422: "Isian belum benar",
    429: "Terlalu sering",
    500: "Kesalahan di pihak kami",
    503: "Layanan sedang terganggu",
}

NOT_FOUND = ("Tidak ditemukan, atau kode akses tidak cocok.", "Not found, or the access code does not match.")
"""The same words for a wrong code, an unknown id and a secret report: they cannot be told apart."""


def not_found() -> Problem:
    """The same for what is secret and for what does not exist, to the byte."""
    return Problem(404, "not-found", *NOT_FOUND)


def invalid(field: str, message: str, message_en: str) -> Problem:
    """A single wrong field."""
    return Problem(
        422,
        "invalid",
        "Ada isian yang perlu diperbaiki.",
        "A field needs correction.",
        [FieldError(field, message, message_en)],
    )


def too_many(retry_after: float) -> Problem:
    """429; `retry_after` is in seconds."""
    seconds = max(1, round(retry_after))
    return Problem(
        429,
        "too-many-requests",
        f"Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.",
        f"Too many requests. Try again in {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
    )


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Pydantic's errors, without the values."""
    status, code = (
        (400, "unreadable") if any(e["type"] == "json_invalid" for e in errors) else (422, "invalid")
    )
    return Problem(
        status,
        code,
        "Ada isian yang perlu diperbaiki.",
        "Some fields need correction.",
        [field_error(error) for error in errors[:MOST_ERRORS]],
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem+json."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, error: Problem) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def _validation(_: Request, error: RequestValidationError) -> JSONResponse:
        return validation_problem(error.errors()).response()

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 404:
            return not_found().response()
        title = TITLES.get(error.status_code, "Permintaan ditolak")
        headers = dict(error.headers or {})
        return Problem(error.status_code, "refused", title, str(error.detail), headers=headers).response()

    @app.exception_handler(Exception)
    async def _unexpected(_: Request, error: Exception) -> JSONResponse:
        return unexpected(error).response()


def unexpected(error: Exception) -> Problem:
    """An outage is a 503 to try again; anything else is our mistake, logged by its class alone."""
    if is_outage(error):
        return Problem(
            503,
            "outage",
            "Layanan sedang terganggu. Silakan coba lagi sebentar lagi.",
            "The service is disturbed. Please try again shortly.",
            headers={"Retry-After": "2"},
        )
    if _unwritable(error):
        log.warning("request_unwritable", reason=reason_of(error), where=where(error))
        return Problem(
            422,
            "invalid",
            "Ada isian yang tidak dapat disimpan: karakter NUL, atau angka atau tanggal di luar jangkauan.",
            "A value cannot be stored: a NUL character, or a number or date out of range.",
        )
    log.error("request_failed", error_type=type(error).__name__, reason=reason_of(error), where=where(error))
    return Problem(500, "internal", "Terjadi kesalahan di pihak kami.", "Something went wrong on our side.")


_UNWRITABLE = frozenset({"22000", "22003", "22008", "22021", "22P05"})
"""What PostgreSQL, or asyncpg before it, cannot write: a value its type cannot hold, a number or a moment out
of range, a NUL in text or in JSON.
"""


def _unwritable(error: Exception) -> bool:
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _UNWRITABLE
