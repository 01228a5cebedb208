"""Finds the Chromium that the browser tests drive, and installs one where there is none.

Knows where browsers live; must not know what is tested. The tests import `find`, `make test` runs the file.

    python scripts/chromium.py        make sure of a Chromium and print where it is; exit code 1 if there is none
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = ("/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ADVICE = "install Chromium or Chrome, or name yours in the environment variable MALISEC_CHROMIUM"


def works(path: str) -> bool:
    """Tell whether the program at `path` starts: a browser whose libraries are missing is no browser."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def playwrights_own() -> str | None:
    """Return the Chromium that `playwright install chromium` put down, if it is there."""
    # in a process of its own: playwright's loop cannot be started twice in one
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    try:
        done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    path = done.stdout.strip()
    return path if done.returncode == 0 and path and Path(path).is_file() else None


def find() -> str | None:
    """Return the path of a Chromium that starts: $MALISEC_CHROMIUM, else one on PATH, else playwright's own, else None.

    A MALISEC_CHROMIUM that does not start is an error and never passed over in silence.
    """
    named = os.environ.get("MALISEC_CHROMIUM")
    if named:
        path = shutil.which(named)
        if path and works(path):
            return path
        message = f"MALISEC_CHROMIUM={named} does not start"
        raise FileNotFoundError(message)
    for name in (*NAMES, *MAC):
        path = shutil.which(name)
        if path and works(path):
            return path
    own = playwrights_own()
    return own if own and works(own) else None


def is_debian() -> bool:
    """Tell whether this is Debian itself: on Ubuntu the package `chromium` is only a door to the snap store."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return "ID=debian" in lines


def install() -> None:
    """Install a Chromium: Debian's package where we may, else playwright's download."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and is_debian() and shutil.which("apt-get"):
        print("· no Chromium found; installing Debian's package", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            done = subprocess.run(["apt-get", *step], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
            if done.returncode:
                break
        else:
            return
    print("· no Chromium found; downloading playwright's", flush=True)
    # --with-deps asks the system's package manager for the libraries, which only root may do
    extra = ["--with-deps"] if root and shutil.which("apt-get") else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *extra, "chromium"], stdin=subprocess.DEVNULL, check=False)


def main() -> int:
    """Make sure of a Chromium; return the exit code."""
    try:
        path = find()
        if path is None:
            install()
            path = find()
    except FileNotFoundError as fault:
        print(f"scripts/chromium.py: {fault}; {ADVICE}", file=sys.stderr)
        return 1
    if path is None:
        print(f"scripts/chromium.py: no Chromium that starts, and none could be installed: {ADVICE}", file=sys.stderr)
        return 1
    print(f"· browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
