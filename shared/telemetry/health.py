"""Deep health: liveness asks nothing, readiness asks the database and the broker; and the metrics."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.messaging.failures import reason_of

Check = Callable[[], Awaitable[None]]
"""Raises if what it asks does not answer."""


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    """Alive, ready by these checks, and metrics; none of them through the gateway."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        answers: dict[str, str] = {}
        for name, check in checks.items():
            try:
                await check()
                answers[name] = "ok"
            except Exception as error:
                answers[name] = reason_of(error)
        good = all(answer == "ok" for answer in answers.values())
        return JSONResponse(
            {"status": "ready" if good else "not ready", "checks": answers}, 200 if good else 503
        )

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
