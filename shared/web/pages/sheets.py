"""Style sheets stand inside the first page a browser is given: it is readable after one round trip.

The policy names each by its hash, and goes on forbidding every other style inside a page. Once the service
worker keeps the files, pages name them only.
"""

from base64 import b64encode
from hashlib import sha256

from fastapi import Request
from markupsafe import Markup

from shared.web.pages.assets import Assets

COOKIE = "lapor_gaya"
"""The version of the sheets a browser keeps: static/lapor.js sets it. It tells nothing about the reader."""
_SHARED = ("vendor/pico.css", "lapor.css")


class Sheets:
    """What one service's pages wear."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self.version = sha256("".join(map(assets.url, _SHARED)).encode()).hexdigest()[:12]
        self._inside: dict[str, tuple[Markup, str]] = {}

    def on(self, request: Request) -> "Worn":
        """For one page."""
        return Worn(self, self._assets, inside=request.cookies.get(COOKIE) != self.version)

    def inside(self, name: str) -> tuple[Markup, str]:
        """A sheet as it stands in a page, and its hash for the policy."""
        if name not in self._inside:
            content = self._assets.content(name)
            if b"</style" in content.lower():
                raise ValueError(f"{name} would end the element that it stands in")
            digest = b64encode(sha256(content).digest()).decode()
            self._inside[name] = Markup(f"<style>{content.decode()}</style>"), f"'sha256-{digest}'"  # noqa: S704
        return self._inside[name]


class Worn:
    """Templates call it with a sheet's name where they want it."""

    def __init__(self, sheets: Sheets, assets: Assets, *, inside: bool) -> None:
        self._sheets, self._assets, self._is_inside = sheets, assets, inside
        self._hashes: list[str] = []

    def __call__(self, name: str) -> Markup:
        if not self._is_inside:
            return Markup('<link rel="stylesheet" href="{}">').format(self._assets.url(name))
        element, digest = self._sheets.inside(name)
        self._hashes.append(digest)
        return element

    def allowed_by(self, policy: str) -> str:
        """The policy of the page, once it is written."""
        return policy.replace("style-src 'self'", " ".join(["style-src 'self'", *self._hashes]))
