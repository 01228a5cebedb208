"""What importing malisec costs beside importing geopandas, which its users import anyway.

Whole processes in turn (A B A B …), the median of each, and their ratio.
"""

import statistics
import subprocess
import sys
import time

from _results import record

ROUNDS = 9


def seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


CASES = {"import geopandas": [], "import malisec": [], "import malisec; malisec.load()": [], "import geopandas, pandera.pandas": []}
for statement in CASES:
    seconds(statement)
for _ in range(ROUNDS):
    for statement, times in CASES.items():
        times.append(seconds(statement))
base = statistics.median(CASES["import geopandas"])
for statement, times in CASES.items():
    print(f"{statement:40} {statistics.median(times):6.2f} s   {statistics.median(times) / base:5.2f} times geopandas")
for statement in ("import malisec", "import malisec; malisec.load()"):
    took = statistics.median(CASES[statement])
    record(statement, took, "s", peer=base, peer_name="import geopandas", libraries=["geopandas", "pandas"])
