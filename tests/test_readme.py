"""A newcomer types what the README says; each of it must work."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from malisec import cli, paths

HOME = paths.home()
TEXT = (HOME / "README.md").read_text(encoding="utf-8")
SHELL = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]


def test_readme_names_the_two_commands_on_its_first_screen() -> None:
    first = "\n".join(TEXT.splitlines()[:20])
    assert "make report" in first
    assert "make test" in first


@pytest.mark.parametrize("command", [c for c in SHELL if c.startswith("make")])
def test_every_make_command_of_the_readme_exists(command: str) -> None:
    # a dry run: `make test` would call itself, and CI runs it anyway
    done = subprocess.run([*shlex.split(command), "-n"], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_make_report_builds_what_the_readme_promises() -> None:
    done = subprocess.run(["make", "report"], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    promised = re.findall(r"`(reports/[\w.-]+\.html)`", TEXT)
    assert len(promised) >= 3
    for name in promised:
        assert (HOME / name).is_file(), name


@pytest.mark.parametrize("command", [c for c in SHELL if c.startswith("malisec") and not c.startswith("malisec report")])
def test_every_malisec_command_of_the_readme_runs(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what a command writes goes where it is typed
    monkeypatch.chdir(tmp_path)
    assert cli.main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out


def test_the_python_of_the_readme_gives_what_it_prints() -> None:
    result = doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(TEXT, {}, "README.md", "README.md", 0))
    assert result.attempted > 4
    assert result.failed == 0


def test_every_link_and_picture_of_the_readme_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert target.startswith("http") or (HOME / target).exists(), target


def test_questions_in_the_readme_are_those_of_the_notebooks() -> None:
    from malisec.report import read_pages

    for path in sorted((HOME / "notebooks").glob("[0-9]*.ipynb")):
        for page in read_pages(path):
            assert f"| `reports/{page.file}` | {page.question} |" in TEXT


def test_the_command_is_installed_beside_python() -> None:
    assert shutil.which("malisec", path=str(paths.Path(sys.executable).parent)) is not None
