"""What all addresses of GeoReport v2 have in common: errors of its own, and its one jurisdiction."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from services.intake.api.documents import problems
from services.intake.open311.catalogue import services
from services.intake.open311.documents import Format, Refused, refusal
from shared.web.problems import Problem

router = APIRouter(
    prefix="/open311/v2", tags=["open311"], default_response_class=Response, responses=problems(422)
)

Answer = Callable[[], Awaitable[Response]]


async def answered(form: Format, answer: Answer) -> Response:
    """GeoReport's own errors instead of problems, in the format that was asked for."""
    try:
        return await answer()
    except Refused as refused:
        return refusal(form, refused)
    except Problem as problem:
        told = [f"{error.field}: {error.message_en}" for error in problem.errors] or [problem.detail_en]
        return refusal(form, Refused(problem.status, *told))


def check_jurisdiction(given: str | None) -> None:
    if given is not None and given != services().jurisdiction:
        raise Refused(404, "jurisdiction_id provided was not found")
