"""A LAPOR's public API, as commands call it: the embedded stack's gateway, or the one that was named."""

import os
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Self

import httpx
import typer

from deploy.cli.problems import Problem
from deploy.cli.target import token_key
from deploy.cli.tokens import sign
from deploy.demo.place import describe_refusal
from deploy.local import detached, state
from shared.security.tokens import Officer, Role

GatewayUrl = Annotated[
    str | None,
    typer.Option(
        "--gateway",
        envvar="LAPOR_GATEWAY_URL",
        help="A LAPOR that runs elsewhere, e.g. https://lapor.example. Without it: the embedded stack.",
        show_default=False,
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="LAPOR_TOKEN",
        help="An officer's token. Without it one is signed with LAPOR_TOKEN_PRIVATE_KEY, "
        "or with the embedded stack's key.",
        show_default=False,
    ),
]


class Gateway:
    """Calls one LAPOR. Every refusal is a Problem that tells what its answer said."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url, self.signed_in = url, token is not None
        self._http = httpx.Client(base_url=url, headers=headers, timeout=300, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """The answer's JSON; what is None in the query is left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._call("GET", path, params=given)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("PATCH", path, json=body)

    def put(self, path: str, body: dict[str, Any]) -> None:
        self._answer("PUT", path, json=body)

    def download(self, path: str) -> str:
        """The answer's text, e.g. a table."""
        return self._answer("GET", path).text

    def upload(self, path: str, content: bytes, content_type: str, **query: Any) -> Any:
        """Send a file; the answer's JSON."""
        headers = {"Content-Type": content_type}
        return self._call("POST", path, content=content, headers=headers, params=query)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        return self._answer(method, path, **more).json()

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Problem(f"{self.url} does not answer: {error or type(error).__name__}.") from error
        if answer.is_success:
            return answer
        hint = " Give one with --token." if answer.status_code == httpx.codes.UNAUTHORIZED else ""
        raise Problem(f"{describe_refusal(answer.text)}{hint}")


def gateway(
    folder: Path, url: str | None, token: str | None, role: Role, officer: str = "petugas"
) -> Gateway:
    """The gateway that was named, else the embedded stack's, as an officer of `role` where a key is at hand.

    Raises Problem if none was named and none runs.
    """
    if url is not None:
        if token is None and os.environ.get("LAPOR_TOKEN_PRIVATE_KEY"):
            token = _sign(folder, role, officer)
        return Gateway(url, token)
    if not state.holder_of(folder):
        raise Problem(
            f"No embedded stack runs in {folder}: start one with `lapor up`, or name a LAPOR with --gateway."
        )
    return Gateway(detached.addresses(folder).gateway_url, token or _sign(folder, role, officer))


def _sign(folder: Path, role: Role, officer: str) -> str:
    return sign(token_key(folder), Officer(officer, role), timedelta(minutes=10))
