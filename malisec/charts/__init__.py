"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from malisec.charts.areas import area_actors, area_targets, area_tolls, areas_by_year, west_share
from malisec.charts.months import beside_ucdp, monthly, monthly_counts
from malisec.charts.ranges import toll_ranges
from malisec.charts.rising import death_levels, rows_beside_deaths, since_1989, year_ratios
from malisec.charts.seeds import seed_checks, timeline

__all__ = [
    "area_actors",
    "area_targets",
    "area_tolls",
    "areas_by_year",
    "beside_ucdp",
    "death_levels",
    "monthly",
    "monthly_counts",
    "rows_beside_deaths",
    "seed_checks",
    "since_1989",
    "timeline",
    "toll_ranges",
    "west_share",
    "year_ratios",
]
