"""The shell of all pages: its assets, its languages, its forms, and what it sends beside a page."""

import hashlib
import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from deploy import translations, vendor
from shared.web.pages import Shell, read_form
from shared.web.pages.assets import Assets
from shared.web.pages.forms import COOKIE, FIELD
from shared.web.pages.sheets import COOKIE as SHEETS_COOKIE
from shared.web.problems import install_problem_handlers, not_found

FOLDERS = translations.folders()
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("templates/*.html"))
UNSEEN = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LONE_PERCENT = re.compile(r"%(?!\(\w+\)[sd])")
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
"""What a macro or a block adds to a tag that another one opens."""
NAMES = {
    "LAPOR", "English", "Bahasa", "Indonesia", "PDF", "CSV", "HTTP", "SHA", "kB", "MB", "GB", "WIB", "WITA",
    "WIT", "open", "checked", "selected",
}  # fmt: skip
"""Words that are the same in every language, and attributes without a value."""


@pytest.fixture
def site(tmp_path: Path) -> TestClient:
    folder = tmp_path / "desk" / "pages"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates/form.html").write_text(
        '{% extends "base.html" %}{% from "components.html" import guard %}{% block title %}T{% endblock %}'
        "{% block main %}{{ typed }}<form method=post>{{ guard(token) }}</form>{% endblock %}"
    )
    shell, app = Shell(folder), FastAPI()
    install_problem_handlers(app)

    @app.get("/form")
    @app.post("/form")
    async def form(request: Request):
        typed = await read_form(request) if request.method == "POST" else None
        said = f"{'genuine' if typed.genuine else 'stale'}: {typed['text']}" if typed else ""
        return shell.page(request, "form.html", typed=said)

    @app.get("/v1/thing")
    @app.get("/thing")
    async def thing():
        raise not_found()

    shell.install(app)
    return TestClient(app, headers={"Accept": "text/html"})


def token_in(page: str) -> str:
    return re.search(rf'name="{FIELD}" value="([^"]+)"', page)[1]


def test_a_page_forbids_every_script_and_style_but_its_own_files(site):
    policy = site.get("/form").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_first_page_brings_its_style_sheets_which_the_policy_names_by_their_hash(site):
    answer = site.get("/form")
    inside = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    hashes = [b64encode(sha256(sheet.encode()).digest()).decode() for sheet in inside]
    assert len(hashes) == 2
    assert all(f"'sha256-{one}'" in answer.headers["content-security-policy"] for one in hashes)


def test_a_browser_that_keeps_the_style_sheets_is_told_their_names_alone(keeping):
    answer = keeping.get("/form")
    assert "<style" not in answer.text
    assert "sha256-" not in answer.headers["content-security-policy"]


@pytest.fixture
def keeping(site: TestClient) -> TestClient:
    """A browser whose service worker has the style sheets."""
    version = re.search(r'data-sheets="(\w+)"', site.get("/form").text)[1]
    site.cookies.set(SHEETS_COOKIE, version)
    return site


def test_an_asset_is_kept_for_ever_under_a_name_with_its_hash(keeping):
    url = re.search(r'href="(/static/lapor\.[0-9a-f]{12}\.css)"', keeping.get("/form").text)[1]
    assert "immutable" in keeping.get(url).headers["cache-control"]


def test_a_script_travels_without_its_comments_and_what_is_others_travels_as_it_is(tmp_path):
    (tmp_path / "vendor").mkdir()
    script = "// Why.\n\nconst home = '//lapor'; // short\nif (home) {\n  // Then.\n  go(home);\n}\n"
    for name in ("own.js", "vendor/their.js"):
        (tmp_path / name).write_text(script)
    assets = Assets(**{"": tmp_path})
    assert assets.content("own.js").decode() == (
        "const home = '//lapor'; // short\nif (home) {\ngo(home);\n}\n"
    )
    assert assets.content("vendor/their.js").decode() == script


def test_an_asset_that_a_style_sheet_names_carries_its_hash_there_too(keeping):
    sheet = re.search(r'href="(/static/lapor\.\w+\.css)"', keeping.get("/form").text)[1]
    fonts = re.findall(r'url\("(/static/vendor/[^"]+woff2)"\)', keeping.get(sheet).text)
    assert fonts
    assert all(keeping.get(font).status_code == 200 for font in fonts)


@pytest.mark.parametrize("path", ["../shell.py", "vendor/vendor.json", "lapor.css", "nothing.css"])
def test_nothing_else_is_served(site, path):
    assert site.get(f"/static/{path}").status_code == 404


def test_a_form_of_ours_is_genuine(site):
    token = token_in(site.get("/form").text)
    assert "genuine: halo" in site.post("/form", data={FIELD: token, "text": "halo"}).text


@pytest.mark.parametrize("token", ["", "x" * 32])
def test_a_form_with_another_token_is_stale_and_keeps_what_was_typed(site, token):
    site.get("/form")
    assert "stale: halo" in site.post("/form", data={FIELD: token, "text": "halo"}).text


def test_a_form_without_the_cookie_is_stale(site):
    token = token_in(site.get("/form").text)
    site.cookies.delete(COOKIE)
    assert "stale: halo" in site.post("/form", data={FIELD: token, "text": "halo"}).text


def test_a_form_from_another_site_is_refused(site):
    token = token_in(site.get("/form").text)
    foreign = site.post("/form", data={FIELD: token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_a_form_that_is_too_long_is_refused(site):
    assert site.post("/form", data={"text": "x" * 300_000}).status_code == 413


def test_what_was_typed_is_shown_as_text(site):
    token = token_in(site.get("/form").text)
    page = site.post("/form", data={FIELD: token, "text": "<script>alert(1)</script>"}).text
    assert "&lt;script&gt;" in page


def test_english_is_remembered(site):
    site.get("/form?lang=en")
    assert 'lang="en"' in site.get("/form").text


def test_people_read_an_error_as_a_page(site):
    answer = site.get("/thing")
    assert (answer.status_code, "Halaman ini tidak ada" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("path", "accept"), [("/v1/thing", "text/html"), ("/thing", "application/json"), ("/nothing", "*/*")]
)
def test_machines_read_an_error_as_a_problem(site, path, accept):
    answer = site.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_was_taken_from_others_is_what_was_reviewed():
    listed = json.loads(vendor.LIST.read_text())["sha256"]
    found = {name: hashlib.sha256((vendor.FOLDER / name).read_bytes()).hexdigest() for name in sorted(listed)}
    assert found == listed


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_percent_sign_in_a_text_stands_before_a_name(folder):
    """Texts are formatted: another one would break the page that shows it."""
    told = [text for text, _ in translations.texts(folder)]
    each = [one for text in told for one in ([text] if isinstance(text, str) else text)]
    assert [one for one in each if LONE_PERCENT.search(one)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_text_of_the_templates_has_an_english_one(folder):
    assert translations.missing(folder) == []


class Texts(HTMLParser):
    """Whatever stands between tags, or in attributes that people read, and is no expression."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_code = False

    def handle_data(self, data: str) -> None:
        if not self.in_code:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.in_code = self.in_code and tag != "code"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_code = self.in_code or tag == "code"
        self.found += [value or "" for name, value in attrs if name in {"alt", "title", "aria-label"}]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parts[-4]}-{path.name}")
def test_a_template_holds_no_text_outside_the_catalogue(template):
    source = re.sub(r"\{% trans.*?endtrans %\}", "", template.read_text(), flags=re.DOTALL)
    reader = Texts()
    reader.feed(UNSEEN.sub(" ", source))
    words = {word for text in reader.found for word in re.findall(r"[^\W\d_]{2,}", ATTRIBUTE.sub("", text))}
    assert words <= NAMES
