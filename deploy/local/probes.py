"""Cheap questions to a loopback port, asked many times a second while something starts. Never raises."""

import asyncio

HOST = "127.0.0.1"
SECONDS = 5.0


async def answers(port: int) -> bool:
    """Whether something accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


async def http_status(port: int, path: str) -> int | None:
    """The status of one GET, or None if nothing answers in HTTP within five seconds."""
    try:
        return await asyncio.wait_for(_get(port, path), SECONDS)
    except (OSError, ValueError, IndexError, TimeoutError):
        return None


async def _get(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
