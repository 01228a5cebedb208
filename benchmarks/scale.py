"""Rows per second of a release of UCDP's columns: one process with pandas beside two workers of Dask, and the memory that each takes."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dask.distributed import Client, LocalCluster

import malisec as ms

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import large
from _results import record

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
BY = ["region_2023", "event_type"]


def peak() -> float:
    """Return the most memory that this process ever held, in MB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))


def told(name: str, call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    took = time.perf_counter() - start
    print(f"{name:50} {took:7.1f} s {ROWS / took:12,.0f} rows/s")
    return took


def measured(path: Path) -> None:
    """Print what one kind of file takes."""
    print(f"{ROWS:,} rows, {path.suffix[1:]}, {path.stat().st_size / 1e6:.0f} MB")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, memory_limit="1.5GB", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        # workers that have begun, as they are after the first piece
        client.run(lambda: ms.geography.prepare())
        checked = told("two workers: look for ids that occur again", lambda: ms.scale.read_ucdp(path))
        events = ms.scale.read_ucdp(path, check=False)
        counted = told("two workers: read and count by month", lambda: ms.scale.monthly(events, BY))
        told("two workers: read and link 300 rows", lambda: ms.scale.link(large.ours(300), events))
        print(f"most memory of a worker: {max(client.run(peak).values()):.0f} MB")
    # a process of its own, so that nothing of what came before counts as its memory
    done = subprocess.run([sys.executable, __file__, str(ROWS), str(path)], capture_output=True, text=True, check=True)
    print(done.stdout, end="")
    alone = float(done.stdout.split(" s ")[0].split()[-1])
    name = f"check, read and count {ROWS:,} rows of {path.suffix[1:]} by month, two workers"
    record(name, checked + counted, "s", peer=alone, peer_name="one process", libraries=["dask", "pandas"])


if __name__ == "__main__" and len(sys.argv) > 2:
    one = Path(sys.argv[2])
    told("one process: read (all checks) and count by month", lambda: ms.trends.monthly(ms.read_ucdp(one), BY))
    print(f"most memory of the process: {peak():.0f} MB")
elif __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("parquet", "csv"):
            made = Path(folder) / f"ged.{kind}"
            large.write(made, ROWS)
            measured(made)
