"""Contact sheets: many pictures of one width side by side, to look at all of them in a few minutes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw

TALL = 1500
"""Pixels of a page in one column; what is longer goes on in the next."""
WIDE = 2000
EDGE = 24


def sheets(pictures: Iterable[Path], into: Path) -> Iterator[Path]:
    """One file or more for each width and scheme: `lembar-360-dark-1.png`."""
    by_kind: dict[str, list[Path]] = {}
    for path in pictures:
        _, width, scheme = path.stem.rsplit("-", 2)
        by_kind.setdefault(f"{width}-{scheme}", []).append(path)
    for kind, paths in by_kind.items():
        across = max(1, WIDE // (int(kind.partition("-")[0]) + EDGE))
        columns = [column for path in paths for column in _columns(path)]
        for first in range(0, len(columns), across):
            path = into / f"lembar-{kind}-{first // across + 1:02}.png"
            _sheet(columns[first : first + across]).save(path)
            yield path


def _columns(path: Path) -> Iterator[tuple[str, Image.Image]]:
    picture = Image.open(path).convert("RGB")
    for top in range(0, picture.height, TALL):
        part = picture.crop((0, top, picture.width, min(top + TALL, picture.height)))
        yield f"{path.stem} {top // TALL + 1}", part


def _sheet(columns: list[tuple[str, Image.Image]]) -> Image.Image:
    width = sum(part.width + EDGE for _, part in columns)
    sheet = Image.new("RGB", (width, EDGE + max(part.height for _, part in columns)), "#888888")
    draw, left = ImageDraw.Draw(sheet), 0
    for name, part in columns:
        draw.text((left + 4, 6), name, fill="black")
        sheet.paste(part, (left, EDGE))
        left += part.width + EDGE
    return sheet
