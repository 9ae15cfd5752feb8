"""The documentation as data: which commands, calls, settings and names it tells people to use."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "shared/web/pages/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMPOSE = [ROOT / "docker-compose.yml", *sorted((ROOT / "deploy/compose").glob("*.yml"))]
ENVIRONMENT = ROOT / "deploy/compose/env.example"
PROGRAMS = ("services", "shared", "deploy", "bench", "tests")

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_BLOCK = re.compile(r"^```\w*\n(.*?)^```|((?:^    .+\n)+)", re.MULTILINE | re.DOTALL)
_CALL = re.compile(
    r"(?:\b(GET|POST|PUT|PATCH|DELETE) )?(?:^|(?<=[\s]))"
    r"(/(?:v1|petugas|lacak|laporan|open311|akun|kinerja|l|e|k)(?:/[^\s?\[]*)?)"
)
_COMMAND = re.compile(r"(?:^|\$ |--rm )lapor ([a-z].*)", re.DOTALL)


def name(page: Path) -> str:
    """How a test calls a page."""
    return str(page.relative_to(ROOT))


def links(page: Path) -> list[str]:
    """Where the page leads to within the project."""
    found = _LINK.findall(page.read_text())
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


def anchors(page: Path) -> set[str]:
    """The page's headings, as links name them."""
    plain = (
        re.sub(r"[`*]", "", title.lower())
        for title in re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    )
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in plain}


def spoken(page: Path) -> Iterator[str]:
    """Everything between backticks, with line breaks folded."""
    without_blocks = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for said in _CODE.findall(without_blocks):
        yield re.sub(r"\s+", " ", said)


def calls(page: Path) -> Iterator[tuple[str | None, str]]:
    """Method, if one is named, and path of every call; not of those that stand for several."""
    for said in spoken(page):
        for method, path in _CALL.findall(said):
            if "…" not in path and not path.endswith("/v2"):
                yield method or None, path.rstrip(".,")


def commands(page: Path) -> Iterator[list[str]]:
    """The words of every `lapor …`, without comments."""
    blocks = [fenced or plain for fenced, plain in _BLOCK.findall(page.read_text())]
    for said in (*spoken(page), *(line for block in blocks for line in block.splitlines())):
        if found := _COMMAND.search(said.strip()):
            yield re.findall(r'"[^"]*"|\S+', found[1].partition(" #")[0])


@cache
def programs() -> str:
    """All Python files of the project, as one text; those that read the documentation say nothing."""
    files = [file for folder in PROGRAMS for file in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(file.read_text() for file in files if "documentation" not in file.stem)
