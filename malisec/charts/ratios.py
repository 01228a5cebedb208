"""Ratios as dots with their intervals on a logarithmic axis.

Must not know what is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from malisec import style, trends
from malisec.charts.picture import broken, wrap
from malisec.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.charts.picture import French
    from malisec.i18n import Both


def names_left(
    figure: Figure,
    ax: Axes,
    at: Iterable[float],
    names: Iterable[Both],
    *,
    size: float,
    colours: Iterable[str],
    width: int = 99,
    bold: Iterable[str] = (),
) -> French:
    """Write names at the left of an axis, each line a text of its own, with room for the French where that is longer.

    Parameters
    ----------
    figure, ax
        A figure and any axis of it; the axis's own labels are taken away.
    at, colours
        Height and colour of each name.
    names
        Texts of two languages; a line break in both is kept.
    size
        Of the letters, in points.
    width
        Letters of a line.
    bold
        Names that head others.

    Returns
    -------
    French
        Of each line. Text of several lines in one would be set flush with the English, whose lines are of other lengths.
    """
    french: French = {}
    ax.set_yticks([])
    for y, name, colour in zip(at, names, colours, strict=True):
        lines = [line for part in name.split("\n") for line in wrap(part, width, whole=True).split("\n")]
        others = broken(name.fr, len(lines))
        # a line that says something else in another name's French stays whole
        if any(french.get(line, other) != other for line, other in zip(lines, others, strict=True)):
            lines, others = [name.replace("\n", " ")], [name.fr.replace("\n", " ")]
        french |= dict(zip(lines, others, strict=True))
        for i, line in enumerate(lines):
            ax.annotate(
                line,
                (0, y),
                xycoords=("axes fraction", "data"),
                xytext=(-5, ((len(lines) - 1) / 2 - i) * size * 1.12),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=size,
                color=colour,
                fontweight="bold" if name in {*bold} else "normal",
                annotation_clip=False,
            )
    more = max(map(len, french.values()), default=0) - max(map(len, french), default=0)
    # a name may be as long as a table likes, and something must be left to draw in
    share = min(max(0, more) * size * 0.6 / 72 / figure.get_figwidth(), 0.3)
    figure.set_layout_engine("constrained", rect=(share, 0, 1 - share, 1))
    return french


def ratio_axis(ax: Axes, ends: tuple[float, float], ticks: Iterable[float], *, top: float = 1.0) -> French:
    """Make the axis of ratios logarithmic, with a line up to a share of its height where nothing differs; return the French of ticks."""
    ax.set_xscale("log")
    ax.set_xlim(*ends)
    said = [style.decimal(t, 0 if t >= 1 else 1 if t * 10 % 1 == 0 else 2) for t in ticks]
    ax.set_xticks([*ticks], [str(s) for s in said])
    ax.minorticks_off()
    ax.axvline(1, ymax=top, color=style.INK, linewidth=0.9, zorder=1.5)
    ax.grid(axis="y", visible=False)
    return {str(s): s.fr for s in said}


def dots(ax: Axes, table: pd.DataFrame, at: Iterable[float], colours: Iterable[str], why: Iterable[str]) -> None:
    """Draw each ratio with its interval; what has none says why.

    Parameters
    ----------
    ax
        Axis made by `ratio_axis`; an interval that leaves it ends in an arrow.
    table
        ``ratio``, ``low`` and ``high``.
    at, colours
        Height and colour of each row.
    why
        What stands in place of a ratio that is missing.
    """
    left, right = ax.get_xlim()
    for row, y, colour, reason in zip(table.itertuples(), at, colours, why, strict=True):
        if not np.isfinite(row.ratio):
            ax.annotate(reason, (left, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7, color=style.SOFT)
            continue
        low, high = max(row.low, left), min(row.high, right)
        ax.plot([low, high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=3)
        for end, inside, mark in ((left, row.low >= left, "<"), (right, row.high <= right, ">")):
            if not inside:
                ax.scatter([end], [y], s=22, color=colour, marker=mark, zorder=3, clip_on=False, linewidths=0)
        ax.scatter([np.clip(row.ratio, left, right)], [y], s=30, color=colour, zorder=4, linewidths=0)


#: marks on an axis of ratios whose ends follow the data
_FACTORS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 20.0, 50.0)


def intervals(ax: Axes, table: pd.DataFrame, labels: Sequence[str]) -> French:
    """Draw ratios with their intervals, the first row on top, on an axis as long as they need, and name them as its labels.

    Parameters
    ----------
    ax
        Where.
    table
        ``ratio``, ``low`` and ``high``, one row a line; a missing ratio says that too few stand behind it.
    labels
        Of the lines.

    Returns
    -------
    French
        Of the marks of the axis.
    """
    low, high = min(table["low"].min(), 0.8) / 1.1, max(table["high"].max(), 1.25) * 1.1
    french = ratio_axis(ax, (low, high), [f for f in _FACTORS if low <= f <= high])
    at = np.arange(len(table))[::-1]
    few = say("fewer than {n}", n=trends.LEAST)
    dots(ax, table, at, [style.INK] * len(table), [few] * len(table))
    ax.set_yticks(at, labels)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.tick_params(axis="y", length=0, labelcolor=style.INK)
    return french | {str(few): few.fr}
