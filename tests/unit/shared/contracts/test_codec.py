"""Facts to bytes and back, and what is said about those that cannot be read."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared import contracts
from shared.contracts import ArchiveReason, CaseStatus, Classification, Fact, ReportRated, ReportSubmitted
from shared.contracts.catalogue import FACTS
from shared.contracts.codec import Undecodable, decode, encode
from shared.messaging.failures import is_final, reason_of

CANARY = "Siti Kanari 081298765432"
RATED = ReportRated(report_id=UUID(int=1), occurred_at=datetime(2026, 7, 6, 2, tzinfo=UTC), score=4)


def body(**changes) -> bytes:
    return json.dumps({**json.loads(encode(RATED)), **changes}).encode()


def test_a_fact_comes_back_as_it_went():
    assert decode("report.rated.v1", encode(RATED)) == RATED


def test_what_is_not_known_is_not_sent():
    assert b"comment" not in encode(RATED)


def test_a_time_in_another_zone_is_the_same_moment():
    jakarta = timezone(timedelta(hours=7))
    fact = decode("report.rated.v1", body(occurred_at="2026-07-06T09:00:00+07:00"))
    assert fact.occurred_at == RATED.occurred_at == datetime(2026, 7, 6, 9, tzinfo=jakarta)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(Undecodable, match="occurred_at"):
        decode("report.rated.v1", body(occurred_at="2026-07-06T09:00:00"))


@pytest.mark.parametrize("name", [None, "", "report.rated", "report.rated.v2", "x" * 5000])
def test_an_unknown_type_is_refused_by_name_and_briefly(name):
    with pytest.raises(Undecodable, match="unknown fact type") as refused:
        decode(name, encode(RATED))
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", CANARY.encode(), body(score=CANARY)]
)
def test_a_body_that_cannot_be_read_is_refused_without_its_words(content):
    with pytest.raises(Undecodable) as refused:
        decode("report.rated.v1", content)
    assert str(refused.value).startswith("report.rated.v1: ")
    assert not any(word in str(refused.value) for word in CANARY.split())


def test_a_value_of_a_future_enumeration_is_refused_without_it():
    submitted = {
        "report_id": str(UUID(int=1)),
        "occurred_at": "2026-07-06T02:00:00Z",
        "tracking_id": "K7MQ3XW9FA",
        "channel": CANARY,
        "title": "a",
        "text": "b",
    }
    with pytest.raises(Undecodable) as refused:
        decode("report.submitted.v1", json.dumps(submitted).encode())
    assert "channel" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_an_unreadable_message_is_never_tried_again_and_says_why():
    error = Undecodable("unknown fact type 'x'")
    assert is_final(error)
    assert reason_of(error) == "unknown fact type 'x'"


def test_a_fact_cannot_be_changed():
    with pytest.raises(ValidationError):
        RATED.score = 5


def test_no_two_facts_share_a_name():
    models = {
        m
        for m in vars(contracts).values()
        if isinstance(m, type) and issubclass(m, Fact) and "type" in vars(m)
    }
    assert set(FACTS.values()) == models
    assert len(FACTS) == len(models)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_is_named_in_lower_case_words_and_a_version(name):
    model = FACTS[name]
    assert name == f"{model.type}.v{model.version}"
    assert model.type.replace(".", "").replace("-", "").islower()


def test_a_report_is_neither_anonymous_nor_secret_unless_it_says_so():
    fields = ReportSubmitted.model_fields
    assert (fields["anonymous"].default, fields["secret"].default) == (False, False)


@pytest.mark.parametrize("value", [*CaseStatus, *ArchiveReason])
def test_every_status_and_reason_has_an_indonesian_label(value):
    assert value.label


@pytest.mark.parametrize("status", list(CaseStatus))
def test_a_case_is_over_only_when_nobody_has_to_act(status):
    assert status.final is (status.value in {"closed", "archived", "merged", "withdrawn"})


def test_the_four_classifications_are_those_of_the_regulation():
    assert [str(kind) for kind in Classification] == [
        "supervision",
        "non_supervision",
        "information",
        "aspiration",
    ]
