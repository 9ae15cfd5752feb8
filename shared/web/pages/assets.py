"""Files that pages are made of, under names that carry their hash: kept for ever by whoever fetched them.

Nothing is served that was not in its folder when the process started.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Response

from shared.web.problems import not_found

FOR_EVER = "public, max-age=31536000, immutable"
_REFERENCE = re.compile(rb"url\(\"?(?P<name>[\w./-]+)\"?\)")
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_UNSERVED = {".LICENSE", ".json", ".woff"}
_VENDOR = "vendor/"
_NOTES = {".js": re.compile(rb"^[ \t]*//.*\n", re.MULTILINE), ".css": re.compile(rb"/\*.*?\*/", re.DOTALL)}
_INDENTS = re.compile(rb"^\s+", re.MULTILINE)
"""For whoever reads the source: comments on lines of their own, indents and empty lines are not sent."""


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    url: str
    content: bytes
    media_type: str


class Assets:
    """The files of some folders, each folder's under a prefix of its own ("" for the shell's)."""

    def __init__(self, **folders: Path) -> None:
        self._by_name: dict[str, Asset] = {}
        for prefix, folder in folders.items():
            files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in _UNSERVED)
            # Style sheets come last: they name others, by names that carry a hash.
            for path in sorted(files, key=lambda p: p.suffix == ".css"):
                name = PurePosixPath(prefix, path.relative_to(folder).as_posix())
                self._add(str(name), path.read_bytes())
        self._by_url = {asset.url: asset for asset in self._by_name.values()}
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/static/{name:path}", self._serve, response_class=Response)

    def url(self, name: str) -> str:
        """Where a file is served; KeyError for one that does not exist: a template names no other."""
        return self._by_name[name].url

    def content(self, name: str) -> bytes:
        """A file as it is served; KeyError as `url`."""
        return self._by_name[name].content

    def urls(self) -> list[str]:
        """Every address, for whoever keeps them offline."""
        return sorted(self._by_url)

    def _add(self, name: str, content: bytes) -> None:
        path = PurePosixPath(name)
        if path.suffix in _NOTES and not name.startswith(_VENDOR):
            content = _INDENTS.sub(b"", _NOTES[path.suffix].sub(b"", content))
        if path.suffix == ".css":
            content = _REFERENCE.sub(lambda found: self._referred(path, found), content)
        digest = sha256(content).hexdigest()[:12]
        url = f"/static/{path.with_suffix('')}.{digest}{path.suffix}"
        media_type = _TYPES.get(path.suffix) or guess_type(name)[0] or "application/octet-stream"
        self._by_name[name] = Asset(url, content, media_type)

    def _referred(self, sheet: PurePosixPath, found: re.Match[bytes]) -> bytes:
        return f'url("{self.url(str(sheet.parent / found["name"].decode()))}")'.encode()

    async def _serve(self, name: str) -> Response:
        asset = self._by_url.get(f"/static/{name}")
        if asset is None:
            raise not_found()
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": FOR_EVER})
