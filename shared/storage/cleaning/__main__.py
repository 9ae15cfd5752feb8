"""`python -m shared.storage.cleaning <type> <source> <clean> <preview>`: file descriptors in, JSON out."""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.work import Cleaned, Files
from shared.storage.sniff import DOCX, ODT, XLSX

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 120
FILE_BYTES = 400_000_000
"""Of what is written anew; a video is changed in place."""


def main() -> None:
    content_type, *descriptors = sys.argv[1:]
    source, clean, preview = (os.fdopen(int(number), "r+b") for number in descriptors)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if content_type != "video/mp4":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    try:
        cleaned = _cleaner(content_type)(Files(source, clean, preview), content_type)
    except Refused as refused:
        answer: dict[str, Any] = {"refused": refused.reason.value}
    except (MemoryError, RecursionError):
        answer = {"refused": Reason.BOMB.value}
    else:
        for file in (source, clean, preview):
            file.flush()
        answer = {
            "content_type": cleaned.content_type,
            "in_place": cleaned.in_place,
            "captured": cleaned.captured.known(),
        }
    print(json.dumps(answer))


def _cleaner(content_type: str) -> Callable[[Files, str], Cleaned]:
    """Only what this file needs is loaded."""
    match content_type:
        case "image/jpeg" | "image/png" | "image/webp":
            from shared.storage.cleaning.photos import clean
        case "application/pdf":
            from shared.storage.cleaning.pdfs import clean
        case "image/heic":
            from shared.storage.cleaning.boxes import clean_heic as clean
        case "video/mp4":
            from shared.storage.cleaning.boxes import clean_video as clean
        case t if t in {DOCX, XLSX, ODT}:
            from shared.storage.cleaning.documents import clean
        case _:
            raise Refused(Reason.TYPE)
    return clean


if __name__ == "__main__":
    main()
