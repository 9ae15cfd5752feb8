import pytest
from pydantic import ValidationError

from services.intake.channels import adapters
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.contracts import Channel
from shared.messaging.topology import QUEUED_CHANNELS, inbound_queue


def settings(keys: dict[str, str], **changes) -> Settings:
    given = {
        "database_url": "postgresql+asyncpg://x",
        "broker_url": "amqp://x",
        "token_public_key": keys["LAPOR_TOKEN_PUBLIC_KEY"],
        "seal_public_key": keys["LAPOR_SEAL_PUBLIC_KEY"],
        "reveal_public_key": keys["LAPOR_REVEAL_PUBLIC_KEY"],
        "evidence_public_key": keys["LAPOR_EVIDENCE_PUBLIC_KEY"],
        "link_public_key": keys["LAPOR_LINK_PUBLIC_KEY"],
        "code_pepper": keys["LAPOR_CODE_PEPPER"],
        "receipt_private_key": keys["LAPOR_RECEIPT_PRIVATE_KEY"],
        "s3_endpoint": "localhost:1",
        "s3_access_key": "a",
        "s3_secret_key": "b",
    }
    return Settings(**{**given, **changes})


def test_every_channel_is_served_unless_told_otherwise(keys):
    assert settings(keys).intake_channels == frozenset(Channel)


def test_channels_are_a_list_with_commas(keys):
    assert settings(keys, intake_channels="sms, web").intake_channels == {Channel.SMS, Channel.WEB}


def test_an_unknown_channel_is_refused(keys):
    with pytest.raises(ValidationError):
        settings(keys, intake_channels="pigeon")


def test_a_process_without_the_sms_channel_reads_no_sms(keys):
    chosen = settings(keys, intake_channels="web")
    assert adapters(chosen, Keyring(chosen)) == {}


def test_a_process_with_the_sms_channel_reads_its_queue(keys):
    chosen = settings(keys, intake_channels="sms")
    queues = [s.queue for s in adapters(chosen, Keyring(chosen))[Channel.SMS].subscriptions()]
    assert queues == ["intake.inbound.sms"]


def test_every_queue_of_a_channel_has_a_reader_and_every_reader_a_queue(keys):
    chosen = settings(keys)
    read = {s.queue for one in adapters(chosen, Keyring(chosen)).values() for s in one.subscriptions()}
    assert read == {inbound_queue(channel) for channel in QUEUED_CHANNELS}


def test_settings_show_no_secret(keys):
    assert keys["LAPOR_CODE_PEPPER"] not in repr(settings(keys))
    assert keys["LAPOR_RECEIPT_PRIVATE_KEY"] not in repr(settings(keys))


def test_the_keyring_shows_nothing(keys):
    assert repr(Keyring(settings(keys))) == "Keyring()"


def test_each_channel_has_its_own_prefetch(keys, monkeypatch):
    monkeypatch.setenv("LAPOR_CHANNEL_PREFETCH", '{"sms": 128, "whatsapp": 8}')
    chosen = settings(keys)
    served = adapters(chosen, Keyring(chosen))
    prefetch = {c: served[c].subscriptions()[0].prefetch for c in (Channel.SMS, Channel.WHATSAPP, Channel.X)}
    assert prefetch == {Channel.SMS: 128, Channel.WHATSAPP: 8, Channel.X: 64}


def test_a_channel_takes_at_least_one_message_at_a_time(keys):
    with pytest.raises(ValidationError):
        settings(keys, channel_prefetch={"sms": 0})


def test_mail_is_listened_for_only_where_a_port_is_named(keys):
    for port, loops in ((None, 0), (2424, 1)):
        chosen = settings(keys, mail_port=port)
        assert len(adapters(chosen, Keyring(chosen))[Channel.EMAIL].loops()) == loops
