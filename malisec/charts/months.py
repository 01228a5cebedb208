"""Events and deaths by month, beside the turning points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import i18n, others, style
from malisec.charts.picture import UCDP, French, chart, nothing, turning_points, whole_numbers, years
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, plain, sentence
from malisec.i18n import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook


@others.takes_events
def monthly_counts(case: Casebook) -> pd.DataFrame:
    """Count the events of each month by type, months without events included.

    Parameters
    ----------
    case
        The events. An event of week or month precision counts in the month it stands for; one known by year
        only is left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by month (period), one column per event type found.
    """
    dated = case.events[case.events["date_precision"] != "year"]
    if dated.empty:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="M"))
    counts = pd.crosstab(dated["date"].dt.to_period("M"), dated["event_type"])
    months = pd.period_range(counts.index.min(), counts.index.max(), freq="M")
    return counts.reindex(months, fill_value=0)[[t for t in style.TYPES if t in counts]]


@takes_events
def monthly(case: Casebook, title: str = "Events per month beside the turning points", *, since: str | None = None) -> Exhibit:
    """Draw events per month, stacked by type, under the major turning points.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.
    since
        First day drawn.

    Returns
    -------
    Exhibit
    """
    chosen = case if since is None else case.select(since=since)
    counts = monthly_counts(chosen)
    major = chosen.whole.milestones[chosen.whole.milestones["prominence"] == "major"]

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        if counts.empty:
            ax.text(0.5, 0.5, "no event in this selection", ha="center", transform=ax.transAxes)
            return {}
        middle = counts.index.to_timestamp() + pd.Timedelta(days=14)
        base = np.zeros(len(counts))
        for kind in counts:
            label, colour, *_ = style.TYPES[kind]
            some = counts[kind].to_numpy() > 0
            ax.bar(
                middle[some],
                counts[kind][some],
                width=27,
                bottom=base[some],
                color=colour,
                label=label,
                linewidth=0.3,
                edgecolor=style.PAPER,
            )
            base += counts[kind].to_numpy()
        first, last = counts.index[0].to_timestamp(), counts.index[-1].to_timestamp(how="end")
        ax.set_xlim(first - pd.Timedelta(days=20), last + pd.Timedelta(days=20))
        ax.set_ylabel("events in the tables, per month")
        ax.grid(axis="x", visible=False)
        ax.yaxis.set_major_locator(whole_numbers())
        years(ax, narrow, len(counts))
        french = turning_points(ax, major, first, last, 9, figure.get_figwidth())
        # under the months: inside, it would lie on the bars of whichever months are the fullest
        figure.legend(loc="outside lower left", ncols=2 if narrow else 5, fontsize=8.5, handlelength=0.9, handleheight=0.9)
        return french

    most = counts.sum(axis=1).idxmax() if len(counts) else None
    reading = (
        sentence(
            "{n} in {months}; the fullest month is {month} with {k}. The rows follow what the press told and "
            "what was searched for: this is no measure of violence.",
            n=style.capital(style.plural(int(counts.to_numpy().sum()), "event")),
            months=style.plural(len(counts), "month"),
            month=style.day(most.to_timestamp(), "month"),
            k=style.words(int(counts.sum(axis=1).max())),
        )
        if most is not None
        else sentence("No event in this selection.")
    )
    rows = counts.rename(columns=lambda c: style.TYPES[c][0])
    twin = rows[rows.sum(axis=1) > 0].rename_axis("month").reset_index().assign(month=lambda f: f["month"].astype(str))
    return chart(title, draw, (4.8, 5.4), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin)


def deaths_over_rows(
    top: Axes, bottom: Axes, deaths: pd.Series, counts: pd.Series, ends: tuple[pd.Timestamp, pd.Timestamp], *, narrow: bool
) -> None:
    """Draw UCDP's deaths per month, and under them our rows, on axes that share their time.

    Parameters
    ----------
    top, bottom
        Where to draw.
    deaths
        Indexed by the first day of the month.
    counts
        Events per month, indexed by month (period).
    ends
        First and last day of the axes; what lies after the series of deaths is marked as without figures.
    narrow
        Whether this is the picture for phones.
    """
    import seaborn as sns

    first, last = ends
    top.bar(deaths.index + pd.Timedelta(days=14), deaths, width=27, color=style.QUIET, linewidth=0)
    smooth = deaths.rolling(12, center=True).mean()
    sns.lineplot(x=smooth.index, y=smooth.to_numpy(), ax=top, color=style.ACCENT, linewidth=1.8, errorbar=None)
    at = smooth.index[len(smooth) // 3]
    top.annotate(
        "mean of twelve months",
        (at, smooth[at]),
        xytext=(0, 26),
        textcoords="offset points",
        color=style.ACCENT,
        fontsize=8,
        ha="center",
        arrowprops={"arrowstyle": "-", "color": style.ACCENT, "linewidth": 0.6},
    )
    top.set_ylabel("deaths per month (UCDP)")
    top.set_xlabel("")
    end = deaths.index.max() + pd.Timedelta(days=31)
    top.axvspan(end, last, color=style.LAND, linewidth=0, zorder=0)
    top.text(
        end + (last - end) / 2,
        0.97,
        "no UCDP\nfigures",
        transform=top.get_xaxis_transform(),
        fontsize=7.5,
        color=style.SOFT,
        ha="center",
        va="top",
        linespacing=1.1,
    )
    found = counts[counts > 0]
    if len(found):
        bottom.bar(found.index.to_timestamp() + pd.Timedelta(days=14), found, width=27, color=style.INK, linewidth=0)
    bottom.set_ylabel("events\n(our rows)")
    bottom.yaxis.set_major_locator(whole_numbers())
    bottom.set_xlim(first, last)
    for ax in (top, bottom):
        ax.grid(axis="x", visible=False)
    years(bottom, narrow, 12 * (last.year - first.year))


@takes_events
def beside_ucdp(case: Casebook, title: str = "An independent series: deaths per month as UCDP counts them") -> Exhibit:
    """Draw UCDP's monthly deaths, and under them the events of the tables, on one time axis.

    Parameters
    ----------
    case
        The casebook; the UCDP series is always shown whole.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    series = (
        case.ucdp_monthly.assign(date=pd.to_datetime(case.ucdp_monthly["month"], format="%Y-%m"))
        .set_index("date")["deaths_best"]
        .astype(float)
    )
    if series.empty:
        return nothing(title, say("No figure of UCDP stands in the tables."), UCDP)
    recent = series["2010":]
    counts = monthly_counts(case).sum(axis=1)
    major = case.whole.milestones[case.whole.milestones["prominence"] == "major"]
    last = max(recent.index.max(), counts.index.max().to_timestamp() if len(counts) else recent.index.max()) + pd.Timedelta(days=45)
    first = recent.index.min()
    yearly = series.groupby(series.index.year).sum()

    def draw(figure: Figure, narrow: bool) -> French:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.3])
        deaths_over_rows(top, bottom, recent, counts, (first, last), narrow=narrow)
        return turning_points(top, major, first, last, 9, figure.get_figwidth())

    peak = int(yearly.idxmax())
    reading = sentence(
        "UCDP counts {total} deaths in Mali from {a} to {b}, most in {peak} ({n}). {later} of our {all} events come after its "
        "series ends: it can neither confirm nor refute these.",
        total=i18n.number(int(series.sum())),
        a=str(series.index.min().year),
        b=str(series.index.max().year),
        peak=str(peak),
        n=i18n.number(int(yearly[peak])),
        later=int((case.events["date"] > series.index.max() + pd.offsets.MonthEnd()).sum()),
        all=len(case.events),
    )
    twin = pd.DataFrame(
        {
            "year": yearly.index.astype(str),
            "deaths (UCDP best)": yearly.astype(int).to_numpy(),
            "events (our rows)": [int(counts[[p.year == y for p in counts.index]].sum()) if len(counts) else 0 for y in yearly.index],
        }
    )
    return chart(title, draw, (5.4, 5.6), reading, say("Bars and line: {reading}", reading=plain(reading)), twin, UCDP)
