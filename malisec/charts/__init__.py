"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from malisec.charts.gaps import one_voice, region_years, source_languages, tolls_known, unknown_tolls
from malisec.charts.months import beside_ucdp, monthly, monthly_counts
from malisec.charts.ranges import toll_ranges
from malisec.charts.seeds import seed_checks, timeline
from malisec.charts.silence import silence
from malisec.charts.speakers import both_sides, speaker_ratios, speakers_apart, toll_growth

__all__ = [
    "beside_ucdp",
    "both_sides",
    "monthly",
    "monthly_counts",
    "one_voice",
    "region_years",
    "seed_checks",
    "silence",
    "source_languages",
    "speaker_ratios",
    "speakers_apart",
    "timeline",
    "toll_growth",
    "toll_ranges",
    "tolls_known",
    "unknown_tolls",
]
