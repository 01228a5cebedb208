"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from malisec.charts.areas import area_actors, area_targets, area_tolls, areas_by_year, west_share
from malisec.charts.gaps import one_voice, region_years, source_languages, tolls_known, unknown_tolls
from malisec.charts.months import beside_ucdp, monthly, monthly_counts
from malisec.charts.rains import rains_parts, rains_profile, rains_tests
from malisec.charts.ranges import toll_ranges
from malisec.charts.rising import death_levels, rows_beside_deaths, since_1989, year_ratios
from malisec.charts.roads import blockade_calendar, capital_distance, capital_drift, capital_shares, road_strips
from malisec.charts.seeds import seed_checks, timeline
from malisec.charts.side import side_by_side
from malisec.charts.silence import silence
from malisec.charts.speakers import both_sides, speaker_ratios, speakers_apart, toll_growth
from malisec.charts.turning import before_after, turning
from malisec.charts.waves import crowded_days, near_repeats, wave_spread

__all__ = [
    "area_actors",
    "area_targets",
    "area_tolls",
    "areas_by_year",
    "before_after",
    "beside_ucdp",
    "blockade_calendar",
    "both_sides",
    "capital_distance",
    "capital_drift",
    "capital_shares",
    "crowded_days",
    "death_levels",
    "monthly",
    "monthly_counts",
    "near_repeats",
    "one_voice",
    "rains_parts",
    "rains_profile",
    "rains_tests",
    "region_years",
    "road_strips",
    "rows_beside_deaths",
    "seed_checks",
    "side_by_side",
    "silence",
    "since_1989",
    "source_languages",
    "speaker_ratios",
    "speakers_apart",
    "timeline",
    "toll_growth",
    "toll_ranges",
    "tolls_known",
    "turning",
    "unknown_tolls",
    "wave_spread",
    "west_share",
    "year_ratios",
]
