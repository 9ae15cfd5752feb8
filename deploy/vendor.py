"""Fetches what the pages take from others, by the npm client, into `shared/web/pages/static/vendor`.

`python -m deploy.vendor` fetches; nothing is taken whose bytes are not those that `vendor.json` names.
`--accept` writes down what was fetched, after a version was changed there and its changes were read.
"""

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "shared/web/pages/static/vendor"
LIST = FOLDER / "vendor.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.vendor", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="write down the hashes of what is fetched")
    accept = parser.parse_args().accept
    listed: dict[str, Any] = json.loads(LIST.read_text())
    for package in listed["packages"]:
        with tempfile.TemporaryDirectory() as folder:
            archive = _packed(f"{package['name']}@{package['version']}", Path(folder))
            found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if accept:
                package["integrity"] = found
            elif found != package["integrity"]:
                print(f"{package['name']} {package['version']}: not the bytes that were reviewed.")
                return 1
            _take(archive, package["files"])
        print(f"{package['name']} {package['version']} ({package['license']})")
    taken = sorted(name for package in listed["packages"] for name in package["files"].values())
    listed["sha256"] = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in taken}
    LIST.write_text(json.dumps(listed, indent=2) + "\n")
    return 0


def _packed(wanted: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, capture_output=True, text=True, check=False
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        sys.exit(f"npm could not fetch {wanted}: {done.stderr.strip() or 'no reason given'}")
    return archives[0]


def _take(archive: Path, files: dict[str, str]) -> None:
    with tarfile.open(archive) as packed:
        for inside, name in files.items():
            content = packed.extractfile(f"package/{inside}")
            assert content is not None
            (FOLDER / name).write_bytes(content.read())


if __name__ == "__main__":
    sys.exit(main())
