"""Ratios as dots with their intervals on a logarithmic axis.

Must not know what is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from malisec import style

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes

    from malisec.charts.picture import French


def ratio_axis(ax: Axes, ends: tuple[float, float], ticks: Iterable[float]) -> French:
    """Make the axis of ratios logarithmic, with a line where nothing differs; return the French of its ticks."""
    ax.set_xscale("log")
    ax.set_xlim(*ends)
    said = [style.decimal(t, 0 if t >= 1 else 1 if t * 10 % 1 == 0 else 2) for t in ticks]
    ax.set_xticks([*ticks], [str(s) for s in said])
    ax.minorticks_off()
    ax.axvline(1, color=style.INK, linewidth=0.9, zorder=1.5)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0, labelcolor=style.INK)
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
