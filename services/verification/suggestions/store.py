"""Models, lessons, judgements and the switch in PostgreSQL."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.suggestions.features import Text
from services.verification.suggestions.judging import Outcome
from services.verification.suggestions.model import Example, Subject
from shared.contracts import CaseVerified, DispositionCreated
from shared.contracts.codec import decode
from shared.db.database import Transaction

KEPT = 3
"""Older versions are thrown away."""
_TIME = sa.DateTime(timezone=True)
_NEWEST = sa.text("SELECT coalesce(max(version), 0) FROM models")
_LOAD = sa.text("SELECT version, body FROM models ORDER BY version DESC LIMIT 1")
_ABOUT = sa.text("SELECT version, made_at, learned, bytes FROM models ORDER BY version DESC LIMIT 1")
_KEEP = sa.text(
    """
    WITH old AS (DELETE FROM models WHERE version <= :version - :kept)
    INSERT INTO models (version, made_at, learned, bytes, body)
    VALUES (:version, :now, :learned, :bytes, :body)
    """
).bindparams(
    sa.bindparam("version", type_=sa.Integer()), sa.bindparam("kept", type_=sa.Integer()),
    sa.bindparam("now", type_=_TIME), sa.bindparam("body", type_=sa.LargeBinary()),
)  # fmt: skip
_ALONE = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('verification.suggestions'))")
_LESSONS = sa.text(
    """
    WITH taken AS (
      DELETE FROM errands WHERE id = ANY(array(
        SELECT id FROM errands WHERE errand = 'lesson' AND due <= :now ORDER BY due, id LIMIT :rows
      )) RETURNING id, event_id
    )
    SELECT type, body, officer FROM taken JOIN entries USING (event_id) ORDER BY id
    """
).bindparams(sa.bindparam("now", type_=_TIME))
"""Index errands_by_due."""
_WAITING = sa.text("SELECT EXISTS (SELECT FROM errands WHERE errand = 'lesson' AND due <= :now)").bindparams(
    sa.bindparam("now", type_=_TIME)
)
_DROP = sa.text("DELETE FROM errands WHERE errand = 'lesson'")
_JUDGE = sa.text(
    """
    INSERT INTO judgements (day, subject, outcome, count)
    SELECT :day, * FROM unnest(:subjects, :outcomes, :counts)
    ON CONFLICT (day, subject, outcome) DO UPDATE SET count = judgements.count + excluded.count
    """
).bindparams(
    sa.bindparam("day", type_=sa.Date()), sa.bindparam("subjects", type_=pg.ARRAY(sa.Text())),
    sa.bindparam("outcomes", type_=pg.ARRAY(sa.Text())), sa.bindparam("counts", type_=pg.ARRAY(sa.Integer())),
)  # fmt: skip
_JUDGED = sa.text(
    "SELECT subject, outcome, sum(count)::int AS times FROM judgements WHERE day >= :since GROUP BY 1, 2"
).bindparams(sa.bindparam("since", type_=sa.Date()))
_SWITCHED = sa.text("SELECT at, officer, is_on, reason FROM switches ORDER BY id DESC LIMIT :rows")
_SWITCH = sa.text(
    "INSERT INTO switches (at, officer, is_on, reason) VALUES (:now, :officer, :is_on, :reason)"
).bindparams(sa.bindparam("now", type_=_TIME), sa.bindparam("is_on", type_=sa.Boolean()))


async def newest(tx: Transaction) -> int:
    """The newest version; 0 while nothing was learned."""
    return int((await tx.execute(_NEWEST)).scalar_one())


async def load(tx: Transaction) -> tuple[bytes, int] | None:
    """The newest model as it is kept, and its version."""
    row = (await tx.execute(_LOAD)).first()
    return (row.body, row.version) if row else None


async def about(tx: Transaction) -> Any | None:
    """Version, time, number of decisions and bytes of the newest model."""
    return (await tx.execute(_ABOUT)).first()


async def keep(tx: Transaction, version: int, learned: int, body: bytes) -> None:
    """A new version; the oldest go, so that three stay."""
    await tx.execute(
        _KEEP,
        {
            "version": version,
            "kept": KEPT,
            "now": tx.now,
            "learned": learned,
            "bytes": len(body),
            "body": body,
        },
    )


async def alone(tx: Transaction) -> bool:
    """Whether this transaction is the only one that learns."""
    return bool((await tx.execute(_ALONE)).scalar_one())


async def lessons(tx: Transaction, limit: int) -> list[Example]:
    """Take the next lessons, in the order in which they were decided."""
    rows = await tx.execute(_LESSONS, {"now": tx.now, "rows": limit})
    return [example for row in rows if (example := _example(decode(row.type, row.body), row.officer))]


async def waiting(tx: Transaction) -> bool:
    """Whether there is a lesson to learn."""
    return bool((await tx.execute(_WAITING, {"now": tx.now})).scalar_one())


async def drop_lessons(tx: Transaction) -> None:
    """What was decided while nobody learns is not learned later."""
    await tx.execute(_DROP)


def _example(fact: Any, officer: str | None) -> Example | None:
    """What an officer verified, and which agency it went to: the next one, where the first gave it back."""
    if isinstance(fact, CaseVerified) and officer is not None:
        labels = {
            Subject.CATEGORY: fact.category,
            Subject.CLASSIFICATION: fact.classification.value,
            Subject.SECRECY: "secret" if fact.secret else "open",
        }
    elif isinstance(fact, DispositionCreated):
        labels = {Subject.AGENCY: fact.agency}
    else:
        return None
    return Example(Text(fact.title, fact.text, fact.place.region), labels)


async def keep_judgements(tx: Transaction, day: date, found: Iterable[tuple[Subject, Outcome]]) -> None:
    """Add to the day's."""
    counts = sorted(Counter(found).items())
    if counts:
        columns = {
            "subjects": [subject.value for (subject, _), _ in counts],
            "outcomes": [outcome.value for (_, outcome), _ in counts],
            "counts": [count for _, count in counts],
        }
        await tx.execute(_JUDGE, {"day": day, **columns})


async def judged(tx: Transaction, since: date) -> dict[Subject, dict[Outcome, int]]:
    """Since that day, by subject."""
    found: dict[Subject, dict[Outcome, int]] = {subject: dict.fromkeys(Outcome, 0) for subject in Subject}
    for row in await tx.execute(_JUDGED, {"since": since}):
        found[Subject(row.subject)][Outcome(row.outcome)] = row.times
    return found


async def switched(tx: Transaction, rows: int = 1) -> Sequence[Any]:
    """Who switched suggestions on or off, the latest first. Where nobody did, they are on."""
    return (await tx.execute(_SWITCHED, {"rows": rows})).all()


async def is_on(tx: Transaction) -> bool:
    """On until somebody switches it off."""
    last = await switched(tx)
    return not last or bool(last[0].is_on)


async def switch(tx: Transaction, officer: str, reason: str, *, is_on: bool) -> datetime:
    """Rows are only added: who switched, when and why stays. Returns the moment."""
    await tx.execute(_SWITCH, {"now": tx.now, "officer": officer, "is_on": is_on, "reason": reason})
    return tx.now
