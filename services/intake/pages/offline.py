"""What makes the pages an application that can be installed, and that files without a connection."""

import json
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from shared.web.pages import Shell

router = APIRouter(include_in_schema=False)

WORKER = (Path(__file__).parent / "worker.js").read_text(encoding="utf-8")
_KEPT = (
    "vendor/pico.css", "vendor/jakarta-400.woff2", "vendor/jakarta-700.woff2",
    "lapor.css", "intake/citizen.css", "lapor.js", "intake/keep.js", "intake/questions.js", "intake/draft.js",
    "intake/filing.js", "logo.svg",
)  # fmt: skip
"""What the form needs to be filled in offline."""


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """Name, colours and icon of the installed application."""
    shell: Shell = request.app.state.shell
    icon = shell.assets.url("logo.svg")
    icons = [
        {"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
        for purpose in ("any", "maskable")
    ]
    told = {
        "name": "LAPOR!",
        "short_name": "LAPOR!",
        "description": "Layanan aspirasi dan pengaduan rakyat",
        "lang": "id",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f6f1",
        "theme_color": "#0b5f57",
        "icons": icons,
        "shortcuts": [
            {"name": "Tulis laporan", "url": "/lapor"},
            {"name": "Lacak laporan", "url": "/lacak"},
        ],
    }
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(json.dumps(told), media_type="application/manifest+json", headers=headers)


@router.get("/sw.js")
async def worker(request: Request) -> Response:
    """The service worker, with the addresses of this version's files."""
    shell: Shell = request.app.state.shell
    kept = [shell.assets.url(name) for name in _KEPT]
    version = sha256("\n".join(kept).encode()).hexdigest()[:12]
    script = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(kept)};\n{WORKER}"
    return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/luring")
async def offline(request: Request) -> Response:
    """Shown by the service worker where a page cannot be had."""
    shell: Shell = request.app.state.shell
    return shell.page(request, "offline.html")
