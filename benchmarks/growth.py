"""Whether ten times the rows take ten times the time: from ten thousand to ten million points, to a million names.

Names are those of names.py, mixed as event tables are. The slope is that of seconds over rows, both as logarithms: one is linear, and less
than one says that what a call costs whatever its rows still counts at the small end.
"""

import numpy as np
import pandas as pd

import malisec as ms
from _names import mixed
from _results import curves, growth

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
draw = np.random.default_rng(20261127)
lon, lat = draw.uniform(-12.5, 4.5, SIZES[-1]), draw.uniform(10, 25.2, SIZES[-1])
case = ms.load()
spellings = pd.concat([case.places["name"], case.place_names["name"]]).drop_duplicates().tolist()
names = mixed(spellings, SIZES[-2])

found = [
    growth("ms.region_of", lambda n: ms.region_of(lon[:n], lat[:n]), SIZES),
    growth("ms.nearest_corridor", lambda n: ms.nearest_corridor(lon[:n], lat[:n]), SIZES),
    growth("ms.nearest_place", lambda n: ms.nearest_place(lon[:n], lat[:n]), SIZES),
    growth("ms.bamako_km", lambda n: ms.bamako_km(lon[:n], lat[:n]), SIZES),
    growth("ms.locate_many", lambda n: ms.locate_many(names[:n]), SIZES[:-1]),
]
print(curves(found))
