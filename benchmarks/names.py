"""Names a second: 100,000 mixed place names through `ms.locate_many`, beside what people use instead.

Mixed as event tables are: 75 % spellings as they stand in the gazetteer, 20 % the same with other case, accents or hyphens, 3 % with one
wrong letter, 2 % of no place at all. rapidfuzz's `extractOne` gets a sample, since the whole would take
minutes; a pandas merge on the bare name is faster and finds the 75 % only. Ratios are of names a second.
"""

import random
import time

import pandas as pd
from rapidfuzz import fuzz, process

import malisec as ms
from malisec.names import normalise

NAMES, SAMPLE, ROUNDS = 100_000, 1_000, 7


def mixed(spellings: list[str], n: int) -> list[str]:
    """Return n names, the same ones at every run."""
    draw = random.Random(20261127)
    other = (str.upper, str.title, lambda s: s.replace(" ", "-"), lambda s: s.replace("e", "é"), lambda s: f" {s}")

    def one() -> str:
        name, kind = draw.choice(spellings), draw.random()
        if kind < 0.75:
            return name
        if kind < 0.95:
            return draw.choice(other)(name)
        if kind < 0.98:
            at = draw.randrange(len(name))
            return name[:at] + draw.choice("abdeiklmnorstu") + name[at + 1 :]
        return "".join(draw.choices("abcdefghijklmnop", k=9))

    return [one() for _ in range(n)]


def rate(n: int, call: object, rounds: int = ROUNDS) -> float:
    """Return names a second, the best of some rounds: what else the machine does only ever slows a round down."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return n / best


case = ms.load()
table = pd.concat([case.places["name"], case.place_names["name"]]).drop_duplicates()
asked = mixed(table.tolist(), NAMES)
found = ms.locate_many(asked)
keys = sorted({normalise(n) for n in table})
frame = pd.DataFrame({"name": asked})
known = pd.DataFrame({"name": table}).assign(place=range(len(table)))
rates = {
    "ms.locate_many": rate(NAMES, lambda: ms.locate_many(asked)),
    "rapidfuzz extractOne": rate(
        SAMPLE, lambda: [process.extractOne(normalise(n), keys, scorer=fuzz.ratio, score_cutoff=84) for n in asked[:SAMPLE]], 3
    ),
    "pandas merge, exact": rate(NAMES, lambda: frame.merge(known, on="name", how="left")),
}
print(f"{len(table):,} spellings of {len(case.places):,} places; {NAMES:,} names, {len(set(asked)):,} different")
print("found:", ", ".join(f"{how} {n:,}" for how, n in found["how"].value_counts().items()))
for name, value in rates.items():
    print(f"{name:24} {value:12,.0f} names/s   {value / rates['ms.locate_many']:8.4f} times ours")
