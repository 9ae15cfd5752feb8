"""Files sample reports for one agency through the public API, as people and officers would."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

import httpx

from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue

SAMPLES: tuple[dict[str, Any], ...] = (
    {
        "title": "CONTOH: Lampu jalan padam",
        "text": "Laporan contoh untuk mencoba sambungan. Lampu jalan di depan pasar padam sejak hari Senin.",
        "classification": "non_supervision",
        "category": "penerangan jalan",
    },
    {
        "title": "CONTOH: Jam layanan loket",
        "text": "Laporan contoh untuk mencoba sambungan. Sampai pukul berapa loket buka pada hari Jumat?",
        "classification": "information",
        "category": "layanan publik",
    },
    {
        "title": "CONTOH: Usul jalur sepeda",
        "text": "Laporan contoh untuk mencoba sambungan. Mohon dipertimbangkan jalur sepeda ke sekolah.",
        "classification": "aspiration",
        "category": "jalan",
    },
)


class NotFiled(Exception):
    """A sample could not be brought to the agency; the text says where it stopped."""


@dataclass(frozen=True)
class Sample:
    tracking_id: str
    title: str


class FiledSamples:
    """Use as an async context manager. Reports are real ones: never against a LAPOR that serves people."""

    def __init__(self, gateway_url: str, token_private_key: str) -> None:
        self._http = httpx.AsyncClient(base_url=gateway_url, timeout=20, trust_env=False)
        officer = Officer("kit-instansi", Role.NATIONAL_ADMIN)
        token = issue(load_signing_key(token_private_key), officer, timedelta(hours=1))
        self._officer = {"Authorization": f"Bearer {token}"}
        self._samples: Iterator[dict[str, Any]] = itertools.cycle(SAMPLES)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def file(self, code: str) -> Sample:
        """File one report, and verify it to the agency. Raises NotFiled."""
        sample = next(self._samples)
        filed = await self._ask("POST", "/v1/reports", json=sample, headers={"Idempotency-Key": str(uuid4())})
        case_id = await self._case_of(filed["tracking_id"])
        decision = {
            "classification": sample["classification"],
            "category": sample["category"],
            "agencies": [code],
        }
        await self._ask("POST", f"/v1/cases/{case_id}/verification", json=decision, headers=self._officer)
        return Sample(filed["tracking_id"], sample["title"])

    async def _case_of(self, tracking_id: str) -> str:
        """Wait until the verification desk sees it."""
        path = f"/v1/cases?tracking_id={tracking_id}"
        for _ in range(100):
            if found := (await self._ask("GET", path, headers=self._officer))["cases"]:
                return str(found[0]["report_id"])
            await asyncio.sleep(0.2)
        raise NotFiled(f"The verification desk never saw {tracking_id}.")

    async def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise NotFiled(f"The gateway does not answer ({type(error).__name__}).") from error
        if answer.is_error:
            raise NotFiled(f"{method} {path.partition('?')[0]}: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json())
