"""What there is to be asked for: reports in several states, with everything that may name them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from shared.security.tokens import Officer, Role, issue
from tests.integration.fuzz.town import Town

REPORT = {
    "title": "Lampu jalan padam di depan sekolah",
    "text": "Sejak tiga malam lampu jalan di depan SD 3 padam dan anak-anak takut lewat.",
    "place": {"region": "35.78", "description": "Depan SD 3"},
    "contact": {"name": "Sari", "email": "sari@pelapor.example"},
}
VERIFICATION = {"classification": "non_supervision", "category": "Infrastruktur"}
DRAFT_SECRET = "rahasia-draf-yang-panjang-sekali-0123456789"


@dataclass
class Story:
    """Names that exist, by the parameter that asks for them; and who may ask."""

    town: Town
    token_key: str
    hook_url: str
    """Something on this machine that answers: no call of a test leaves it."""
    known: dict[str, list[Any]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    agency: str | None = None

    def officer(self, role: Role) -> dict[str, str]:
        bound = role in {Role.COORDINATOR, Role.LIAISON}
        officer = Officer(f"{role}-1", role, self.agency if bound else None)
        return {"Authorization": f"Bearer {issue(self.token_key, officer, timedelta(hours=6))}"}

    def learn(self, name: str, value: Any) -> Any:
        self.known.setdefault(name, []).append(value)
        return value

    def tell(self, http: httpx.Client, reports: int) -> None:
        """File some; half of them are verified and so lie with an agency."""
        for number in range(reports):
            self._file(http, verified=number % 2 == 0)
        self._legs(http)
        self.known["code"] = [self.agency, "35.78", "lampu-jalan"]
        self.known["id"] = ["id"]
        self.known["webhook_id"] = [self._webhook(http)]
        rules = self._get(http, "routing", "/v1/rules").json()
        self.known["rule_id"] = [next(iter(rules.values()))[0]["id"]]
        notifications = self._get(http, "notify", "/v1/notifications").json()
        self.known["delivery_id"] = [one["delivery_id"] for one in notifications["notifications"]]
        self.known |= {"provider": ["whatsapp"], "channel": ["sms", "whatsapp", "telegram", "x"]}

    def _file(self, http: httpx.Client, *, verified: bool) -> None:
        filed = http.post(f"{self.town.urls['intake']}/v1/reports", json=REPORT)
        assert filed.status_code == 201, filed.text
        body = filed.json()
        tracking_id = self.learn("tracking_id", body["tracking_id"])
        self.codes[tracking_id] = body["access_code"]
        self.town.run(self.town.carry())
        cases = self._get(http, "verification", "/v1/cases", tracking_id=tracking_id).json()["cases"]
        report_id = self.learn("report_id", cases[0]["report_id"])
        if verified:
            url = f"{self.town.urls['verification']}/v1/cases/{report_id}/verification"
            answer = http.post(url, json=VERIFICATION, headers=self.officer(Role.NATIONAL_ADMIN))
            assert answer.status_code == 200, answer.text
            self.town.run(self.town.carry())

    def _legs(self, http: httpx.Client) -> None:
        legs = self._get(http, "routing", "/v1/dispositions").json()["dispositions"]
        self.agency = legs[0]["agency"]
        self.known["leg_id"] = [leg["leg_id"] for leg in legs if leg["agency"] == self.agency]

    def _webhook(self, http: httpx.Client) -> Any:
        url = f"{self.town.urls['routing']}/v1/agencies/{self.agency}/webhooks"
        hook = {"url": self.hook_url}
        made = http.post(url, json=hook, headers=self.officer(Role.NATIONAL_ADMIN))
        assert made.status_code == 201, made.text
        return made.json()["webhook_id"]

    def _get(self, http: httpx.Client, service: str, path: str, **query: str) -> httpx.Response:
        url, officer = self.town.urls[service] + path, self.officer(Role.NATIONAL_ADMIN)
        answer = http.get(url, params=query, headers=officer)
        assert answer.status_code == 200, answer.text
        return answer
