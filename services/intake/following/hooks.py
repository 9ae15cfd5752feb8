"""Systems that operators registered to be told: a partner's, or a city's dashboard.

Their addresses and secrets are sealed for notify, and are not kept here.
"""

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.intake.following import store
from services.intake.following.desk import Target, end, follow_as_system
from services.intake.keyring import Keyring
from shared.db.database import Transaction
from shared.security.sealing import Contact

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_ADD = sa.text(
    "INSERT INTO hooks (hook_id, name, host, author, created_at) "
    "VALUES (:hook_id, :name, :host, :author, :now)"
).bindparams(sa.bindparam("hook_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
_LIST = sa.text(
    """
    SELECT hook_id, name, host, author, created_at,
      ARRAY(SELECT area FROM follows WHERE follows.hook_id = hooks.hook_id AND follows.area IS NOT NULL
        AND follows.ended_at IS NULL ORDER BY area) AS areas,
      (SELECT count(*) FROM follows WHERE follows.hook_id = hooks.hook_id AND report_id IS NOT NULL
        AND follows.ended_at IS NULL) AS reports
    FROM hooks WHERE ended_at IS NULL ORDER BY hook_id LIMIT 500
    """
).columns(hook_id=_UUID)
_END = sa.text(
    "UPDATE hooks SET ended_at = :now WHERE hook_id = :hook_id AND ended_at IS NULL RETURNING hook_id"
).bindparams(sa.bindparam("hook_id", type_=_UUID), sa.bindparam("now", type_=_TIME))


async def register(
    tx: Transaction, keys: Keyring, *, name: str, url: str, author: str, targets: Sequence[Target]
) -> tuple[UUID, str]:
    """Have a system told of these from now on. Returns its id and the secret that its messages are signed
    with, which is shown once.
    """
    hook_id, secret = uuid7(), secrets.token_urlsafe(32)
    row = {"hook_id": hook_id, "name": name, "host": urlsplit(url).hostname or "", "author": author}
    await tx.execute(_ADD, {**row, "now": tx.now})
    contact = Contact(hook=f"{url} {secret}")
    for target in targets:
        await follow_as_system(tx, keys, target, hook_id, contact)
    return hook_id, secret


async def registered(tx: Transaction) -> Sequence[Any]:
    """The systems that are told, oldest first."""
    return (await tx.execute(_LIST)).all()


async def remove(tx: Transaction, hook_id: UUID) -> bool:
    """Tell a system nothing more; False if there is none."""
    if (await tx.execute(_END, {"hook_id": hook_id, "now": tx.now})).first() is None:
        return False
    await end(tx, await store.follows_of_hook(tx, hook_id))
    return True
