"""Tolls as ranges, and who gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style, tolls
from malisec.charts.picture import French, chart, nothing, wrap
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, plain, sentence
from malisec.i18n import agree, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook


@takes_events
def toll_ranges(case: Casebook, title: str = "Tolls as ranges, each speaker a tick", *, at_least: int = 5, most: int = 24) -> Exhibit:
    """Draw every toll as a range from the lowest to the highest figure, with a tick for each speaker.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.
    at_least
        Least highest figure drawn.
    most
        How many tolls are drawn, the largest first; ties with the last are drawn too.

    Returns
    -------
    Exhibit
    """
    said = tolls.counted(tolls.statements(case.claims))
    found = case.killed
    found = found[found["high"] >= at_least].astype({"low": float, "best": float, "high": float})
    all_found = len(found)
    if found.empty:
        return nothing(title, say("No toll here has a highest figure of {n} or more.", n=at_least))
    names = case.events.set_index("event_id")
    joint = case.events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")
    found = found.nlargest(most, "high", keep="all")
    where = {k: names.loc[[k]] if k in names.index else joint.get_group(k) for k in found.index}
    dates = pd.to_datetime([where[k]["date"].min() for k in found.index])
    places = {k: style.listed(dict.fromkeys(where[k]["place"].fillna("place unknown"))) for k in found.index}
    found = found.assign(date=dates, place=[*places.values()]).sort_values(["date", "place"], ascending=False)

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        for y, (key, row) in enumerate(found.iterrows()):
            ax.plot(
                [max(row["low"], 0.8), max(row["high"], 0.8)], [y, y], color=style.ACCENT, alpha=0.3, linewidth=5, solid_capstyle="butt"
            )
            if row["open"]:
                ax.annotate("+", (row["high"], y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9, color=style.ACCENT)
            mine = said[said["key"] == key]
            ax.scatter(
                mine["low"].fillna(mine["high"]).astype(float).clip(lower=0.8),
                np.full(len(mine), y),
                marker="|",
                s=90,
                color=style.INK,
                linewidth=1,
                zorder=3,
            )
            if not np.isnan(row["best"]):
                ax.scatter([row["best"]], [y], s=26, color=style.ACCENT, zorder=4)
        labels = [wrap(f"{r.place}, {r.date:%b %Y}", 20 if narrow else 60) for r in found.itertuples()]
        ax.set_yticks(range(len(found)), labels, fontsize=7.5 if narrow else 9)
        ax.tick_params(axis="y", length=0, labelcolor=style.INK)
        ax.set_xscale("log")
        ticks = [1, 10, 100, 500] if narrow else [1, 2, 5, 10, 20, 50, 100, 200, 500]
        ax.set_xticks(ticks, [str(t) for t in ticks])
        ax.minorticks_off()
        ax.grid(axis="y", visible=False)
        ax.set_xlabel(
            (
                "killed, attacked side and civilians (logarithmic)"
                if case.dataset is None
                else "killed, all sides and civilians (logarithmic)"
            )
            + ("" if narrow else "; dot: figure used, tick: a speaker, +: no upper bound")
        )
        return {
            label: f"{i18n.french(places[r.Index])}, {style.day(r.date, 'month').fr}"
            for label, r in zip(labels, found.itertuples(), strict=True)
        }

    ratio = (found["high"] / found["low"].replace(0, np.nan)).mask((found["low"] == 0) & (found["high"] > 0), np.inf)
    reading = sentence(
        "{n} {have} a highest figure of {least} or more{largest}. In {k} of these drawn the highest figure is at least twice the lowest.",
        n=style.capital(style.plural(all_found, "toll")),
        have=agree(all_found, ("has", "a"), ("have", "ont")),
        largest=sentence(", the {m} largest are drawn", m=len(found)) if len(found) < all_found else Markup(""),
        least=at_least,
        k=style.words(int((ratio >= 2).sum())),
    )
    twin = pd.DataFrame(
        {
            "date": found["date"].dt.strftime("%Y-%m-%d"),
            "place": pd.Series([places[k] for k in found.index], index=found.index, dtype="object"),
            "lowest": found["low"].astype("Int64"),
            "used": found["best"].astype("Int64"),
            "highest": found["high"].astype("Int64"),
            "no upper bound": pd.Series([say("yes") if o else say("no") for o in found["open"]], index=found.index, dtype="object"),
            "speakers": found["speakers"].astype("Int64"),
        }
    ).iloc[::-1]
    height = 0.3 * len(found) + 1.0
    alt = say("Ranges: {reading}", reading=plain(reading))
    return chart(title, draw, (height, height * 1.3), reading, alt, twin.reset_index(drop=True))
