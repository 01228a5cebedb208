"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from malisec.charts.months import beside_ucdp, monthly, monthly_counts
from malisec.charts.rains import rains_parts, rains_profile, rains_tests
from malisec.charts.ranges import toll_ranges
from malisec.charts.seeds import seed_checks, timeline
from malisec.charts.turning import before_after, turning

__all__ = [
    "before_after",
    "beside_ucdp",
    "monthly",
    "monthly_counts",
    "rains_parts",
    "rains_profile",
    "rains_tests",
    "seed_checks",
    "timeline",
    "toll_ranges",
    "turning",
]
