"""The transaction on a real PostgreSQL: commits are real, errors are SQLAlchemy's, broken connections go."""

import asyncio
import contextlib

import asyncpg
import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from shared.db.database import Uncommitted


class Abandoned(Exception):
    pass


COUNT = sa.text("SELECT count(*) FROM notes")
ADD = sa.text("INSERT INTO notes (score) VALUES (:score)")


async def test_a_failed_statement_that_is_passed_over_is_not_taken_for_a_commit(probe):
    with pytest.raises(Uncommitted):
        await _add_and_go_on_after_an_error(probe.database)
    assert await probe.rows() == 0


async def test_an_error_rolls_back_and_the_connection_is_used_again(probe):
    with pytest.raises(Abandoned):
        await _add_and_abandon(probe.database)
    assert (await probe.rows(), probe.database.engine.pool.checkedout()) == (0, 0)


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(probe):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_add_and_sleep(probe.database), 0.5)
    assert (await probe.rows(), probe.database.engine.pool.checkedout()) == (0, 0)
    async with probe.database.transaction() as tx:  # what the server still did for it was ended, too
        await tx.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        await tx.execute(sa.text("LOCK TABLE notes"))


async def test_connections_that_the_server_closed_are_replaced_before_they_are_used(stack, probe):
    await asyncio.gather(*(probe.rows() for _ in range(5)))
    admin = await asyncpg.connect(stack.admin_database_url.replace("+asyncpg", ""))
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'verification'"
    )
    await admin.close()
    await asyncio.sleep(0.2)
    assert await asyncio.gather(*(probe.rows() for _ in range(5))) == [0] * 5


async def test_a_statement_returns_how_many_rows_it_changed(probe):
    async with probe.database.transaction() as tx:
        await tx.execute(ADD, [{"score": score} for score in range(3)])
        changed = await tx.execute(sa.text("UPDATE notes SET score = score + 1"))
        assert (changed.rowcount, (await tx.execute(COUNT)).scalar_one()) == (3, 3)


async def test_values_written_into_a_statement_are_not_mixed_up_with_those_of_its_twin(probe):
    numbers = sa.table("notes", sa.column("score", sa.Integer))
    async with probe.database.transaction() as tx:
        await tx.execute(ADD, [{"score": score} for score in (1, 2, 2)])
        found = [
            len((await tx.execute(sa.select(numbers).where(numbers.c.score == score))).all())
            for score in (1, 2)
        ]
    assert found == [1, 2]


async def _add_and_abandon(database) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, {"score": 1})
        raise Abandoned


async def _add_and_go_on_after_an_error(database) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, {"score": 1})
        with contextlib.suppress(sqlalchemy.exc.DBAPIError):
            await tx.execute(sa.text("SELECT 1 / 0"))


async def _add_and_sleep(database) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, {"score": 1})
        await tx.execute(sa.text("SELECT pg_sleep(30)"))
