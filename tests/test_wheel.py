"""A wheel is enough: whoever has only that, and no clone, gets the same reports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from malisec import report

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
PAGES = [Path(page.file).stem for path in (ROOT / "notebooks").glob("*.ipynb") for page in report.read_pages(path)]


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Build a wheel of `source` with the pinned hatchling, without fetching another one."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


def must(command: list[str | Path], **options: object) -> str:
    """Run `command`, show what it said if it fails, and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    done = build(ROOT, target)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def stranger(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The scripts folder of a fresh environment that holds the locked libraries and the wheel, and nothing of the clone."""
    place = tmp_path_factory.mktemp("stranger") / "venv"
    uv = SCRIPTS / "uv"
    must([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, place])
    into = [uv, "pip", "install", "--quiet", "--python", place / "bin" / "python"]
    must([*into, "--require-hashes", "-r", ROOT / "requirements.lock"])
    must([*into, "--no-deps", wheel])
    yield place / "bin"
    # half a gigabyte, which pytest would keep for three runs
    shutil.rmtree(place)


def test_the_wheel_carries_tables_notebooks_cards_and_front_end_files(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for folder in ("data", "notebooks", "seeds"):
        ours = {
            f"malisec/_shipped/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        }
        assert ours, f"{folder}/ is empty"
        assert ours <= inside
    vendor = {f"malisec/assets/vendor/{path.name}" for path in (ROOT / "malisec" / "assets" / "vendor").iterdir()}
    assert "malisec/assets/vendor/leaflet.js" in vendor
    assert vendor <= inside
    assert {Path(name).name for name in inside if "/licenses/" in name} >= {"LICENSE", "LICENSE-DATA"}


def test_a_wheel_without_front_end_files_is_refused_with_the_way_out(tmp_path: Path):
    clone = tmp_path / "clone"
    for folder in ("data", "notebooks", "seeds"):
        (clone / folder).mkdir(parents=True)
        (clone / folder / "one.csv").touch()
    (clone / "malisec").mkdir()
    (clone / "malisec" / "__init__.py").touch()
    (clone / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "hatch_build.py", clone / "scripts")
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, clone)
    done = build(clone, tmp_path / "dist")
    assert done.returncode != 0
    assert "run `python scripts/assets.py` first" in done.stdout + done.stderr
    assert not list(tmp_path.rglob("*.whl"))


@pytest.mark.slow
def test_reports_are_built_from_the_wheel_alone(stranger: Path, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    out = tmp_path / "out"
    # a bare environment: nothing that points back into the clone or to the Python that runs this test
    env = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    env["PATH"] = os.pathsep.join([str(stranger), "/usr/bin", "/bin"])
    place = must([stranger / "python", "-c", "import malisec; print(malisec.__file__)"], cwd=empty, env=env).strip()
    assert Path(place).is_relative_to(stranger.parent), f"malisec was imported from {place}, not from the wheel"
    must([stranger / "malisec", "report", "--out", str(out)], cwd=empty, env=env)
    assert PAGES
    assert sorted(path.stem for path in out.glob("*.html")) == sorted([*PAGES, "index"])
    assert not list(empty.iterdir()), "the report left files in the folder it was started from"
    clone = str(ROOT).encode()
    for path in out.rglob("*"):
        assert not path.is_file() or clone not in path.read_bytes(), f"{path.name} names the clone"
