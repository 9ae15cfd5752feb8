"""The service as it is put together."""

import json

import pytest
from pydantic import ValidationError

from services.notify.app import service
from services.notify.domain.delivery import Lane
from services.notify.providers.assembly import channels, pools
from services.notify.receipts.box import Box
from services.notify.settings import Settings
from shared.contracts import ContactRegistered
from shared.contracts.catalogue import FACTS
from shared.messaging.topology import QUEUES
from shared.security.keys import InvalidKey, generate_keys, load_verifying_keys


@pytest.fixture
def environment(monkeypatch):
    settings = {
        **generate_keys(),
        "LAPOR_DATABASE_URL": "postgresql+asyncpg://notify@127.0.0.1/lapor",
        "LAPOR_BROKER_URL": "amqp://notify@127.0.0.1/",
        "LAPOR_SMTP_URL": "smtp://127.0.0.1:1025",
        "LAPOR_SMS_URL": "http://127.0.0.1:8025/sms",
        "LAPOR_PUBLIC_URL": "https://lapor.example",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_it_reads_only_queues_of_its_own(environment):
    queues = {subscription.queue for subscription in service().subscriptions}
    assert queues == {
        queue.name for queue in QUEUES if queue.name.startswith("notify.") and queue.dead_letters
    }


def test_contacts_are_read_from_the_private_queue_alone(environment):
    reading = {s.queue for s in service().subscriptions if ContactRegistered in s.handlers}
    assert reading == {"notify.contacts"}


def test_every_fact_it_hears_is_in_the_catalogue(environment):
    heard = {kind for subscription in service().subscriptions for kind in subscription.handlers}
    assert heard <= set(FACTS.values())


def test_a_mail_server_of_an_unknown_kind_stops_the_start(environment):
    environment.setenv("LAPOR_SMTP_URL", "https://mail.example")
    with pytest.raises(ValueError, match="LAPOR_SMTP_URL"):
        service()


def test_a_lease_shorter_than_a_sending_is_refused(environment):
    environment.setenv("LAPOR_LEASE_SECONDS", "5")
    environment.setenv("LAPOR_SMTP_URL", "smtp://lapor:rahasia@mail.example")
    with pytest.raises(ValidationError, match="LAPOR_LEASE_SECONDS") as caught:
        Settings()
    assert "rahasia" not in str(caught.value)


def test_a_key_that_cannot_sign_links_stops_the_start_without_being_repeated(environment):
    environment.setenv("LAPOR_LINK_PRIVATE_KEY", "rahasia")
    with pytest.raises(InvalidKey) as caught:
        service()
    assert "rahasia" not in str(caught.value)


def test_feeds_signed_before_the_receipt_key_was_replaced_are_read_for_their_half_hour(environment):
    older, newer = (generate_keys()["LAPOR_RECEIPT_PUBLIC_KEY"] for _ in range(2))
    environment.setenv("LAPOR_RECEIPT_PUBLIC_KEY", newer)
    environment.setenv("LAPOR_RECEIPT_RETIRED_KEYS", older)
    assert service().resources["feed_keys"] == load_verifying_keys(newer, older)


def test_a_national_desk_and_a_link_key_may_be_left_out_or_set_to_nothing(environment):
    for name in ("LAPOR_NATIONAL_DESK_EMAIL", "LAPOR_LINK_PRIVATE_KEY"):
        environment.setenv(name, "")
    settings = Settings()
    assert (settings.national_desk_email, settings.link_private_key) == (None, None)


def test_a_national_desk_that_is_no_address_is_refused(environment):
    environment.setenv("LAPOR_NATIONAL_DESK_EMAIL", "meja nasional")
    with pytest.raises(ValidationError, match="national_desk_email"):
        Settings()


def test_no_secret_shows_in_the_settings(environment):
    environment.setenv("LAPOR_SMTP_URL", "smtp://lapor:rahasia@mail.example")
    assert "rahasia" not in repr(Settings())


def sms(name: str = "sms-b", **more) -> dict:
    return {"name": name, "kind": "sms", "url": "https://sms.example/send", **more}


def test_providers_of_a_channel_share_it(environment):
    environment.setenv("LAPOR_PROVIDERS", json.dumps([sms(per_second=5)]))
    [pool] = [pool for pool in pools(Settings(), Box()) if pool.channel == "sms"]
    assert pool.names == ["sms", "sms-b"]


def test_a_process_can_send_by_some_channels_and_lanes_only(environment):
    environment.setenv("LAPOR_NOTIFY_CHANNELS", "sms")
    environment.setenv("LAPOR_NOTIFY_LANES", "bulk")
    settings = Settings()
    assert [pool.channel for pool in pools(settings, Box())] == ["sms"]
    assert settings.notify_lanes == {Lane.BULK}
    assert channels(settings) == {"email", "sms", "push", "webhook"}


@pytest.mark.parametrize(
    ("providers", "told"),
    [
        ([sms("sms")], "names sms twice"),
        ([{"name": "wa", "kind": "whatsapp", "url": "https://graph.example"}], "wa needs a token"),
        ([sms(url="ftp://sms.example/?key=rahasia")], "needs an http or https address"),
        ([{"name": "p", "kind": "push", "contact": "mailto:a@b.example"}], "needs a private_key"),
        ([{"name": "s", "kind": "smpp", "url": "tcp://rahasia@smsc.example"}], "needs an smpp"),
    ],
)
def test_a_provider_that_could_never_work_stops_the_start(environment, providers, told):
    environment.setenv("LAPOR_PROVIDERS", json.dumps(providers))
    with pytest.raises(ValueError, match=told) as caught:
        service()
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAPOR_NOTIFY_CHANNELS", "fax"),
        ("LAPOR_NOTIFY_LANES", "cepat"),
        ("LAPOR_PROVIDERS", json.dumps([sms(kind="fax")])),
        ("LAPOR_PROVIDERS", json.dumps([sms(name="SMS B")])),
        ("LAPOR_PROVIDERS", json.dumps([sms(pengirim="LAPOR")])),
    ],
)
def test_a_setting_that_names_what_there_is_not_is_refused(environment, name, value):
    environment.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_no_providers_secret_shows_in_the_settings(environment):
    environment.setenv("LAPOR_PROVIDERS", json.dumps([sms(token="rahasia", receipt_secret="rahasia")]))
    assert "rahasia" not in repr(Settings())
