"""RabbitMQ and Erlang for a machine that has none: the distribution's packages, unpacked in a private folder.

Needs no root and installs nothing: no package database, system service or file outside the folder is touched.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.process import launcher

PACKAGE = "rabbitmq-server"
NEEDED_MEGABYTES = 250
_CLOSURE = ("no-recommends", "no-suggests", "no-conflicts", "no-breaks", "no-replaces", "no-enhances")


def unpack(target: Path, tell: Callable[[str], None]) -> Path:
    """The folder with the unpacked packages, made now if it is not there yet. Blocks. Raises StackError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            for interrupted in target.parent.glob("unpacking-*"):
                shutil.rmtree(interrupted, ignore_errors=True)
            _require_tools(target)
            with tempfile.TemporaryDirectory(dir=target.parent, prefix="unpacking-") as folder:
                _fetch(Path(folder), target, tell)
        _point_erlang_at(target / "usr/lib/erlang")
    return target


def _require_tools(target: Path) -> None:
    if missing := [tool for tool in ("apt-get", "apt-cache", "dpkg") if not shutil.which(tool)]:
        raise StackError(
            f"RabbitMQ is not installed and, without {missing[0]}, cannot be unpacked privately: "
            "install rabbitmq-server, or run `docker compose up` instead."
        )
    if shutil.disk_usage(target.parent).free < NEEDED_MEGABYTES * 1_000_000:
        raise StackError(
            f"Unpacking RabbitMQ into {target.parent} needs {NEEDED_MEGABYTES} MB of free disk space."
        )


def _fetch(folder: Path, target: Path, tell: Callable[[str], None]) -> None:
    for name in ("lists/partial", "cache/archives/partial", "packages", "root"):
        (folder / name).mkdir(parents=True)
    private = (f"Dir::State::Lists={folder}/lists", f"Dir::Cache={folder}/cache", "Debug::NoLocking=1")
    # As root, apt would fetch as another user, to whom a private folder is closed.
    options = [part for option in (*private, "APT::Sandbox::User=root") for part in ("-o", option)]
    tell("RabbitMQ is not on this machine: reading the package lists")
    # A source that cannot be reached is not fatal here: what matters is whether the packages can be had.
    _run(["apt-get", *options, "update"], folder, check=False)
    closure = ["depends", "--recurse", *(f"--{flag}" for flag in _CLOSURE), PACKAGE]
    listed = _run(["apt-cache", *options, *closure], folder).splitlines()
    wanted = [line for line in listed if line == PACKAGE or line.startswith("erlang-")]
    tell(f"fetching RabbitMQ and Erlang ({len(wanted)} packages, about 34 MB)")
    _run(["apt-get", *options, "download", *wanted], folder / "packages")
    tell("unpacking RabbitMQ")
    for package in sorted((folder / "packages").glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(folder / "root")], folder)
    (folder / "root").chmod(0o755)
    (folder / "root").rename(target)


def _run(command: Sequence[str], folder: Path, *, check: bool = True) -> str:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    tied = [*launcher(None, signal.SIGKILL), *command]
    done = subprocess.run(tied, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("E:", "dpkg"))] or [
            "no reason given"
        ]
        raise StackError(
            f"RabbitMQ is not installed and could not be fetched ({errors[0].removeprefix('E: ')}): "
            "check the network, install rabbitmq-server, or run `docker compose up` instead."
        )
    return done.stdout


def _point_erlang_at(root: Path) -> None:
    """Erlang's scripts name the folder they were built for; name this one, also after the tree was moved."""
    for script in (*root.glob("bin/*"), *root.glob("erts-*/bin/*")):
        if script.name not in {"erl", "start"} or script.is_symlink():
            continue
        before = script.read_text()
        lines = [
            f'{line.split("ROOTDIR=")[0]}ROOTDIR="{root}"' if line.strip().startswith("ROOTDIR=") else line
            for line in before.splitlines()
        ]
        after = "\n".join(lines) + "\n"
        if after != before:
            script.write_text(after)
