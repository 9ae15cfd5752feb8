import pytest
from fastapi import FastAPI

from services.intake.api import routers


@pytest.fixture(scope="module")
def document() -> dict:
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    return app.openapi()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_document_names_every_call_of_the_public_surface(document):
    words = (
        "supplements",
        "replies",
        "acceptance",
        "objection",
        "withdrawal",
        "appeal",
        "ombudsman",
        "rating",
        "evidence",
        "preferences",
        "follows",
        "push",
        "feed",
    )
    assert set(document["paths"]) == {
        "/v1/reports",
        "/v1/reports/on-behalf",
        "/v1/reports/{tracking_id}",
        *(f"/v1/reports/{{tracking_id}}/{word}" for word in words),
        *(
            f"/v1/reports/{{tracking_id}}/evidence/{what}"
            for what in ("uploads", "uploads/{upload_id}", "manifest", "downloads", "{evidence_id}")
        ),
        *(f"/v1/reports/{{tracking_id}}/supports{path}" for path in ("", "/{supporter_id}")),
        "/e/{token}",
        "/v1/channels/{channel}",
        *(f"/open311/v2/{resource}.{{form}}" for resource in ("discovery", "services", "requests")),
        "/open311/v2/services/{service_code}.{form}",
        "/open311/v2/requests/{service_request_id}.{form}",
        "/open311/v2/tokens/{token}.{form}",
        *(f"/v1/receipts/{which}" for which in ("key", "keys")),
        "/v1/push/key",
        "/v1/reports/check",
        "/v1/reports/{tracking_id}/reveal",
        *(f"/v1/reveals{path}" for path in ("", "/reasons", "/log", "/holders/{officer_id}")),
        *(f"/v1/reveals/{{reveal_id}}/{step}" for step in ("approval", "refusal", "identity")),
        *(f"/v1/accounts/{path}" for path in ("codes", "sessions", "me")),
        *(f"/v1/accounts/me/{path}" for path in ("reports", "claims", "preferences")),
        *(f"/v1/follows{path}" for path in ("", "/{follow_id}", "/hooks", "/hooks/{hook_id}")),
        *(f"/v1/drafts/{{draft_id}}{path}" for path in ("", "/submission")),
        *(f"/v1/regions{path}" for path in ("", "/{code}")),
        *(f"/v1/categories{path}" for path in ("", "/{code}/questions")),
    }


def test_every_call_says_in_a_line_what_it_does(document):
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert operation.get("description"), name


def test_every_refusal_is_described_as_a_problem(document):
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert "application/problem+json" in response["content"], (name, status)


def test_the_problem_is_one_of_the_schemas(document):
    assert {"type", "title", "status", "detail", "detail_en"} <= set(
        document["components"]["schemas"]["ProblemDocument"]["properties"]
    )


def test_the_access_code_is_a_security_scheme(document):
    assert document["components"]["securitySchemes"]["accessCode"]["name"] == "LAPOR-Access-Code"
