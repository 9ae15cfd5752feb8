"""Errors as pages, for people; applications go on reading problem+json."""

import json
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.web.pages.shell import Shell
from shared.web.problems import Problem

FOR_MACHINES = ("/v1/", "/open311/", "/health/", "/metrics", "/openapi")
Handler = Callable[[Request, Exception], Awaitable[Response]]


def install_page_errors(app: FastAPI, shell: Shell) -> None:
    """Wrap the handlers that make problems: the same status and words, in the shell."""
    for kind in (Problem, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _shown(app.exception_handlers[kind], shell))  # type: ignore[arg-type]


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, and not for something that machines read."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(FOR_MACHINES)


def _shown(answer: Handler, shell: Shell) -> Handler:
    async def shown(request: Request, error: Exception) -> Response:
        problem = await answer(request, error)
        if not wants_page(request):
            return problem
        return error_page(shell, request, problem)

    return shown


def error_page(shell: Shell, request: Request, problem: Response) -> Response:
    """The page for a problem's answer."""
    told = json.loads(bytes(problem.body))
    kept = {name: value for name, value in problem.headers.items() if name == "retry-after"}
    return shell.page(request, "error.html", problem.status_code, kept, problem=told)
