"""The page that the gateway shows by itself, while no service answers."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

CADDYFILE = (Path(__file__).parents[3] / "deploy/local/Caddyfile").read_text(encoding="utf-8")


def test_its_policy_names_the_style_that_stands_in_it():
    style = re.search(r"<style>(.*?)</style>", CADDYFILE)[1]
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in CADDYFILE
