"""`python -m shared.regions.make FOLDER`: writes data/regions.txt.xz from the npm package idn-area-data.

One line a region, its depth in tabs, the last part of its code and its name: parents come before children.
"""

import csv
import lzma
import sys
from pathlib import Path

from shared.regions.atlas import FILE

TABLES = ("provinces", "regencies", "districts", "villages")


def main(folder: Path) -> None:
    """`folder` is the unpacked package."""
    rows: list[tuple[str, str]] = []
    for table in TABLES:
        with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows += [(row["code"], " ".join(row["name"].split())) for row in csv.DictReader(file)]
    lines = ["\t" * code.count(".") + f"{code.rpartition('.')[2]} {name}" for code, name in sorted(rows)]
    FILE.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(rows)} regions, {FILE.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
