"""An agency's HTTP server, as a process of its own: keeps what it was sent, answers as it is told.

`GET /_seen` lists the requests; `POST /_answer` sets {"status", "delay", "headers", "body"} for a path.
"""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from typing import Any

import httpx

ANSWERS: dict[str, dict[str, Any]] = {}
SEEN: list[dict[str, Any]] = []


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            method, path, _ = line.decode("latin-1").split(" ", 2)
            headers = {}
            while (header := (await reader.readline()).decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status, more, content = await _answer(method, path, headers, body)
            head = "".join(f"{name}: {value}\r\n" for name, value in more.items())
            writer.write(
                f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
            )
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, ValueError):
        pass
    finally:
        writer.close()


async def _answer(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict, bytes]:
    if path == "/_seen":
        return 200, {}, json.dumps(SEEN).encode()
    if path == "/_answer":
        told = json.loads(body)
        ANSWERS[told.pop("path")] = told
        return 200, {}, b"{}"
    SEEN.append({"method": method, "path": path, "headers": headers, "body": body.decode("latin-1")})
    bare = path.partition("?")[0]
    told = ANSWERS.get(bare, {})
    await asyncio.sleep(told.get("delay", 0))
    return told.get("status", 200), told.get("headers", {}), str(told.get("body", "ok")).encode()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class HookServer:
    """The server as a test sees it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._client = httpx.AsyncClient(base_url=self.url, trust_env=False)

    async def answers(self, path: str, **how: Any) -> None:
        await self._client.post("/_answer", json={"path": path, **how})

    async def seen(self, path: str) -> list[dict[str, Any]]:
        listed = (await self._client.get("/_seen")).json()
        return [one for one in listed if one["path"].partition("?")[0] == path]

    async def wait_for(self, path: str, count: int, seconds: float = 40.0) -> list[dict[str, Any]]:
        async with asyncio.timeout(seconds):
            while len(found := await self.seen(path)) < count:
                await asyncio.sleep(0.02)
        return found

    async def close(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def hook_server():
    """Start the process; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.hook_server", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        server = HookServer(int(await process.stdout.readline()))
        yield server
        await server.close()
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_main())
