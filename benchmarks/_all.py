"""Run the measurements, print one table of all, and write results.json.

Without names all scripts run; with names (`python benchmarks/_all.py points names`) only these, and what results.json holds of the others
stays. What a script that fails has recorded before stays as well, and the exit code is 1.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import _results

HERE = Path(__file__).resolve().parent
FILE = HERE / "results.json"


def scripts(names: list[str]) -> list[Path]:
    known = sorted(path for path in HERE.glob("*.py") if not path.name.startswith("_"))
    unknown = set(names) - {path.stem for path in known}
    if unknown:
        sys.exit(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(path.stem for path in known)}")
    return [path for path in known if not names or path.stem in names]


def run(script: Path, kept: Path) -> dict[str, list] | None:
    print(f"· benchmarks/{script.name}", flush=True)
    done = subprocess.run([sys.executable, str(script)], env=os.environ | {_results.KEPT: str(kept)}, check=False)
    # a script that records nothing would be missing from the file without a word
    if done.returncode or not kept.is_file():
        print(f"FAILED   {script.name}" + ("" if done.returncode else ": recorded nothing"), file=sys.stderr)
        return None
    return json.loads(kept.read_text(encoding="utf-8"))


def main(names: list[str]) -> int:
    found, failed = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for script in scripts(names):
            one = run(script, Path(folder) / f"{script.stem}.json")
            if one is None:
                failed.append(script.name)
            else:
                found[script.name] = one
    whole = _results.merged(FILE, found)
    # before anything is printed: what took minutes to measure is not lost to a pipe that closes
    if found:
        _results.write(FILE, whole)
    print()
    print(_results.table(whole["entries"]))
    if whole["growth"]:
        print()
        print(_results.curves(whole["growth"]))
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
