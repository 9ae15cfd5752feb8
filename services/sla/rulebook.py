"""What clocks are computed with: the calendar and the limits, with every amendment on record.

A transaction that saves a clock must hold the rulebook to its end: after an amendment commits, no clock is
saved that was computed without it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa

from services.sla import amendments
from shared.calendar import Amendment, Book, Limits, PolicyAmendment, load_limits
from shared.calendar.telling import fact_of
from shared.db.database import Transaction

_HOLD = sa.text("SELECT seq, recorded_at FROM hold_rulebook()")
"""Shared: any number of transactions hold it at once. One round trip."""
_PEEK = sa.text("SELECT seq, recorded_at FROM amendments ORDER BY seq DESC LIMIT 1")
_AS_OF = sa.text("SELECT seq, recorded_at FROM amendments WHERE seq <= :seq ORDER BY seq DESC LIMIT 1")
_CLOSE = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.sla.rulebook'))")
"""Exclusive: waits for every transaction that holds the rulebook, and keeps new ones out."""
_BEGIN_RECOMPUTE = sa.text("INSERT INTO recomputes (seq) VALUES (:seq)")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The calendar and the limits as of amendment `seq`; 0 is what the reviewed files say."""

    book: Book
    limits: Limits
    seq: int = 0

    @property
    def versions(self) -> tuple[str, str]:
        """Of the calendar and of the policy."""
        return self.book.version, self.limits.version

    def amended(self, amendment: Amendment | PolicyAmendment, seq: int | None = None) -> "Rulebook":
        """With one more amendment on top; without a `seq` it is only being tried."""
        number = self.seq if seq is None else seq
        if isinstance(amendment, Amendment):
            return Rulebook(self.book.amended(amendment), self.limits, number)
        return Rulebook(self.book, self.limits.amended(amendment), number)


class Outdated(Exception):
    """Others have amended the rules since; what was seen of the effect is no longer so."""


_Amended = TypeVar("_Amended", bound=Amendment | PolicyAmendment)
_Key = tuple[int, datetime]
_remembered: dict[_Key, Rulebook] = {}
"""The last ones read in this process. A number alone does not tell two databases apart; the time does."""
_MOST_REMEMBERED = 8


def packaged() -> Rulebook:
    """The rulebook of the reviewed files, without any amendment."""
    return Rulebook(Book.packaged(), load_limits())


async def rulebook(tx: Transaction) -> Rulebook:
    """The rulebook as amended so far; nobody can amend it before this transaction ends.

    Call it before the rows that the transaction saves are read.
    """
    return await _read(tx, _HOLD)


async def peek(tx: Transaction) -> Rulebook:
    """The same for those who save nothing: an amendment may follow at once."""
    return await _read(tx, _PEEK)


async def as_of(tx: Transaction, seq: int) -> Rulebook:
    """The rulebook as it was with the amendments up to and including `seq`."""
    return packaged() if seq == 0 else await _read(tx, _AS_OF, {"seq": seq})


async def _read(
    tx: Transaction, statement: sa.TextClause, parameters: dict[str, int] | None = None
) -> Rulebook:
    last = (await tx.execute(statement, parameters)).one_or_none()
    if last is None:
        return packaged()
    key = (last.seq, last.recorded_at)
    if (known := _remembered.get(key)) is not None:
        return known
    read = _build(await amendments.through(tx, last.seq), last.seq)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    _remembered[key] = read
    return read


def _build(rows: list[amendments.Row], seq: int) -> Rulebook:
    start = packaged()
    return Rulebook(
        start.book.restored(*amendments.calendars(rows)),
        start.limits.restored(*amendments.policies(rows)),
        seq,
    )


async def amend(
    tx: Transaction, amendment: _Amended, decided: date, *, on_top_of: int | None = None
) -> tuple[_Amended, Rulebook]:
    """Record an amendment, known from now on, tell it, and have the clocks that run computed again.

    Gives it its id and `known_at`; `decided` is when its act was signed. Raises what `Book.amended` and
    `Limits.amended` raise, and `Outdated` if the rules are not those of amendment `on_top_of`: the
    transaction must then be rolled back.
    """
    await tx.execute(_CLOSE)
    before = await peek(tx)
    if on_top_of is not None and before.seq != on_top_of:
        raise Outdated
    seq = await amendments.next_seq(tx)
    subject = amendments.subject_of(amendment)
    recorded = replace(amendment, id=f"{subject}-{seq}", known_at=tx.now)
    after = before.amended(recorded, seq)
    await amendments.insert(tx, seq, recorded, decided)
    tx.say(fact_of(recorded, seq, decided, tx.now))
    await tx.execute(_BEGIN_RECOMPUTE, {"seq": seq})
    return recorded, after
