"""What tests of evidence share: sending files, having them checked, officers, and a look into the buckets."""

import asyncio
import os
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from minio import Minio

from deploy.local.environment import service_environment
from services.intake.evidence.assembly import evidence_worker
from shared.security.tokens import Officer, Role, issue

BUCKETS = ("lapor-quarantine", "lapor-originals", "lapor-evidence")
TUS = {"Tus-Resumable": "1.0.0"}
PATCH = {**TUS, "Content-Type": "application/offset+octet-stream"}


def s3_of(stack: Any) -> Minio:
    store = stack.s3
    return Minio(store.endpoint, store.access_key, store.secret_key, secure=False, region="us-east-1")


def objects_of(stack: Any) -> set[tuple[str, str]]:
    """Every object in the three buckets."""
    client = s3_of(stack)
    return {(b, str(o.object_name)) for b in BUCKETS for o in client.list_objects(b, recursive=True)}


async def send(intake: Any, filed: Any, content: Any, content_type: str = "") -> httpx.Response:
    headers = {**filed.code, "Content-Type": content_type or "application/octet-stream"}
    return await intake.http.post(f"{filed.url}/evidence", content=content, headers=headers)


async def sent(intake: Any, filed: Any, content: bytes) -> str:
    """Send a file that is taken; returns its id."""
    answer = await send(intake, filed, content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["evidence_id"])


async def check(intake: Any) -> int:
    """Check what waits, as the worker does."""
    desk = intake.desk
    return await evidence_worker(desk.settings, desk.evidence, desk.keys).check_waiting()


async def files(intake: Any, filed: Any) -> list[dict[str, Any]]:
    answer = await intake.http.get(f"{filed.url}/evidence", headers=filed.code)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["files"])


def token(keys: dict[str, str], role: Role, agency: str | None = None) -> dict[str, str]:
    officer = Officer(id=f"petugas-{role}", role=role, agency=agency)
    issued = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))
    return {"Authorization": f"Bearer {issued}"}


async def announce(http: Any, filed: Any, length: int, kind: str = "image/jpeg") -> httpx.Response:
    metadata = f"filename {b64encode(b'nama.jpg').decode()},filetype {b64encode(kind.encode()).decode()}"
    headers = {**filed.code, **TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
    return await http.post(f"{filed.url}/evidence/uploads", headers=headers)


@asynccontextmanager
async def killable_intake(stack: Any) -> AsyncIterator[tuple[str, Callable[[], Any]]]:
    """A real intake process on the stack's servers, and how to kill it at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**service_environment("intake", stack), "LAPOR_HTTP_PORT": str(port), "LAPOR_ROLES": "api"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.intake", env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    async def kill() -> None:
        if process.returncode is None:
            process.kill()
        await process.wait()

    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url) as http, asyncio.timeout(60):
            while True:
                try:
                    if (await http.get("/health/ready")).status_code == 200:
                        break
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
        yield url, kill
    finally:
        await kill()
