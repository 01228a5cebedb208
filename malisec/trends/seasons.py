"""The rains against the rest of the year.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import naming, schema
from malisec.others import takes_events
from malisec.trends.rates import Noise, contrast, fit, noise
from malisec.trends.series import LEAST, SINCE, monthly_deaths, monthly_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook


#: months of the rains as the seeds and the press speak of them
RAINS = (6, 7, 8, 9)


#: first year after the war of 2012 and 2013 in the north, and the last before that of most seeds
AFTER_WAR, BEFORE_SEEDS = 2014, 2024


#: areas that the press calls the centre
CENTRE = ("Mopti", "Ségou")


#: parts of the country by regions of 2023
COUNTRY = schema.AREAS | {
    "North": ("Gao", "Kidal", "Ménaka", "Tombouctou", "Taoudénit"),
    "South": ("Sikasso", "Bougouni", "Koutiala", "Dioïla"),
    "Nara": ("Nara",),
}


#: kinds of actors that are armed groups, and that are forces of states
GROUP_KINDS = ("jihadist_group", "separatist_group", "self_defence_group")


STATE_KINDS = ("state_force", "foreign_force", "private_force", "un_force")


def whole_years(counts: pd.Series) -> pd.Series:
    """Keep the years that hold all twelve months and some count: the others say nothing of a season."""
    by_year = counts.groupby(counts.index.year)
    return counts[(by_year.transform("size") == 12) & (by_year.transform("sum") > 0)]


def season(
    counts: pd.Series, months: tuple[int, ...] = RAINS, about: Noise | None = None, *, without: Iterable[pd.Period] = ()
) -> dict[str, float]:
    """Compare the rate of some calendar months with that of the others, year by year.

    Parameters
    ----------
    counts
        Counts per month. Years that do not hold all twelve months are left out, as are years without any count.
    months
        Calendar months of the season.
    about
        Noise; that of the series itself when left out.
    without
        Months left out of a year that is otherwise whole, to see what hangs on them.

    Returns
    -------
    dict
        ``inside`` and ``outside`` (counts), ``years``, ``ratio`` with ``low`` and ``high``: each year has a level of its own, so that a
        rise over the years is not taken for a season.

    Examples
    --------
    >>> twice = pd.Series([20.0 if m in RAINS else 10.0 for m in range(1, 13)], pd.period_range("2020-01", periods=12, freq="M"))
    >>> round(season(twice)["ratio"], 6)
    2.0
    """
    kept = whole_years(counts)
    kept = kept[~kept.index.isin([*without])]
    inside = kept.index.month.isin(months)
    found = {"inside": float(kept[inside].sum()), "outside": float(kept[~inside].sum()), "years": float(kept.index.year.nunique())}
    if min(found["inside"], found["outside"]) < LEAST:
        return found | dict.fromkeys(("ratio", "low", "high"), np.nan)
    levels = pd.get_dummies(kept.index.year, dtype=float)
    design = levels.assign(inside=inside.astype(float))
    fitted = fit(kept, design, about or noise(kept))
    return found | dict(zip(("ratio", "low", "high"), contrast(fitted, [0.0] * levels.shape[1] + [1.0]), strict=True))


def profile(counts: pd.Series) -> pd.DataFrame:
    """Compare each calendar month with the usual month of its year.

    Parameters
    ----------
    counts
        Counts per month; years as in `season`.

    Returns
    -------
    pandas.DataFrame
        Indexed by calendar month (1 to 12): ``total``, ``mean``, ``ratio`` to the geometric mean of the twelve months with ``low`` and
        ``high``; the last three are missing where a month holds fewer than `LEAST`.
    """
    kept = whole_years(counts)
    by_month = kept.groupby(kept.index.month)
    table = pd.DataFrame({"total": by_month.sum(), "mean": by_month.mean()}).reindex(range(1, 13)).rename_axis("month")
    table[["ratio", "low", "high"]] = np.nan
    # a month without any count has no logarithm, and without it the others have no mean to stand against; one year alone has no noise
    if kept.index.year.nunique() < 2 or not table["total"].min() > 0:
        return table
    levels = pd.get_dummies(kept.index.year, dtype=float)
    each = pd.get_dummies(kept.index.month, dtype=float).iloc[:, 1:]
    fitted = fit(kept, pd.concat([levels, each], axis=1), noise(kept))
    for month in table.index[table["total"] >= LEAST]:
        weights = np.full(12, -1 / 12) + (np.arange(1, 13) == month)
        table.loc[month, ["ratio", "low", "high"]] = contrast(fitted, [0.0] * levels.shape[1] + [*weights[1:]])
    return table


def runs(counts: pd.Series, length: int = len(RAINS)) -> pd.Series:
    """Return the ratio to the rest of the year of each run of so many calendar months, by its first: what other seasons show."""
    found = {first: season(counts, tuple((first - 1 + i) % 12 + 1 for i in range(length)))["ratio"] for first in range(1, 13)}
    return pd.Series(found, dtype=float)


def yearly_seasons(counts: pd.Series, months: tuple[int, ...] = RAINS) -> pd.DataFrame:
    """Return for each whole year the mean of the months of the season and of the others (``inside``, ``outside``)."""
    kept = whole_years(counts)
    inside = kept.index.month.isin(months)
    means = {name: kept[part].groupby(kept.index[part].year).mean() for name, part in (("inside", inside), ("outside", ~inside))}
    return pd.DataFrame(means, columns=["inside", "outside"]).rename_axis("year")


def shuffled_season(counts: pd.Series, months: tuple[int, ...] = RAINS, *, times: int = 999, seed: int = 20) -> dict[str, float]:
    """Ask of ranks within years, which no extreme month can sway, whether a season differs.

    Parameters
    ----------
    counts
        Counts per month; years as in `season`.
    months
        Calendar months of the season.
    times, seed
        How often the months are shuffled within their years, and from which seed.

    Returns
    -------
    dict
        ``rank``: mean rank of the months of the season among the twelve of their year (6.5 where nothing differs), missing without a
        whole year; ``as_far``: shuffles in which it lies as far from 6.5; ``of``: how many there were.

    Notes
    -----
    A permutation test in blocks (Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005, ch. 3). It takes months of one
    year for exchangeable, which neighbours that resemble each other are not quite.
    """
    kept = whole_years(counts)
    if kept.empty:
        return {"rank": np.nan, "as_far": np.nan, "of": float(times)}
    ranks = kept.groupby(kept.index.year).rank().to_numpy().reshape(-1, 12)
    inside = np.isin(np.arange(1, 13), months)
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permuted(ranks, axis=1)[:, inside].mean() for _ in range(times)])
    seen = float(ranks[:, inside].mean())
    return {"rank": seen, "as_far": float((np.abs(drawn - 6.5) >= abs(seen - 6.5) - 1e-9).sum()), "of": float(times)}


def rows_of_years(events: pd.DataFrame, last: int) -> pd.Series:
    """Count events per month in the years from `SINCE` to the last one, months without any included."""
    months = pd.period_range(f"{SINCE}-01", f"{last}-12", freq="M", name="month")
    counts = monthly_rows(events)["events"]
    return counts.reindex(months, fill_value=0.0).astype(float) if len(counts) else pd.Series(0.0, index=months, name="events")


def last_whole_year(events: pd.DataFrame) -> int:
    """Return the last year whose December our rows reach; the first of the crisis without any."""
    end = events["date"].max()
    return SINCE if pd.isna(end) else max(SINCE, int(end.year) - (end.month < 12))


@takes_events
def on_villages(case: Casebook, *, by: str = "named", centre: bool = True) -> pd.DataFrame:
    """Return the events that come nearest to attacks of armed groups on villages.

    Parameters
    ----------
    case
        The casebook.
    by
        ``named``: an armed group is named and no force of a state; ``jnim``: JNIM or a group within it is named; ``any``: an armed group
        or nobody is named, and no force of a state.
    centre
        Only in the regions of Mopti and Ségou (`malisec.schema.AREAS`).

    Returns
    -------
    pandas.DataFrame
        Events against civilians, or killings of civilians. The tables have no kind of target "village": attacks on travellers are here.
    """
    events = case.events
    civilians = events["target_kind"].eq("civilians") | events["event_type"].eq("massacre_of_civilians")
    names = naming.named(events, case.actors)
    kind = names["actor_id"].map(case.actors.set_index("actor_id")["kind"])

    def any_of(chosen: pd.Series) -> pd.Series:
        return events["event_id"].isin(names.loc[chosen, "event_id"])

    states = any_of(kind.isin(STATE_KINDS))
    chosen = {
        "named": any_of(kind.isin(GROUP_KINDS)) & ~states,
        "jnim": any_of(names["actor_id"].eq("jnim")),
        "any": ~states,
    }[by]
    here = events["region_2023"].isin([r for area in CENTRE for r in schema.AREAS[area]]) if centre else True
    return events[civilians & chosen & here]


@takes_events
def rains(case: Casebook, groups: Iterable[str] = ("deaths", "rows", "villages", "types", "regions")) -> pd.DataFrame:
    """Compare June to September with the rest of the year in every series that can tell something of it.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    groups
        Which of the groups of series to compare.

    Returns
    -------
    pandas.DataFrame
        One row for each series: ``group``, ``what`` (key within the group), ``n`` (deaths or rows in the whole years) and what `season`
        tells.
    """
    series = {key: made for group in groups for key, made in _rains_series(case, group).items()}
    rows = []
    for (group, what), (counts, without) in series.items():
        found = season(counts, without=without)
        rows.append({"group": group, "what": what, "n": found["inside"] + found["outside"]} | found)
    return pd.DataFrame(rows)


def _rains_series(case: Casebook, group: str) -> dict[tuple[str, str], tuple[pd.Series, list[pd.Period]]]:
    """Return the monthly counts of each series of a group, with the months to leave out of it."""
    events, last = case.events, last_whole_year(case.events)

    def counted(part: pd.DataFrame, until: int = last) -> tuple[pd.Series, list[pd.Period]]:
        return rows_of_years(part, min(last, until)), []

    if group == "deaths":
        deaths = monthly_deaths(case, since=SINCE)
        highest = [*whole_years(deaths).sort_values(ascending=False, kind="stable").index]
        return {
            ("deaths", "all"): (deaths, []),
            ("deaths", "without_1"): (deaths, highest[:1]),
            ("deaths", "without_2"): (deaths, highest[:2]),
            ("deaths", "later"): (deaths[deaths.index.year >= AFTER_WAR], []),
        }
    if group == "rows":
        # of a wave the first row only: one decision, however many places it struck
        once = events[events["wave_id"].isna() | ~events.duplicated("wave_id")]
        return {
            ("rows", "all"): counted(events),
            ("rows", "before_seeds"): counted(events, BEFORE_SEEDS),
            ("rows", "waves_once"): counted(once),
        }
    if group == "villages":
        return {
            ("villages", "named"): counted(on_villages(case)),
            ("villages", "before_seeds"): counted(on_villages(case), BEFORE_SEEDS),
            ("villages", "jnim"): counted(on_villages(case, by="jnim")),
            ("villages", "any"): counted(on_villages(case, by="any")),
            ("villages", "country"): counted(on_villages(case, by="any", centre=False)),
        }
    if group == "types":
        # another dataset has types of its own
        kinds = schema.EVENT_TYPES if events["event_type"].isin([*schema.EVENT_TYPES]).any() else sorted(events["event_type"].unique())
        return {("types", kind): counted(events[events["event_type"] == kind]) for kind in kinds}
    return {("regions", name): counted(events[events["region_2023"].isin(regions)]) for name, regions in COUNTRY.items()}
