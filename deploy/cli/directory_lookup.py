"""Asks the running system whether there is such an agency, so that no user is made for a typing error."""

import difflib
import os
from pathlib import Path

import httpx

from deploy.cli.problems import Problem
from deploy.local import detached
from deploy.local.errors import StackError


def gateway_url(folder: Path) -> str | None:
    """LAPOR_GATEWAY_URL, else the embedded stack's; None if there is neither."""
    if url := os.environ.get("LAPOR_GATEWAY_URL"):
        return url
    try:
        return detached.addresses(folder).gateway_url
    except (StackError, KeyError):
        return None


def refuse_unknown(folder: Path, code: str) -> None:
    """Raises Problem if the directory answers and does not know the code; silent if it does not answer."""
    url = gateway_url(folder)
    if url is None:
        return
    try:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as http:
            if http.get(f"/v1/agencies/{code}").status_code != httpx.codes.NOT_FOUND:
                return
            around: dict[str, str | int] = {"under": code.rpartition(".")[0] or code, "limit": 1000}
            answer = http.get("/v1/agencies", params=around).raise_for_status()
        codes = [agency["code"] for agency in answer.json()["agencies"]]
    except (httpx.HTTPError, ValueError, KeyError):
        return
    if code not in codes:
        near = ", ".join(difflib.get_close_matches(code, codes)) or "`GET /v1/agencies` lists them"
        raise Problem(f"There is no agency {code}. Near to it: {near}. --unlisted grants it anyway.")
