"""What the seed documents claim and tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import i18n, style
from malisec.charts.picture import French, chart, labels_of, wrap
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook


@takes_events
def seed_checks(case: Casebook, title: str = "How the claims of the seeds stand") -> Exhibit:
    """Draw the claims of the seeds by kind and by how they stand against other press.

    Parameters
    ----------
    case
        The casebook.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    table = pd.crosstab(case.seed_claims["kind"], case.seed_claims["check"]).reindex(columns=list(style.CHECKS), fill_value=0)
    table = table.loc[table.sum(axis=1).sort_values(kind="stable").index]
    names = {k: k.replace("_", " ") for k in table.index}

    def draw(figure: Figure, narrow: bool) -> None:
        ax = figure.subplots()
        left = np.zeros(len(table))
        rows = np.arange(len(table))
        for check in table:
            label, colour = style.CHECKS[check]
            bars = ax.barh(rows, table[check], left=left, color=colour, label=label, edgecolor=style.PAPER, linewidth=0.6, height=0.72)
            dark = check in {"confirmed", "contradicted"}
            least = 3 if narrow else 2
            ax.bar_label(
                bars,
                [str(n) if n >= least else "" for n in table[check]],
                label_type="center",
                color="white" if dark else style.INK,
                fontsize=8,
            )
            left += table[check].to_numpy()
        ax.set_yticks(rows, [names[k] for k in table.index])
        ax.tick_params(axis="y", length=0, labelcolor=style.INK)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel("claims")
        figure.legend(loc="outside upper left", ncols=2 if narrow else 5, fontsize=8.5, handlelength=0.9, handleheight=0.9)

    counts = table.sum()
    reading = sentence(
        "Of {all} claims {confirmed} are confirmed by other press, {partly} are right in part, {contradicted} are "
        "contradicted; {open} cannot be checked or are beside the subject.",
        all=int(counts.sum()),
        confirmed=int(counts["confirmed"]),
        partly=int(counts["partly"]),
        contradicted=int(counts["contradicted"]),
        open=int(counts["not_checkable"] + counts["unchecked"]),
    )
    kinds = table.iloc[::-1].rename(columns=lambda c: style.CHECKS[c][0]).to_dict("index")
    twin = grid([{"kind of claim": say(names[kind]), **counts} for kind, counts in kinds.items()])
    return chart(title, draw, (3.6, 4.0), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin)


@takes_events
def timeline(case: Casebook, title: str = "Attacks and turning points the seeds tell of") -> Exhibit:
    """Draw the events and turning points that a seed claim refers to, on one time axis.

    Parameters
    ----------
    case
        The casebook.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    ids = {i for cell in case.seed_claims["refers_to"].dropna() for i in cell.split()}
    events = case.events[case.events["event_id"].isin(ids)]
    marks = case.milestones[case.milestones["milestone_id"].isin(ids)]
    sieges = case.blockades[case.blockades["blockade_id"].isin(ids)]
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "date": events["date"],
                    "date_precision": events["date_precision"],
                    "what": events["place"].fillna("place unknown"),
                    "side": "attack",
                    "type": events["event_type"],
                }
            ),
            pd.DataFrame(
                {
                    "date": marks["date"],
                    "date_precision": marks["date_precision"],
                    "what": marks["label"],
                    "side": "turning point",
                    "type": marks["kind"],
                }
            ),
            pd.DataFrame(
                {
                    "date": sieges["start"],
                    "date_precision": sieges["start_precision"],
                    "what": "blockade begins",
                    "side": "attack",
                    "type": "blockade",
                }
            ),
        ]
    ).sort_values(["date", "side", "what"])
    grouped = rows.groupby(["date", "date_precision", "side"], sort=True)["what"].agg(lambda s: ", ".join(dict.fromkeys(s))).reset_index()
    labels = labels_of(marks)

    def draw(figure: Figure, narrow: bool) -> French:
        french: French = {}
        ax = figure.subplots()
        y = -np.arange(len(grouped))
        for side, align, x in (("attack", "right", -0.12), ("turning point", "left", 0.12)):
            colour = style.ACCENT if side == "attack" else style.INK
            here = grouped["side"] == side
            ax.scatter(np.zeros(here.sum()), y[here], s=34, color=colour, marker="*" if side == "attack" else "o", zorder=3)
            for row, at in zip(grouped[here].itertuples(), y[here], strict=True):
                when = style.day(row.date, row.date_precision)
                text = f"{when}\n{wrap(row.what, 22 if narrow else 46)}"
                french[text] = f"{when.fr}\n{', '.join(labels.get(w, str(i18n.french(w))) for w in row.what.split(', '))}"
                ax.text(x, at, text, ha=align, va="center", fontsize=7.5 if narrow else 8.5, color=colour, linespacing=1.15)
        ax.axvline(0, color=style.LINE, linewidth=1.2, zorder=1)
        ax.set_xlim(-3, 3)
        ax.set_ylim(-len(grouped), 1.2)
        ax.text(-0.12, 1, "ATTACKS", ha="right", fontsize=8, color=style.SOFT)
        ax.text(0.12, 1, "TURNING POINTS", ha="left", fontsize=8, color=style.SOFT)
        ax.axis("off")
        return french

    first, last = style.span(rows.reset_index(drop=True))
    reading = (
        sentence(
            "The seeds tell of {n} and {m}, from {first} to {last}.",
            n=style.plural(len(events), "attack"),
            m=style.plural(len(marks), "turning point"),
            first=style.dated(first, "from"),
            last=style.dated(last, "to"),
        )
        if len(rows)
        else sentence("The seeds refer to no row of the tables.")
    )
    twin = grid(
        [
            {
                "date": style.day(row.date, row.date_precision),
                "what": Both(row.what, labels[row.what]) if row.what in labels else row.what,
                "side": say(row.side),
                "type": say(row.type.replace("_", " ")),
            }
            for row in rows.itertuples()
        ],
        columns=["date", "what", "side", "type"],
    )
    height = 0.42 * len(grouped) + 0.8
    return chart(title, draw, (height, height * 1.12), reading, say("Timeline: {reading}", reading=plain(reading)), twin)
