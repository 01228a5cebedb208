"""What all measurements share: one way to time, one form of what was found, and one table of it.

A script that runs on its own prints; under `make bench`, `_all.py` names a file in `BENCH_ENTRIES` and what is recorded is kept there.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: where the entries of a script are kept while all run
KEPT = "BENCH_ENTRIES"
#: units of which more is better; of all others less is
RATES = ("names/s", "points/s", "rows/s")
#: significant digits: a repetition on the same machine finds the first two again
DIGITS = 3
#: slope of seconds over rows, both as logarithms, up to which a growth counts as linear
LINEAR = 1.1

_entries: list[dict[str, Any]] = []
_growth: list[dict[str, Any]] = []


def seconds(call: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of a call, the best of some rounds: what else the machine does only ever slows a round down."""
    best = math.inf
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def grown(prepare: str, work: str) -> float:
    """Return by how many MB the memory grows at its highest while a statement runs, its result counted.

    Each time in a new process, asked in two ways, of which the larger counts: what Python and numpy ask for, which also tells of memory
    that the process had before; and on Linux what the process holds, which also tells of what other libraries ask for.
    """
    traced = f"import tracemalloc\n{prepare}\ntracemalloc.start()\n{work}\nprint(tracemalloc.get_traced_memory()[1] / 1e6)"
    ways = [traced]
    if Path("/proc/self/clear_refs").exists():
        held = "def held(what):\n    line = next(row for row in open('/proc/self/status') if row.startswith(what))\n"
        held += "    return int(line.split()[1]) * 1024 / 1e6\n"
        # 5 forgets the highest so far
        ways.append(
            f"{held}{prepare}\nbefore = held('VmRSS')\nopen('/proc/self/clear_refs', 'w').write('5')\n{work}\nprint(held('VmHWM') - before)"
        )
    return max(
        float(subprocess.run([sys.executable, "-c", way], capture_output=True, text=True, check=True).stdout.split()[-1]) for way in ways
    )


def record(
    name: str,
    ours: float,
    unit: str,
    *,
    peer: float | None = None,
    peer_name: str | None = None,
    libraries: Iterable[str] = (),
    ratio_at_least: float | None = None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> dict[str, Any]:
    """Keep one thing that was measured.

    Parameters
    ----------
    name
        What was done, with the number of rows.
    ours, peer
        What was measured, of ours and of what people use instead.
    unit
        Of both.
    peer_name
        What people use instead.
    libraries
        Distributions whose version matters to the peer.
    ratio_at_least, at_most, at_least
        The aim, if there is one: how many times better than the peer, or how much of the unit at most or at least.

    Returns
    -------
    dict
        The entry; `ratio` is how many times better ours is than the peer, below one where it is worse.
    """
    ratio = None if peer is None else ours / peer if unit in RATES else peer / ours if ours else math.inf
    aim, reached = None, None
    if ratio_at_least is not None:
        aim, reached = f"ratio at least {ratio_at_least:g}", ratio is not None and ratio >= ratio_at_least
    elif at_most is not None:
        aim, reached = f"at most {at_most:g} {unit}", ours <= at_most
    elif at_least is not None:
        aim, reached = f"at least {at_least:,.0f} {unit}", ours >= at_least
    entry = {
        "name": name,
        "ours": rounded(ours),
        "peer": rounded(peer),
        "peer_name": peer_name,
        "unit": unit,
        "ratio": rounded(ratio),
        "aim": aim,
        "reached": reached,
        "versions": versions(["malisec", *libraries]),
    }
    _entries.append(entry)
    _keep()
    return entry


def growth(name: str, call: Callable[[int], object], sizes: Sequence[int], rounds: int = 3) -> dict[str, Any]:
    """Time a call with more and more rows, and keep how the seconds grow with them.

    The slope of the line through the logarithms of rows and seconds is one where twice the rows take twice the time. The steepest step is
    told beside it: a line through all would hide a cost that rises at the end only.
    """
    # imports, tables and grids once in a process are no cost of a row
    call(sizes[-1])
    took = [seconds(lambda n=n: call(n), rounds) for n in sizes]
    x, y = [math.log(n) for n in sizes], [math.log(s) for s in took]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    steepest = max((d - c) / (b - a) for a, b, c, d in zip(x, x[1:], y, y[1:], strict=False))
    curve = {
        "name": name,
        "rows": list(sizes),
        "seconds": [rounded(s) for s in took],
        "slope": rounded(slope),
        "steepest": rounded(steepest),
    }
    _growth.append(curve)
    record(f"{name}, growth from {sizes[0]:,} to {sizes[-1]:,} rows", slope, "slope", at_most=LINEAR)
    return curve


def rounded(value: float | None) -> float | None:
    """Round to the digits that mean something."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{DIGITS}g}")


def versions(names: Iterable[str]) -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in sorted(set(names))}


def _keep() -> None:
    """Write what was recorded so far, so that a script that breaks off has not run for nothing."""
    if os.environ.get(KEPT):
        Path(os.environ[KEPT]).write_text(json.dumps({"entries": _entries, "growth": _growth}), encoding="utf-8")


# --- tables and the file -------------------------------------------------------------------------------------------
def shown() -> str:
    """Write what this script has recorded as a table."""
    return table(_entries)


def table(entries: Iterable[dict[str, Any]]) -> str:
    """Write entries as a table of text; `ratio` is how many times better ours is."""
    rows = [("what", "ours", "peer", "ratio", "aim", "")]
    for e in entries:
        ours, peer = (f"{number(value)} {e['unit']}" if value is not None else "" for value in (e["ours"], e["peer"]))
        peer += f" ({e['peer_name']})" if e["peer_name"] else ""
        verdict = {True: "reached", False: "MISSED", None: ""}[e["reached"]]
        rows.append((e["name"], ours, peer, number(e["ratio"]), e["aim"] or "", verdict))
    return aligned(rows)


def curves(growth: Iterable[dict[str, Any]]) -> str:
    """Write growth curves as a table of text: nanoseconds a row by number of rows."""
    growth = list(growth)
    sizes = sorted({n for curve in growth for n in curve["rows"]})
    rows = [("ns a row", *(f"{n:,} rows" for n in sizes), "slope", "steepest")]
    for curve in growth:
        took = dict(zip(curve["rows"], curve["seconds"], strict=True))
        rows.append(
            (
                curve["name"],
                *(number(took[n] / n * 1e9) if n in took else "" for n in sizes),
                f"{curve['slope']:.2f}",
                f"{curve['steepest']:.2f}",
            )
        )
    return aligned(rows)


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    # what is named begins at the left, numbers end at the right
    lines = (
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]) for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def merged(path: Path, found: dict[str, dict[str, list]]) -> dict[str, Any]:
    """Put what scripts recorded in place of what the file holds of them.

    Parameters
    ----------
    path
        The file; need not exist.
    found
        Entries and growth by script. What the file holds of other scripts stays.
    """
    old = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"entries": [], "growth": []}
    whole: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count()},
        "python": ".".join(map(str, sys.version_info[:3])),
        "versions": versions(["malisec", "numpy", "pandas", "geopandas", "shapely"]),
    }
    for kind in ("entries", "growth"):
        kept = [row for row in old[kind] if row["script"] not in found]
        new = [{"script": script, **row} for script, both in found.items() for row in both[kind]]
        # stable: the entries of a script stay in their order
        whole[kind] = sorted(kept + new, key=lambda row: row["script"])
    return whole


def write(path: Path, whole: dict[str, Any]) -> None:
    """Write the file beside itself first, so that it is never half a file."""
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)
