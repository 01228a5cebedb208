"""Names a second: 100,000 mixed place names through `ms.locate_many`, beside what people use instead.

Mixed as event tables are: 75 % spellings as they stand in the gazetteer, 20 % the same with other case, accents or hyphens, 3 % with one
wrong letter, 2 % of no place at all. The `extractOne` of rapidfuzz and of thefuzz get a sample, since the whole would take minutes; a
pandas merge on the bare name is faster and finds the 75 % only. Ratios are of names a second.
"""

import pandas as pd
import thefuzz.process
from rapidfuzz import fuzz, process
from thefuzz import fuzz as their_fuzz

import malisec as ms
from _names import mixed
from _results import record, seconds
from malisec.names import normalise

NAMES, SAMPLE, ROUNDS = 100_000, 1_000, 7


def rate(n: int, call: object, rounds: int = ROUNDS) -> float:
    return n / seconds(call, rounds)


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
    "thefuzz extractOne": rate(
        SAMPLE, lambda: [thefuzz.process.extractOne(n, keys, scorer=their_fuzz.ratio, score_cutoff=84) for n in asked[:SAMPLE]], 3
    ),
    "pandas merge, exact": rate(NAMES, lambda: frame.merge(known, on="name", how="left")),
}
print(f"{len(table):,} spellings of {len(case.places):,} places; {NAMES:,} names, {len(set(asked)):,} different")
print("found:", ", ".join(f"{how} {n:,}" for how, n in found["how"].value_counts().items()))
for name, value in rates.items():
    print(f"{name:24} {value:12,.0f} names/s   {value / rates['ms.locate_many']:8.4f} times ours")
for peer, library in (("rapidfuzz extractOne", "rapidfuzz"), ("thefuzz extractOne", "thefuzz"), ("pandas merge, exact", "pandas")):
    record(
        f"places of {NAMES:,} names",
        rates["ms.locate_many"],
        "names/s",
        peer=rates[peer],
        peer_name=peer,
        libraries=[library],
        at_least=500_000,
    )
