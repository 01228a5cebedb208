"""The environments people set up (venv, conda, npm) name the same things, and name them so that nobody can swap them."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock", "requirements-node.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# conda's name -> PyPI's, where they differ
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pandera-base": "pandera", "jupyter_client": "jupyter-client"}
# in environment.yml only, because conda manages what a venv finds on the machine
CONDA_ONLY = {"python", "pip", "nodejs"}


def requirements(*extras: str) -> dict[str, Requirement]:
    """Return the dependencies of pyproject.toml with those of `extras`, by name."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Return each entry of the lock `name` with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [(Requirement(entry.split("--hash")[0].strip()), re.findall(r"--hash=(\S+)", entry)) for entry in entries]


def versions(name: str) -> dict[str, set[str]]:
    """Return the versions that the lock `name` holds per package (more than one where Python versions differ)."""
    found: dict[str, set[str]] = {}
    for requirement, _ in locked(name):
        found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


def conda_lines() -> list[str]:
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return [line for line in lines if isinstance(line, str)]


def installed_version(conda_name: str) -> str:
    if conda_name == "python":
        return ".".join(map(str, sys.version_info[:3]))
    return metadata.version(CONDA_NAMES.get(conda_name, conda_name))


def conda_accepts(line: str, version: str) -> bool:
    """Tell whether conda would take `version` for the dependency `line`."""
    bounds = rattler.MatchSpec(line, strict=True).version
    return bounds is not None and rattler.VersionSpec(bounds).matches(rattler.Version(version))


@pytest.mark.parametrize("line", conda_lines())
def test_conda_understands_each_line_of_environment_yml(line: str):
    spec = rattler.MatchSpec(line, strict=True)
    assert spec.name is not None


@pytest.mark.parametrize("line", [line for line in conda_lines() if line.split()[0] not in {"nodejs", "pip"}])
def test_the_versions_we_test_lie_within_the_bounds_conda_users_get(line: str):
    version = installed_version(line.split()[0])
    assert conda_accepts(line, version), f"environment.yml says {line}, installed is {version}"


def test_conda_bounds_can_fail():
    assert not conda_accepts("pandas >=3.0", "2.3.3")


def test_environment_yml_names_the_same_packages_and_bounds_as_pyproject():
    conda = {}
    for line in conda_lines():
        name, _, bounds = line.partition(" ")
        if name not in CONDA_ONLY:
            conda[CONDA_NAMES.get(name, name)] = bounds.strip()
    assert conda == {name: str(wanted.specifier) for name, wanted in requirements("lab", "trends").items()}
    python = next(line for line in conda_lines() if line.startswith("python "))
    assert python == f"python {PROJECT['requires-python']}"


def test_conda_users_get_malisec_itself_last_and_from_this_folder():
    assert yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"][-1] == {"pip": ["-e ."]}


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["lab", "trends"]), ("requirements-dev.lock", ["lab", "trends", "test"])]
)
def test_the_lock_holds_every_dependency_within_its_bounds(lock: str, extras: list[str]):
    pinned = versions(lock)
    for name, wanted in requirements(*extras).items():
        assert name in pinned, f"{lock} lacks {name}: run make lock"
        for pin in pinned[name]:
            version = pin.removeprefix("==")
            assert wanted.specifier.contains(version), (
                f"{lock} pins {name} {version}, pyproject.toml wants {wanted.specifier}: run make lock"
            )


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_unpinned_or_unhashed_gets_installed(lock: str):
    entries = locked(lock)
    assert entries
    for requirement, hashes in entries:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), f"{lock}: {requirement} is not pinned"
        assert hashes, f"{lock}: {requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", found) for found in hashes), f"{lock}: {requirement} has an odd hash"


def test_no_two_locks_disagree():
    dev = versions("requirements-dev.lock")
    assert set(versions("requirements.lock")) <= set(dev)
    for lock in LOCKS:
        for name, pins in versions(lock).items():
            assert dev.get(name, pins) == pins, f"{lock} and requirements-dev.lock disagree on {name}"


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address(lock: str):
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_front_end_packages_are_pinned_by_hash_and_without_addresses():
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    top = packages.pop("")
    for kind in ("dependencies", "devDependencies"):
        assert top[kind] == wanted[kind], "package-lock.json is older than package.json: run make lock"
        for name, version in wanted[kind].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"package.json: {name} {version} is not one exact version"
            assert packages[f"node_modules/{name}"]["version"] == version
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), f"package-lock.json: {name} has no integrity hash"
        assert "resolved" not in entry, f"package-lock.json: {name} names an address"


def test_every_library_that_malisec_imports_is_declared():
    owners = metadata.packages_distributions()
    # of the extras only what is asked for where it is used, with a message that names the extra
    declared = set(requirements()) | {"mapclassify"}
    for path in sorted((ROOT / "malisec").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for top in {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"malisec"}:
                found = {canonicalize_name(owner) for owner in owners.get(top, [top])}
                assert found & declared, f"{path.name}:{node.lineno} imports {top}, which pyproject.toml does not declare"
