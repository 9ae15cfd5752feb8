"""A new seal key: contacts move to it in batches, and then the old one opens nothing of them."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.notify.rewrapping import rewrap
from shared.security.sealing import Contact, Sealer, Unsealable, Unsealer

OLD, NEW = X25519PrivateKey.generate(), X25519PrivateKey.generate()
_ADD = sa.text(
    "INSERT INTO contacts (report_id, sealed, channel, language, withdrawn, said_at, event_id) "
    "VALUES (:id, :sealed, 'email', 'id', false, now(), :id)"
)


async def contacts(database):
    async with database.reading() as tx:
        rows = await tx.execute(sa.text("SELECT report_id, sealed FROM contacts ORDER BY report_id"))
        return {row.report_id: row.sealed for row in rows}


@pytest.fixture
async def notify(database):
    opened = await database("notify")
    async with opened.transaction() as tx:
        for number in range(7):
            report = uuid4()
            sealed = Sealer((OLD if number < 5 else NEW).public_key()).seal(report, Contact(f"Nama {number}"))
            await tx.execute(_ADD, {"id": report, "sealed": sealed})
    return opened


async def test_every_contact_opens_with_the_new_key_alone(notify):
    assert await rewrap(notify, Unsealer([NEW, OLD]), batch=2) == 5
    kept = await contacts(notify)
    assert {Unsealer([NEW]).unseal(report, sealed).name for report, sealed in kept.items()} == {
        f"Nama {number}" for number in range(7)
    }
    for report, sealed in kept.items():
        with pytest.raises(Unsealable):
            Unsealer([OLD]).unseal(report, sealed)


async def test_a_second_run_finds_nothing_to_do(notify):
    await rewrap(notify, Unsealer([NEW, OLD]), batch=3)
    before = await contacts(notify)
    assert await rewrap(notify, Unsealer([NEW, OLD])) == 0
    assert await contacts(notify) == before


async def test_a_contact_of_an_unknown_key_stays_and_stops_nobody(notify):
    stranger = uuid4()
    sealed = Sealer(X25519PrivateKey.generate().public_key()).seal(stranger, Contact("Siapa"))
    async with notify.transaction() as tx:
        await tx.execute(_ADD, {"id": stranger, "sealed": sealed})
    assert await rewrap(notify, Unsealer([NEW, OLD]), batch=2) == 5
    assert (await contacts(notify))[stranger] == sealed
