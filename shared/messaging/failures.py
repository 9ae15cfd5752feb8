"""What kind of failure an exception is: wait for the servers, try again later, or never."""

import asyncio
import traceback

import asyncpg
import sqlalchemy.exc as sa_exc

from shared.contracts.codec import Undecodable


class Unprocessable(Exception):
    """Raised by a handler for a message that no retry will help; the text is shown to operators."""


_GONE = (
    ConnectionError,
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    sa_exc.TimeoutError,
)


def is_outage(error: BaseException) -> bool:
    """True where the message is fine and a server is not: hold on to it and wait."""
    if isinstance(error, _GONE):
        return True
    if isinstance(error, sa_exc.DBAPIError):
        if error.connection_invalidated:
            return True
        causes = (error.orig, getattr(error.orig, "__cause__", None))
        return any(isinstance(cause, _GONE) for cause in causes)
    return False


def is_final(error: BaseException) -> bool:
    """True where the message can never be handled."""
    return isinstance(error, Unprocessable | Undecodable)


def where(error: BaseException) -> str:
    """The line of ours that an error came through last: enough to find it, and no value in it."""
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("services.", "shared.")):
            found = f"{module}:{line}"
    return found


def reason_of(error: BaseException) -> str:
    """One line for operators. Database errors quote values, so only their class and SQLSTATE are told."""
    if isinstance(error, sa_exc.DBAPIError):
        orig = error.orig
        cause = getattr(orig, "__cause__", None) or orig
        state = getattr(cause, "sqlstate", None) or "?"
        constraint = getattr(cause, "constraint_name", None)
        return f"{type(cause).__name__} (SQLSTATE {state}{f', {constraint}' if constraint else ''})"
    if is_final(error):
        return str(error)[:500]
    return type(error).__name__
