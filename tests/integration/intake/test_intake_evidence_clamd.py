"""A real clamd, where one is installed, with a signature of EICAR alone; elsewhere a stand-in is asked."""

import asyncio
import shutil
import socket
import tempfile

import pytest

from services.intake.evidence.scanning import Scanner, ScannerAway
from shared.storage.cleaning.refused import Reason, Refused
from tests.corpora import evidence as corpus

pytestmark = pytest.mark.skipif(
    not shutil.which("clamd"), reason="clamd (Debian's clamav-daemon) is not here"
)


@pytest.fixture(scope="module")
async def clamd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "eicar.ndb").write_text(f"Eicar:0:*:{corpus.EICAR.hex()}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "TCPSocket": port, "TCPAddr": "127.0.0.1", "DatabaseDirectory": folder, "Foreground": "yes",
        "StreamMaxLength": "1M", "TemporaryDirectory": folder,
    }  # fmt: skip
    (folder / "conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    process = await asyncio.create_subprocess_exec(
        "clamd", "-c", str(folder / "conf"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            while True:
                try:
                    (await asyncio.open_connection("127.0.0.1", port))[1].close()
                    break
                except OSError:
                    await asyncio.sleep(0.1)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def scan(port, content, most=1_000_000):
    with tempfile.TemporaryFile() as source:
        source.write(content)
        await Scanner("127.0.0.1", port, most).scan(source)


async def test_a_clean_photo_passes(clamd):
    await scan(clamd, corpus.photo())


async def test_what_it_knows_is_refused(clamd):
    with pytest.raises(Refused) as refused:
        await scan(clamd, corpus.photo() + corpus.EICAR)
    assert refused.value.reason is Reason.MALWARE


async def test_of_a_long_file_it_sees_the_beginning(clamd):
    await scan(clamd, corpus.video(3_000_000))


async def test_a_limit_above_its_own_holds_files_back(clamd):
    with pytest.raises(ScannerAway):
        await scan(clamd, corpus.video(3_000_000), most=100_000_000)
