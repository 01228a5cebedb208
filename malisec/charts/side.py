"""Two datasets side by side in time: rows and dead of each, with the share that the other one has as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style
from malisec.charts.picture import SOURCE, French, chart, nothing
from malisec.credit import credit
from malisec.exhibit import Exhibit, plain, sentence
from malisec.i18n import say
from malisec.others import as_case

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook
    from malisec.linking import Linked

#: days up to which bars stand for days, beyond for months
_DAYS = 92
_COLOURS = {"malisec": style.ACCENT, "other": style.OTHER_TYPES["state_based"][1]}
_PARTS = {"rows": "rows", "killed": "killed, figure used"}


def side_by_side(
    case: Casebook,
    theirs: Casebook | pd.DataFrame,
    linked: Linked | None = None,
    title: str = "Two datasets side by side: rows, and the dead they count",
) -> Exhibit:
    """Draw rows and dead of our events and of another dataset, by day or by month; nothing is added over the two.

    Parameters
    ----------
    case
        The events of the edition.
    theirs
        The events of another dataset, as the readers return them.
    linked
        What `malisec.link` found between the two: rows that both have are drawn darker.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Its twin holds, for each day or month, the rows and the dead (figures used) of each dataset, and those that both have;
        ``toll unknown`` counts rows without a figure used.

    Examples
    --------
    >>> import malisec as ms
    >>> case = ms.load().select(since="2023-10-01", until="2023-10-31")
    >>> theirs = ms.readers.ucdp_events(case)
    >>> side_by_side(case, theirs, ms.link(case.events, theirs)).kind
    'chart'
    """
    other = as_case(theirs) if isinstance(theirs, pd.DataFrame) else theirs
    name = str(other.dataset)
    events = {"malisec": case.events, name: other.events}
    shared = set() if linked is None else {*linked.pairs["ours"], *linked.pairs["theirs"]}
    dated = pd.concat([e["date"] for e in events.values()]).dropna()
    if dated.empty:
        return nothing(title, say("No event in this selection."), SOURCE + Markup(" ") + credit(other))
    unit = "D" if (dated.max() - dated.min()).days <= _DAYS else "M"
    spans = pd.period_range(dated.min(), dated.max(), freq=unit)
    counts = {n: _counted(e, shared, spans) for n, e in events.items()}

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(4, 1, sharex=True) if narrow else figure.subplots(2, 2, sharex=True).T.ravel()
        places = [(part, n) for part in _PARTS for n in counts]
        french: French = {}
        for ax, (part, n) in zip(axes, places, strict=True):
            _bars(ax, counts[n], part, _COLOURS["malisec" if n == "malisec" else "other"], unit)
            ax.set_ylim(0, max(float(c[part].max()) for c in counts.values()) * 1.12 + 0.5)
            head = say("{name}: {what}", name=n, what=say(_PARTS[part]))
            ax.set_title(head, loc="left", fontsize=8.5 if narrow else 9.5, color=style.INK)
            french[str(head)] = head.fr
            # days as the tables write them: the same in every language
            ticks = spans[np.unique(np.linspace(0, len(spans) - 1, 3).astype(int))]
            ax.set_xticks(_middle(ticks, unit), [str(t) for t in ticks])
        return french

    reading = _reading(counts, linked)
    alt = say("Bars of two datasets: {reading}", reading=plain(reading))
    twin = pd.concat(
        [c.assign(dataset=n).reset_index(names="day" if unit == "D" else "month") for n, c in counts.items()], ignore_index=True
    )
    twin.columns = [str(c).replace("_", " ") for c in twin.columns]
    twin = twin.astype({twin.columns[0]: str})
    return chart(title, draw, (4.6, 7.4), reading, alt, twin[twin["rows"] > 0], SOURCE + Markup(" ") + credit(other))


def _counted(events: pd.DataFrame, shared: set[str], spans: pd.PeriodIndex) -> pd.DataFrame:
    """Return rows and dead of each span, and of both those of rows that the other dataset has as well."""
    rows = events.dropna(subset=["date"])
    both = rows["event_id"].isin(shared)
    # a toll that nobody gave adds nothing, and is counted as such
    used = rows["killed_best"].astype("Int64")
    table = pd.DataFrame(
        {
            "rows": 1,
            "killed": used,
            "toll_unknown": used.isna().astype(int),
            "rows_in_both": both.astype(int),
            "killed_in_both": used.where(both),
        }
    )
    return table.groupby(rows["date"].dt.to_period(spans.freqstr)).sum().astype("int64").reindex(spans, fill_value=0)


def _middle(spans: pd.PeriodIndex, unit: str) -> pd.DatetimeIndex:
    return spans.to_timestamp() + pd.Timedelta(days=0 if unit == "D" else 14)


def _bars(ax: Axes, counts: pd.DataFrame, part: str, colour: str, unit: str) -> None:
    at = _middle(counts.index, unit)
    width = 0.8 if unit == "D" else 26
    ax.bar(at, counts[part], width=width, color=colour, alpha=0.35)
    ax.bar(at, counts[f"{part}_in_both"], width=width, color=colour)
    ax.grid(axis="x", visible=False)
    ax.locator_params(axis="y", integer=True)


def _reading(counts: dict[str, pd.DataFrame], linked: Linked | None) -> Markup:
    said = [
        sentence(
            "{name}: {n}, {dead} dead by the figures used of {known}.",
            name=name,
            known=style.plural(int(c["rows"].sum() - c["toll_unknown"].sum()), "event"),
            n=style.plural(int(c["rows"].sum()), "row"),
            dead=i18n.number(int(c["killed"].sum())),
        )
        for name, c in counts.items()
    ]
    if linked is not None:
        theirs = [*counts.values()][1]
        share = theirs["killed_in_both"].sum() / theirs["killed"].sum() if theirs["killed"].sum() else np.nan
        said.append(
            sentence(
                "Dark: rows that both have, {n} of the {all} of {name}{dead}.",
                n=style.words(int(theirs["rows_in_both"].sum())),
                all=i18n.number(int(theirs["rows"].sum())),
                name=[*counts][1],
                dead=sentence(", with {share} of its dead", share=style.share(share)) if not np.isnan(share) else Markup(""),
            )
        )
    said.append(sentence("The two tell of the same events in part: their figures are not added."))
    return Markup(" ").join(said)
