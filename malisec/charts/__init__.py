"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from malisec.charts.months import beside_ucdp, monthly, monthly_counts
from malisec.charts.ranges import toll_ranges
from malisec.charts.roads import blockade_calendar, capital_distance, capital_drift, capital_shares, road_strips
from malisec.charts.seeds import seed_checks, timeline
from malisec.charts.waves import crowded_days, near_repeats, wave_spread

__all__ = [
    "beside_ucdp",
    "blockade_calendar",
    "capital_distance",
    "capital_drift",
    "capital_shares",
    "crowded_days",
    "monthly",
    "monthly_counts",
    "near_repeats",
    "road_strips",
    "seed_checks",
    "timeline",
    "toll_ranges",
    "wave_spread",
]
