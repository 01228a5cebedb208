"""Dots with their intervals, one row each: the form in which shares and ratios are shown.

Must not know what they are of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from malisec import i18n, style, trends
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from malisec.charts.picture import French


def dots(ax: Axes, found: pd.DataFrame, labels: Sequence[str], *, unit: str, size: float = 8, colour: str = style.ACCENT) -> French:
    """Draw a dot and its interval for each row, from the top down, and how many stand behind it at the right.

    Parameters
    ----------
    ax
        Where to draw.
    found
        ``n``, ``value``, ``low`` and ``high``; a row without a value says that too few stand behind it.
    labels
        Name of each row.
    unit
        What `n` counts, written above the numbers.
    size
        Of the letters.
    colour
        Of the dots.

    Returns
    -------
    dict
        The French of what was written.
    """
    y = np.arange(len(found))[::-1]
    known = found["value"].notna().to_numpy()
    ax.hlines(y[known], found["low"][known], found["high"][known], color=colour, linewidth=1.6, alpha=0.55)
    ax.scatter(found["value"][known], y[known], s=22, color=colour, zorder=3)
    few = say("fewer than {n}", n=trends.LEAST)
    for at, n, drawn in zip(y, found["n"], known, strict=True):
        ax.text(1.015, at, f"{int(n):,}", transform=ax.get_yaxis_transform(), fontsize=size, color=style.SOFT, va="center")
        if not drawn:
            ax.text(0.985, at, few, transform=ax.get_yaxis_transform(), fontsize=size - 1, color=style.SOFT, va="center", ha="right")
    # written to the left of its column, where either language has room
    ax.text(1.06, len(found) - 0.25, unit, transform=ax.get_yaxis_transform(), fontsize=size - 1, color=style.SOFT, va="bottom", ha="right")
    labels = roomy(labels)
    ax.set_yticks(y, [str(label) for label in labels], fontsize=size)
    ax.tick_params(axis="y", length=0, labelcolor=style.INK)
    ax.tick_params(axis="x", labelsize=size)
    ax.set_ylim(-0.7, len(found) - 0.3)
    ax.grid(axis="y", visible=False)
    return {str(text): str(i18n.french(text)) for text in (few, unit, *labels)}


def roomy(labels: Sequence[str]) -> list[Both]:
    """Return names with room for the longer language: the English takes as many letters as the longest French.

    Examples
    --------
    >>> [len(label) for label in roomy([Both("one", "un"), Both("eleven", "onze ou plus")])]
    [3, 14]
    """
    found = [Both(str(label), str(i18n.french(label))) for label in labels]
    # letters are not of one width: a few more, to be sure
    most = max((len(label.fr) for label in found), default=0) + 2
    longest = max(found, key=len, default=None)
    # as wide as a digit, which is as wide as letters are in the middle
    space = "\N{FIGURE SPACE}"
    return [Both(space * (most - len(label)) + label, label.fr) if label is longest else label for label in found]


def percents(ax: Axes, most: float) -> French:
    """Write shares under an axis that ends at `most`, in both languages."""
    step = next((s for s in (0.1, 0.2, 0.25) if most / s <= 5), 0.25)
    ticks = np.arange(0, most + 1e-9, step)
    # a little room, so that a dot at nought is seen whole
    ax.set_xlim(-0.02 * most, most)
    labels = [style.share(t) for t in ticks]
    ax.set_xticks(ticks, [str(label) for label in labels])
    return {str(label): label.fr for label in labels}


def decimals(ticks: Sequence[float]) -> French:
    """Return the French of numbers written at the ticks of an axis."""
    return {f"{t:g}": f"{t:g}".replace(".", ",") for t in ticks}
