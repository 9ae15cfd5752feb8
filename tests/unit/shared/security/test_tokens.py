"""A token proves one officer, for a while, and only if we signed it."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.security.tokens import AGENCY_ROLES, ALGORITHM, InvalidToken, Officer, Role, TokenVerifier, issue

KEY = Ed25519PrivateKey.generate()
VERIFIER = TokenVerifier(KEY.public_key())
HOUR = timedelta(hours=1)
ADMIN = Officer("admin-1", Role.NATIONAL_ADMIN)


def forged(claims: dict[str, object]) -> str:
    return jwt.encode({"alg": ALGORITHM}, {"exp": 4102444800, **claims}, OKPKey.import_key(KEY), [ALGORITHM])


@pytest.mark.parametrize("role", list(Role))
def test_every_role_comes_back_from_its_token(role: Role) -> None:
    officer = Officer("petugas-1", role, "35.3578.dishub")
    assert VERIFIER.verify(issue(KEY, officer, HOUR)) == officer


def test_an_officer_without_an_agency_comes_back_without_one() -> None:
    assert VERIFIER.verify(issue(KEY, ADMIN, HOUR)).agency is None


@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_an_agency_officer_without_an_agency_cannot_exist(role: Role) -> None:
    with pytest.raises(ValueError, match="needs an agency"):
        Officer("petugas-1", role)


@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_a_signed_token_of_an_agency_officer_without_an_agency_is_refused(role: Role) -> None:
    with pytest.raises(InvalidToken):
        VERIFIER.verify(forged({"sub": "petugas-1", "role": role.value, "agency": None}))


def test_an_expired_token_says_so() -> None:
    with pytest.raises(InvalidToken) as caught:
        VERIFIER.verify(issue(KEY, ADMIN, timedelta(seconds=-60)))
    assert caught.value.expired


def test_another_key_proves_nothing() -> None:
    with pytest.raises(InvalidToken):
        VERIFIER.verify(issue(Ed25519PrivateKey.generate(), ADMIN, HOUR))


def test_a_changed_role_is_noticed() -> None:
    header, _, signature = issue(KEY, Officer("petugas-1", Role.LIAISON, "kl.kemensos"), HOUR).split(".")
    claims = {"sub": "petugas-1", "role": "national_admin", "exp": 4102444800}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(InvalidToken):
        VERIFIER.verify(f"{header}.{payload}.{signature}")


def test_an_unsigned_token_is_refused() -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    payload = issue(KEY, ADMIN, HOUR).split(".")[1]
    with pytest.raises(InvalidToken):
        VERIFIER.verify(f"{header}.{payload}.")


def test_the_public_key_is_no_shared_secret() -> None:
    secret = OctKey.import_key(KEY.public_key().public_bytes_raw())
    confused = jwt.encode(
        {"alg": "HS256"}, {"sub": "x", "role": "operator", "exp": 4102444800}, secret, ["HS256"]
    )
    with pytest.raises(InvalidToken):
        VERIFIER.verify(confused)


@pytest.mark.parametrize(
    "claims",
    [
        {"role": "operator"},
        {"sub": "", "role": "operator"},
        {"sub": "x"},
        {"sub": "x", "role": "king"},
        {"sub": "x", "role": ["operator"]},
        {"sub": 5, "role": "operator"},
        {"sub": "x", "role": "operator", "agency": 5},
        {"sub": "x", "role": "operator", "exp": None},
        {"sub": "x", "role": "operator", "exp": "soon"},
    ],
)
def test_a_signed_token_that_names_no_officer_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(InvalidToken):
        VERIFIER.verify(forged(claims))


@given(
    st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,30}\.[A-Za-z0-9_-]{0,30}\.[A-Za-z0-9_-]{0,30}")
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        VERIFIER.verify(text)
