"""Starts the cleaner for one file and waits for it. Never decodes anything in this process."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.work import Captured, Cleaned

LONGEST_SECONDS = 300.0
"""Of the machine's time, for one file: a large video is rewritten on a slow disk."""


async def clean(content_type: str, source: BinaryIO, clean: BinaryIO, preview: BinaryIO) -> Cleaned:
    """Fill `clean` and `preview` from `source`, or change `source` in place. All three are real files.

    Raises Refused; a cleaner that crashes, runs too long or out of memory has refused the file as well.
    """
    descriptors = [file.fileno() for file in (source, clean, preview)]
    source.flush()
    for file in (source, clean, preview):
        file.seek(0)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.storage.cleaning", content_type, *map(str, descriptors),
        pass_fds=descriptors, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        # No setting of ours: whoever breaks out of a decoder finds no key and no password here.
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        raise Refused(Reason.UNREADABLE) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _answer(output)


def _answer(output: bytes) -> Cleaned:
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        raise Refused(Reason.UNREADABLE) from None
    if "refused" in answer:
        raise Refused(Reason(answer["refused"]))
    return Cleaned(answer["content_type"], answer["in_place"], Captured(**answer["captured"]))
