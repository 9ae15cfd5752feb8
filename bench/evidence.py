"""A large video through the gateway into a real intake process, beside a plain S3 put of the same file.

Both go to the same store in one run, so that only their ratio matters; memory is the intake process's own.
"""

import asyncio
import http.client
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import psutil
import typer
import uvloop
from minio import Minio

from bench.results import Result, show
from deploy.local.stack import Stack

SHARE = 0.60
"""Of the speed of a plain put."""
GROWTH_MB = 64.0
MEGABYTE = 1_000_000
BLOCK = 1024 * 1024
REPORT = {
    "title": "Rekaman pungutan liar di jembatan timbang",
    "text": "Rekaman panjang dari kamera mobil yang memperlihatkan pungutan liar kepada setiap sopir truk.",
}


async def run(megabytes: int, rounds: int, folder: Path) -> list[Result]:
    async with Stack(folder, services=("intake",), fresh=True) as stack:
        path = stack.folder / "video.mp4"
        try:
            await asyncio.to_thread(write_video, path, megabytes * MEGABYTE)
            return await measure(stack, path, rounds)
        finally:
            path.unlink(missing_ok=True)
            for bucket in ("bench", "lapor-quarantine", "lapor-originals", "lapor-evidence"):
                shutil.rmtree(stack.folder / "data/s3" / bucket, ignore_errors=True)


async def measure(stack: Stack, path: Path, rounds: int) -> list[Result]:
    size = await asyncio.to_thread(lambda: path.stat().st_size / MEGABYTE)
    intake, worker = (psutil.Process(stack.pids(name)[0]) for name in ("intake", "intake-worker"))
    plain, growth = [], []
    speeds: dict[str, list[float]] = {"POST of the file": [], "tus PATCH of the file": []}
    ratios: dict[str, list[float]] = {name: [] for name in speeds}
    for _ in range(rounds):
        for name, send in (("POST of the file", post), ("tus PATCH of the file", patch)):
            # Each has a plain put just before it: other work on the machine comes and goes.
            plain.append(size / await asyncio.to_thread(timed, lambda: put(stack, path, "plain")))
            filed = await file(stack)
            before = memory(intake)
            with Watching(intake) as watching:
                seconds = await asyncio.to_thread(timed, partial(send, stack, filed, path))
            speeds[name].append(size / seconds)
            ratios[name].append(size / seconds / plain[-1])
            growth.append(watching.most - before)
            before = memory(worker)
            with Watching(worker) as watching:
                await cleared(stack, filed)
            growth.append(watching.most - before)
    return [
        Result("plain S3 put", statistics.median(plain), "MB/s"),
        *(
            Result(
                name, statistics.median(found), "MB/s", "plain put before it",
                statistics.median(ratios[name]), SHARE, statistics.median(ratios[name]) >= SHARE,
            )
            for name, found in speeds.items()
        ),
        Result("growth of intake while it comes", max(growth[::2]), "MB", "", None, GROWTH_MB,
               max(growth[::2]) < GROWTH_MB),
        Result("growth of its worker while it is checked", max(growth[1::2]), "MB", "", None, GROWTH_MB,
               max(growth[1::2]) < GROWTH_MB),
    ]  # fmt: skip


def write_video(path: Path, size: int) -> None:
    """An MP4 whose picture is noise: nothing on the way can make it smaller."""
    head = bytes.fromhex("0000001c66747970") + b"isom\0\0\2\0isomiso2mp41"
    movie = (8).to_bytes(4, "big") + b"moov"
    rest = size - len(head) - len(movie)
    noise = random_block()
    with path.open("wb") as target:
        target.write(head + movie + rest.to_bytes(4, "big") + b"mdat")
        left = rest - 8
        while left:
            left -= target.write(noise[: min(left, BLOCK)])


def random_block() -> bytes:
    import random

    return random.Random(1).randbytes(BLOCK)


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def put(stack: Stack, path: Path, name: str) -> None:
    """What the SDK does by itself, with its three uploads at once."""
    s3 = stack.s3
    client = Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False, region="us-east-1")
    if not any(bucket.name == "bench" for bucket in client.list_buckets()):
        client.make_bucket("bench")
    client.fput_object("bench", name, str(path), content_type="video/mp4")
    client.remove_object("bench", name)


def post(stack: Stack, filed: dict[str, str], path: Path) -> None:
    call(stack, "POST", evidence_of(filed), filed, path, {"Content-Type": "video/mp4"}, 201)


def patch(stack: Stack, filed: dict[str, str], path: Path) -> None:
    tus = {"Tus-Resumable": "1.0.0"}
    length = {"Upload-Length": str(path.stat().st_size)}
    url = call(stack, "POST", f"{evidence_of(filed)}/uploads", filed, None, {**tus, **length}, 201)
    headers = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    call(stack, "PATCH", url, filed, path, headers, 204)


def evidence_of(filed: dict[str, str]) -> str:
    return f"/v1/reports/{filed['tracking_id']}/evidence"


def call(
    stack: Stack, method: str, url: str, filed: dict[str, str], path: Path | None, headers: dict[str, str],
    expected: int,
) -> str:  # fmt: skip
    """One request with a file as its body; returns where the answer points."""
    gateway = urlsplit(stack.gateway_url)
    connection = http.client.HTTPConnection(
        gateway.hostname or "", gateway.port, timeout=600, blocksize=BLOCK
    )
    size = {"Content-Length": str(path.stat().st_size)} if path else {"Content-Length": "0"}
    sent = {"LAPOR-Access-Code": filed["access_code"], **size, **headers}
    try:
        if path is None:
            connection.request(method, url, headers=sent)
        else:
            with path.open("rb") as body:
                connection.request(method, url, body=body, headers=sent)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise RuntimeError(f"{method} answered {answer.status}: {text[:300]!r}")
        return answer.headers.get("Location", "")
    finally:
        connection.close()


async def file(stack: Stack) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=stack.gateway_url) as http_:
        return dict((await http_.post("/v1/reports", json=REPORT)).raise_for_status().json())


async def cleared(stack: Stack, filed: dict[str, str]) -> None:
    """Wait until the file has been checked."""
    headers = {"LAPOR-Access-Code": filed["access_code"]}
    async with httpx.AsyncClient(base_url=stack.gateway_url) as http_, asyncio.timeout(300):
        while True:
            found = (await http_.get(evidence_of(filed), headers=headers)).raise_for_status().json()
            if all(one["state"] == "cleared" for one in found["files"]):
                return
            await asyncio.sleep(0.25)


class Watching:
    """The most memory that a process has while this is open, looked at every 20 ms."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._over, self.most = process, threading.Event(), 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, memory(self._process))


def memory(process: psutil.Process) -> float:
    """Resident, in MB."""
    return process.memory_info().rss / MEGABYTE


def main(json: bool = False, megabytes: int = 1_000, rounds: int = 1) -> None:
    """A large video: speed beside a plain S3 put, and the memory it takes."""
    results = uvloop.run(run(megabytes, rounds, Path(".local/bench-evidence")))
    sys.exit(0 if show(f"A video of {megabytes} MB", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
