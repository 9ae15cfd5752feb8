"""What `docker-compose.yml` promises, read from it and from the keys it hands out, without an engine."""

import os
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from deploy.compose.keys import NEW_RECEIPT_KEY, as_shell, environments, main
from deploy.local.keys import load_or_make
from shared.messaging.topology import SERVICES

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS = COMPOSE["services"]
STORES = ("postgres", "rabbitmq", "minio")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> dict[str, str]:
    return load_or_make(tmp_path_factory.mktemp("keys"), data_exists=False)


def key_volumes(name: str) -> set[str]:
    return {v.split(":")[0] for v in CONTAINERS[name].get("volumes", ()) if v.startswith("keys")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_told_all_that_its_settings_need(service, secrets, monkeypatch):
    for name in [name for name in os.environ if name.startswith("LAPOR_")]:
        monkeypatch.delenv(name)
    plain = {k: v for k, v in CONTAINERS[service]["environment"].items() if not v.startswith("${")}
    defaults = {
        "LAPOR_PUBLIC_URL": "http://x",
        "LAPOR_SMTP_URL": "smtp://x:1",
        "LAPOR_SMS_URL": "http://x/sms",
    }
    chosen = {k: v for k, v in defaults.items() if k in CONTAINERS[service]["environment"]}
    for name, value in {**plain, **chosen, **environments(secrets)[service]}.items():
        monkeypatch.setenv(name, value)
    settings = import_module(f"services.{service}.settings").Settings()
    assert f"//{service}:" in settings.database_url.get_secret_value()


def test_only_notify_can_open_a_sealed_contact(secrets):
    sealed = secrets["LAPOR_SEAL_PRIVATE_KEY"]
    holders = [
        name for name, settings in environments(secrets).items() if sealed in "".join(settings.values())
    ]
    assert holders == ["notify"]


def test_verification_alone_can_sign_an_officers_token(secrets):
    private = secrets["LAPOR_TOKEN_PRIVATE_KEY"]
    known = environments(secrets)
    told = [service for service in SERVICES if private in "".join(known[service].values())]
    assert told == ["verification"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_no_password_but_its_own(service, secrets):
    told = "".join(environments(secrets)[service].values())
    passwords = {k for k, v in secrets.items() if k.startswith("LAPOR_PASSWORD_") and v in told}
    assert passwords == {f"LAPOR_PASSWORD_{service.upper()}"}


@pytest.mark.parametrize("name", [*SERVICES, *STORES])
def test_a_container_mounts_the_keys_of_nobody_else(name):
    assert key_volumes(name) == {f"keys-{name}"}


def test_an_image_that_nobody_pulls_is_built_here():
    local = {
        container["image"] for container in CONTAINERS.values() if container.get("pull_policy") == "never"
    }
    assert local <= {container.get("image") for container in CONTAINERS.values() if "build" in container}


@pytest.mark.parametrize("name", ["gateway", "catcher"])
def test_what_strangers_reach_holds_no_key(name):
    assert not key_volumes(name)


@pytest.mark.parametrize("store", STORES)
def test_the_gateway_shares_no_network_with_a_store(store):
    assert not set(CONTAINERS["gateway"]["networks"]) & set(CONTAINERS[store]["networks"])


def test_only_who_calls_others_has_a_way_out():
    """A network that is not internal is a way out. `operators` publishes ports; no service is in it."""
    internal = {name for name, one in COMPOSE["networks"].items() if one and one.get("internal")}
    known = {
        name: set(container.get("networks", ["default"]))  # which is what compose makes for who names none
        for name, container in CONTAINERS.items()
        if container.get("network_mode") != "none"
    }
    out = {name: networks - internal for name, networks in known.items() if networks - internal}
    assert {name: networks for name, networks in out.items() if networks != {"operators"}} == {
        "gateway": {"public"},
        "intake-worker": {"messengers"},
        "routing": {"outside"},
        "verification": {"outside"},
    }


@pytest.mark.parametrize("token", ["LAPOR_WHATSAPP_API_TOKEN", "LAPOR_TELEGRAM_BOT_TOKEN"])
def test_only_the_worker_holds_what_fetches_messengers_files(token):
    assert [name for name, one in CONTAINERS.items() if token in one.get("environment", {})] == [
        "intake-worker"
    ]


def test_readers_of_sms_alone_have_no_way_out():
    apart = yaml.safe_load((ROOT / "deploy/compose/apart.yml").read_text())["services"]["intake-sms"]
    assert apart["extends"]["service"] == "intake" and "networks" not in apart


def test_everything_is_published_on_loopback_only():
    published = [port for container in CONTAINERS.values() for port in container.get("ports", ())]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_no_database_or_object_store_is_published():
    assert [name for name in ("postgres", "minio") if "ports" in CONTAINERS[name]] == []


def test_every_image_is_pinned():
    assert [
        c["image"] for c in CONTAINERS.values() if c["image"].rpartition(":")[2] in {"latest", c["image"]}
    ] == []


def test_whatever_stays_up_tells_its_health():
    lasting = {name for name, container in CONTAINERS.items() if container.get("restart") == "unless-stopped"}
    assert {name for name in lasting if "healthcheck" not in CONTAINERS[name]} == set()


def test_a_shell_reads_every_secret_back_unchanged(tmp_path):
    awkward = {"A": '{"sms": "it\'s $HOME `id` \\"q\\""}', "B": "two words", "C": ""}
    (tmp_path / "env").write_text(as_shell(awkward))
    script = f'. {shlex.quote(str(tmp_path / "env"))}; printf "%s\\n%s\\n%s" "$A" "$B" "$C"'
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert read.split("\n") == list(awkward.values())


def test_a_second_start_keeps_every_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("LAPOR_KEYS_FOLDER", str(tmp_path))
    main()
    first = {path: path.read_text() for path in tmp_path.glob("*/env")}
    main()
    assert first == {path: path.read_text() for path in tmp_path.glob("*/env")}
    assert len(first) == len(environments(load_or_make(tmp_path / "all", data_exists=False)))


def test_the_receipt_key_alone_is_replaced_where_that_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("LAPOR_KEYS_FOLDER", str(tmp_path))
    main()
    before = {path.parent.name: path.read_text() for path in tmp_path.glob("*/env")}
    main([NEW_RECEIPT_KEY])
    after = {path.parent.name: path.read_text() for path in tmp_path.glob("*/env")}
    assert {name for name in after if after[name] != before[name]} == {"intake", "notify", "verification"}


def test_making_the_keys_prints_none_of_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAPOR_KEYS_FOLDER", str(tmp_path))
    main()
    printed = "".join(capsys.readouterr())
    made = load_or_make(tmp_path / "all", data_exists=False)
    assert not [name for name, value in made.items() if value in printed]


def test_the_console_holds_the_brokers_credentials_and_can_sign_nothing(secrets):
    told = "".join(environments(secrets)["console"].values())
    known = {name for name, value in secrets.items() if value in told}
    assert known == {"LAPOR_PASSWORD_BROKER_ADMIN", "LAPOR_TOKEN_PUBLIC_KEY"}
    assert key_volumes("console") == {"keys-console"}
