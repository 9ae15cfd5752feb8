"""A Chromium for looking at the pages: the machine's own, or the distribution's package, unpacked privately.

As RabbitMQ in `packages`: no root is needed, and nothing outside the folder is touched.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.errors import StackError

PACKAGE = "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEEDED_MEGABYTES = 900


def find(folder: Path, tell: Callable[[str], None] = lambda _: None) -> Path:
    """The program to start, fetched now if it has to be. Blocks. Raises StackError."""
    if given := os.environ.get("LAPOR_CHROMIUM"):
        return Path(given)
    for name in NAMES:
        if installed := shutil.which(name):
            return Path(installed)
    target = folder.resolve() / "chromium"  # the tools that unpack it run in folders of their own
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "run").exists():
            unpack(target, tell)
    return target / "run"


def unpack(target: Path, tell: Callable[[str], None]) -> None:
    """Fetch the package and what it needs and the machine does not have. Raises StackError."""
    if missing := [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]:
        raise _refusal(f"without {missing[0]} it cannot be unpacked privately")
    if shutil.disk_usage(target.parent).free < NEEDED_MEGABYTES * 1_000_000:
        raise _refusal(f"unpacking it needs {NEEDED_MEGABYTES} MB of free disk space in {target.parent}")
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="unpacking-chromium-") as folder:
        root = _fetch(Path(folder), tell)
        root.chmod(0o755)
        root.rename(target)
    _write_runner(target)


def _fetch(folder: Path, tell: Callable[[str], None]) -> Path:
    for name in ("lists/partial", "cache/archives/partial", "packages", "root"):
        (folder / name).mkdir(parents=True)
    private = (f"Dir::State::Lists={folder}/lists", f"Dir::Cache={folder}/cache", "Debug::NoLocking=1")
    options = [part for option in (*private, "APT::Sandbox::User=root") for part in ("-o", option)]
    tell("Chromium is not on this machine: reading the package lists")
    _run(["apt-get", *options, "update"], folder, check=False)
    # A rehearsal of the installation names just what this machine lacks.
    planned = _run(["apt-get", *options, "-s", "--no-install-recommends", "install", PACKAGE], folder)
    wanted = [line.split()[1] for line in planned.splitlines() if line.startswith("Inst ")]
    tell(f"fetching Chromium ({len(wanted)} packages, about 100 MB)")
    _run(["apt-get", *options, "download", *wanted], folder / "packages")
    for package in sorted((folder / "packages").glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(folder / "root")], folder)
    return folder / "root"


def _write_runner(target: Path) -> None:
    libraries = sorted({str(path.parent) for path in target.glob("usr/lib/**/*.so*")})
    fonts = target / "etc/fonts/fonts.conf"
    lines = [
        "#!/bin/sh",
        f'export LD_LIBRARY_PATH="{":".join(libraries)}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"',
        *([f'export FONTCONFIG_FILE="{fonts}"'] if fonts.exists() else []),
        f'exec "{target}/usr/lib/chromium/chromium" "$@"',
    ]
    runner = target / "run"
    runner.write_text("\n".join(lines) + "\n")
    runner.chmod(0o755)


def _run(command: Sequence[str], folder: Path, *, check: bool = True) -> str:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    if check and done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("E:", "dpkg"))]
        raise _refusal(errors[0].removeprefix("E: ") if errors else "it could not be fetched")
    return done.stdout


def _refusal(why: str) -> StackError:
    return StackError(
        f"Chromium is not installed ({why}): install the package chromium, or name one in LAPOR_CHROMIUM."
    )


if __name__ == "__main__":
    try:
        find(Path(".local/servers"), lambda words: print(words, file=sys.stderr))
    except StackError as error:
        sys.exit(str(error))
