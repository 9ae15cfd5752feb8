"""The guard at the door: free for most, a proof of work for whoever files by the dozen, and none twice."""

import itertools

import pytest
from starlette.requests import Request

from services.intake.guard import Guard, solves
from shared.security.keys import generate_keys
from shared.web.problems import Problem

PEPPER = generate_keys()["LAPOR_CODE_PEPPER"]
BITS = 8


def guard(rate="2/hour", everybody="1000/second", bits=BITS) -> Guard:
    return Guard(rate, everybody, bits, PEPPER)


def request(source: str | None = "a", proof: str = "") -> Request:
    headers = [(b"lapor-proof", proof.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers, "source": source})


def refusal(door: Guard, asked: Request) -> Problem:
    with pytest.raises(Problem) as refused:
        door.admit(asked)
    return refused.value


def solved(challenge: str, bits: int = BITS) -> str:
    return next(p for n in itertools.count() if solves(p := f"{challenge}:{n}", bits))


def test_a_few_reports_cost_nothing_and_the_next_asks_for_a_proof():
    door = guard()
    for _ in range(2):
        door.admit(request())
    problem = refusal(door, request())
    assert (problem.status, problem.code, problem.headers["LAPOR-Challenge-Bits"]) == (
        429,
        "proof-needed",
        "8",
    )
    door.admit(request(proof=solved(problem.headers["LAPOR-Challenge"])))


def test_one_source_does_not_slow_another():
    door = guard()
    for _ in range(2):
        door.admit(request("a"))
    assert refusal(door, request("a"))
    door.admit(request("b"))


def test_a_proof_counts_once():
    door = guard("1/hour")
    door.admit(request())
    proof = solved(door.challenge())
    door.admit(request(proof=proof))
    assert refusal(door, request(proof=proof)).code == "proof-needed"


@pytest.mark.parametrize(
    "proof",
    ["", ":", "x", "1.2.3:4", "9999999999.aa.bb:1", "9999999999.aa.bb:-1", "\u0661.a.b:1"],
    ids=range(7),
)
def test_what_is_no_proof_of_ours_is_refused(proof):
    door = guard("1/hour")
    door.admit(request())
    assert refusal(door, request(proof=proof.encode().decode("latin-1"))).code == "proof-needed"


def test_a_proof_for_an_old_challenge_is_refused(monkeypatch):
    door = guard("1/hour")
    door.admit(request())
    monkeypatch.setattr("services.intake.guard.CHALLENGE_SECONDS", -1)
    proof = solved(door.challenge())
    assert refusal(door, request(proof=proof)).code == "proof-needed"


def test_an_unsolved_challenge_is_refused():
    door = guard("1/hour")
    door.admit(request())
    challenge = door.challenge()
    unsolved = next(p for n in itertools.count() if not solves(p := f"{challenge}:{n}", BITS))
    assert refusal(door, request(proof=unsolved)).code == "proof-needed"


def test_without_proofs_whoever_is_over_the_rate_has_to_wait():
    door = guard("1/hour", bits=0)
    door.admit(request())
    assert int(refusal(door, request()).headers["Retry-After"]) > 3000


def test_all_together_are_limited_whatever_they_prove():
    door = guard("100/hour", everybody="3/hour")
    for source in "abc":
        door.admit(request(source))
    assert refusal(door, request("d")).code == "too-many-requests"


def test_what_does_not_come_by_the_gateway_is_counted_among_all_only():
    door = guard("1/hour")
    for _ in range(3):
        door.admit(request(None))
