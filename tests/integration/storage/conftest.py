"""The object store on a real S3 server of these tests' own, over a folder that can be looked into."""

import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.objectstore import wheel_binary
from shared.storage.minio_store import MinioStore

ACCESS, SECRET, BUCKET = "access-key", "secret-key", "quarantine"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server's address, and the folder below which its buckets lie."""
    folder, endpoint = tmp_path_factory.mktemp("s3"), f"127.0.0.1:{free_port()}"
    (folder / BUCKET).mkdir()
    login = ("--auth-key", f"{ACCESS},{SECRET}", "--config", "")
    command = (wheel_binary("rclone"), "serve", "s3", *login, "--addr", endpoint, folder)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(endpoint, server)
            yield endpoint, folder
        finally:
            server.terminate()


def wait_for(endpoint: str, server: "subprocess.Popen[bytes]") -> None:
    host, _, port = endpoint.partition(":")
    for _ in range(200):
        if server.poll() is not None:
            pytest.fail("the S3 server did not start")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the S3 server does not answer")


@pytest.fixture
async def store(s3: tuple[str, Path]) -> AsyncIterator[MinioStore]:
    async with MinioStore(s3[0], ACCESS, SECRET, bucket=BUCKET, secure=False) as opened:
        yield opened
