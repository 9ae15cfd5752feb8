"""What a service says when it is started with settings that are missing or wrong."""

import os
import subprocess
import sys

import pytest

GOOD = {
    "LAPOR_DATABASE_URL": "postgresql+asyncpg://sla:rahasia-satu@127.0.0.1:1/lapor",
    "LAPOR_BROKER_URL": "amqp://sla:rahasia-dua@127.0.0.1:1/",
    "LAPOR_TOKEN_PUBLIC_KEY": "bukan-kunci",
}


def start(**changes: str) -> subprocess.CompletedProcess:
    own = {key: value for key, value in os.environ.items() if not key.startswith("LAPOR_")}
    env = {**own, **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "-m", "services.sla"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"LAPOR_DATABASE_URL": "mysql://x"},
            "LAPOR_DATABASE_URL: Value error, a database address begins with",
        ),
        ({"LAPOR_BROKER_URL": "http://x"}, "LAPOR_BROKER_URL: Value error, a broker's address begins with"),
        ({"LAPOR_ROLES": "api,cook"}, "LAPOR_ROLES: Value error, roles are some of api, relay, worker"),
        ({}, "because of a key"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(changes, told):
    ended = start(**changes)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_no_password_is_quoted():
    assert "rahasia" not in start(LAPOR_HTTP_PORT="delapan").stderr
