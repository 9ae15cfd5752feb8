"""Who calls is checked before anything else: 401 without proof, 403 in the wrong role."""

from datetime import timedelta
from typing import Annotated

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from shared.security.officers import CurrentOfficer, require
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.state.tokens = TokenVerifier(KEY.public_key())
    install_problem_handlers(app)

    @app.get("/me")
    async def me(officer: CurrentOfficer) -> dict[str, str]:
        return {"id": officer.id}

    @app.get("/admins")
    async def admins(officer: Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]) -> dict[str, str]:
        return {"id": officer.id}

    return TestClient(app)


def bearer(role: Role, lifetime: timedelta = timedelta(hours=1)) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(KEY, Officer('petugas-1', role, 'kl.kemensos'), lifetime)}"}


def test_a_valid_token_tells_who_calls(client: TestClient) -> None:
    assert client.get("/me", headers=bearer(Role.LIAISON)).json() == {"id": "petugas-1"}


def test_no_token_is_401(client: TestClient) -> None:
    response = client.get("/me")
    assert (response.status_code, response.json()["type"]) == (401, "urn:lapor:problem:not-signed-in")


@pytest.mark.parametrize("value", ["Bearer nonsense", "Basic YTpi", "Bearer", "nonsense"])
def test_what_is_not_a_token_is_401(client: TestClient, value: str) -> None:
    assert client.get("/me", headers={"Authorization": value}).status_code == 401


def test_a_401_says_how_to_sign_in(client: TestClient) -> None:
    assert client.get("/me").headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_told_apart(client: TestClient) -> None:
    response = client.get("/me", headers=bearer(Role.LIAISON, timedelta(minutes=-5)))
    assert (response.status_code, response.json()["type"]) == (401, "urn:lapor:problem:token-expired")


def test_the_right_role_passes(client: TestClient) -> None:
    assert client.get("/admins", headers=bearer(Role.NATIONAL_ADMIN)).status_code == 200


def test_another_role_is_403_and_told_which_may(client: TestClient) -> None:
    response = client.get("/admins", headers=bearer(Role.LIAISON))
    assert response.status_code == 403
    assert "national_admin" in response.json()["detail"]


def test_a_call_without_a_token_is_401_before_it_is_403(client: TestClient) -> None:
    assert client.get("/admins").status_code == 401


def test_a_service_without_a_key_says_so(client: TestClient) -> None:
    client.app.state.tokens = None  # type: ignore[attr-defined]
    assert client.get("/me", headers=bearer(Role.LIAISON)).status_code == 503


def test_the_scheme_stands_in_the_openapi_document(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["paths"]["/admins"]["get"]["security"] == [{"officer": []}]


def test_a_dependency_that_lets_nobody_through_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="roles"):
        require()
