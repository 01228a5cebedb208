"""Charts with seaborn and matplotlib: our style, direct labels, SVG with real text, the rows behind each.

Each picture is drawn twice, for a wide page and for a phone. Frames in, exhibits out; must not know notebooks.
"""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from malisec import i18n, schema, style, tolls
from malisec.exhibit import Exhibit, grid, plain, sentence, slug, spoken
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

    from malisec.casebook import Casebook

_RC = {
    "svg.fonttype": "none",
    # a dollar sign in a label is money, not the start of a formula
    "text.parse_math": False,
    "svg.hashsalt": "malisec",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": style.INK,
    "axes.edgecolor": style.SOFT,
    "axes.labelcolor": style.SOFT,
    "xtick.color": style.SOFT,
    "ytick.color": style.SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.grid": True,
    "grid.color": style.LINE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}
WIDE, NARROW = 10.4, 4.5
_SOURCE = sentence("Data: malisec edition {edition}; rows follow what was found in the press.", edition=escape(schema.EDITION))
_UCDP = sentence(
    "Data: malisec edition {edition}; UCDP best estimates ({ged}, CC BY 4.0).",
    edition=escape(schema.EDITION),
    ged=Markup('<a href="https://ucdp.uu.se/downloads/" rel="noreferrer">UCDP GED</a>'),
)
#: a text that a picture shows -> its French, for texts that are no entry of the catalogue
_French = dict[str, str]


def _svg(draw: Callable[[Figure, bool], _French | None], width: float, height: float, alt: str, css: str, key: str) -> tuple[str, _French]:
    """Draw one picture as SVG with stable ids, real text and an alternative text; return also the French of texts in it."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_RC):
        figure = Figure(figsize=(width, height))
        french = draw(figure, css == "ms-narrow") or {}
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # the page's own sans-serif is narrower than the one measured with, so labels keep their room
    text = text.replace("'DejaVu Sans'", "var(--sans, sans-serif)")
    text = re.sub(r'(width|height)="[\d.]+pt" ', "", text, count=2)
    # two pictures and many charts share a page: their ids must not meet
    prefix = f"{slug(key)}-{'n' if css == 'ms-narrow' else 'w'}-"
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}", text)
    return text.replace("<svg ", f'<svg class="{css}" role="img" aria-label="{escape(alt)}" ', 1), french


_TEXTS = re.compile(r'<g id="[^"]*\btext_\d+">.*?</g>', flags=re.DOTALL)
_LINE = re.compile(r"<text(?P<how>[^>]*)>(?P<said>[^<]*)</text>")


def _bilingual(svg: str, french: _French, alt: str) -> str:
    """Put the French of each text of a picture beside it, line by line, for the page to choose.

    Texts of one line that the catalogue knows, and months of an axis, are found by the page itself.
    """

    def one(found: re.Match[str]) -> str:
        lines = [html.unescape(m["said"]) for m in _LINE.finditer(found[0])]
        english = "\n".join(lines)
        flat = " ".join(lines)
        other = french.get(english) or french.get(flat) or (i18n.catalogue().get(flat) if len(lines) > 1 else None)
        if other is None or other == english:
            return found[0]
        said = iter(_lines(other, len(lines)))
        return _LINE.sub(lambda m: f'<text{m["how"]} data-fr="{escape(next(said))}">{m["said"]}</text>', found[0])

    return _TEXTS.sub(one, svg).replace(f' aria-label="{escape(alt)}"', f' aria-label="{escape(alt)}"{spoken(alt)}', 1)


def _lines(text: str, n: int) -> list[str]:
    """Break a text into so many lines, as even as its words allow; lines that stand in it already are kept."""
    given = text.split("\n")
    if len(given) == n or n == 1:
        return given if len(given) == n else [" ".join(given)]
    rest = n - len(given) + 1
    width = max(1, len(given[-1]) // rest)
    while len(found := _wrap(given[-1], width, whole=True).split("\n")) > rest:
        width += 1
    return [*given[:-1], *found, *[""] * (rest - len(found))]


def _chart(
    title: str,
    draw: Callable[[Figure, bool], _French | None],
    heights: tuple[float, float],
    reading: Markup,
    alt: str,
    twin: pd.DataFrame,
    source: Markup = _SOURCE,
) -> Exhibit:
    wide, french = _svg(draw, WIDE, heights[0], alt, "ms-wide", title)
    narrow, other = _svg(draw, NARROW, heights[1], alt, "ms-narrow", title)
    return Exhibit(
        kind="chart",
        title=title,
        reading=reading,
        body=f'<div class="ms-picture">{_bilingual(wide, french, alt)}{_bilingual(narrow, other, alt)}</div>',
        source=source,
        alt=alt,
        twin=twin,
        svg=wide,
    )


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
    return counts.reindex(months, fill_value=0)[[t for t in style.EVENT_TYPES if t in counts]]


def _turning_points(
    ax: Axes, milestones: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, rows: int, width: float, size: float = 7.5
) -> _French:
    """Write major turning points above a time axis, each on the lowest line of text that is free; return the French of each."""
    span = last - first
    # width of a letter as a share of the axis, from the size of the text and of the picture
    letter = size * 0.62 / 72 / (width * 0.86)
    taken: list[list[tuple[pd.Timestamp, pd.Timestamp]]] = [[] for _ in range(rows)]
    for m in milestones.sort_values("date").itertuples():
        if not first <= m.date <= last:
            continue
        ax.axvline(m.date, color=style.INK, linewidth=0.6, linestyle=(0, (2, 2)), alpha=0.45, zorder=1)
        room = span * letter * (len(m.label) + 1.5)
        right = m.date + room > last + span * 0.02
        start, end = (m.date - room, m.date) if right else (m.date, m.date + room)
        row = next((i for i in range(rows) if all(end <= a or start >= b for a, b in taken[i])), None)
        if row is None:
            continue
        taken[row].append((start, end))
        ax.annotate(
            m.label,
            (m.date, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-2 if right else 2, 3 + row * (size + 2.5)),
            textcoords="offset points",
            fontsize=size,
            color=style.SOFT,
            ha="right" if right else "left",
            va="bottom",
            annotation_clip=False,
        )
    return _labels(milestones)


def _labels(milestones: pd.DataFrame) -> _French:
    """Return the French of the labels of turning points, where the tables have it."""
    if "label_fr" not in milestones:
        return {}
    return {en: fr for en, fr in zip(milestones["label"], milestones["label_fr"], strict=True) if isinstance(fr, str)}


def _whole_numbers() -> Locator:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True, nbins=8)


def _years(ax: Axes, narrow: bool, months: int) -> None:
    import matplotlib.dates as mdates

    if months <= 30:
        ax.xaxis.set_major_locator(mdates.MonthLocator(interval=6 if narrow else 3))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
    else:
        ax.xaxis.set_major_locator(mdates.YearLocator(base=max(1, round(months / 12 / (5 if narrow else 11)))))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))


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

    def draw(figure: Figure, narrow: bool) -> _French:
        ax = figure.subplots()
        if counts.empty:
            ax.text(0.5, 0.5, "no event in this selection", ha="center", transform=ax.transAxes)
            return {}
        middle = counts.index.to_timestamp() + pd.Timedelta(days=14)
        base = np.zeros(len(counts))
        for kind in counts:
            label, colour, *_ = style.EVENT_TYPES[kind]
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
        ax.yaxis.set_major_locator(_whole_numbers())
        _years(ax, narrow, len(counts))
        french = _turning_points(ax, major, first, last, 9, figure.get_figwidth())
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
    rows = counts.rename(columns=lambda c: style.EVENT_TYPES[c][0])
    twin = rows[rows.sum(axis=1) > 0].rename_axis("month").reset_index().assign(month=lambda f: f["month"].astype(str))
    return _chart(title, draw, (4.8, 5.4), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin)


def _nothing(title: str, said: str, source: Markup = _SOURCE) -> Exhibit:
    """Say that there is nothing to draw."""

    def draw(figure: Figure, narrow: bool) -> _French:  # noqa: ARG001 (the same for both widths)
        figure.text(0.5, 0.5, said, ha="center", va="center", color=style.SOFT)
        return {str(said): str(i18n.french(said))}

    return _chart(title, draw, (1.0, 1.0), i18n.html(said), said, pd.DataFrame(), source)


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
        return _nothing(title, say("No figure of UCDP stands in the tables."), _UCDP)
    recent = series["2010":]
    counts = monthly_counts(case).sum(axis=1)
    major = case.whole.milestones[case.whole.milestones["prominence"] == "major"]
    last = max(recent.index.max(), counts.index.max().to_timestamp() if len(counts) else recent.index.max()) + pd.Timedelta(days=45)
    first = recent.index.min()
    yearly = series.groupby(series.index.year).sum()

    def draw(figure: Figure, narrow: bool) -> _French:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.3])
        import seaborn as sns

        top.bar(recent.index + pd.Timedelta(days=14), recent, width=27, color=style.QUIET, linewidth=0)
        smooth = recent.rolling(12, center=True).mean()
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
        end = recent.index.max() + pd.Timedelta(days=31)
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
        bottom.yaxis.set_major_locator(_whole_numbers())
        bottom.set_xlim(first, last)
        for ax in (top, bottom):
            ax.grid(axis="x", visible=False)
        _years(bottom, narrow, 12 * (last.year - first.year))
        return _turning_points(top, major, first, last, 9, figure.get_figwidth())

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
    return _chart(title, draw, (5.4, 5.6), reading, say("Bars and line: {reading}", reading=plain(reading)), twin, _UCDP)


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
    return _chart(title, draw, (3.6, 4.0), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin)


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
    labels = _labels(marks)

    def draw(figure: Figure, narrow: bool) -> _French:
        french: _French = {}
        ax = figure.subplots()
        y = -np.arange(len(grouped))
        for side, align, x in (("attack", "right", -0.12), ("turning point", "left", 0.12)):
            colour = style.ACCENT if side == "attack" else style.INK
            here = grouped["side"] == side
            ax.scatter(np.zeros(here.sum()), y[here], s=34, color=colour, marker="*" if side == "attack" else "o", zorder=3)
            for row, at in zip(grouped[here].itertuples(), y[here], strict=True):
                when = style.day(row.date, row.date_precision)
                text = f"{when}\n{_wrap(row.what, 22 if narrow else 46)}"
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
    return _chart(title, draw, (height, height * 1.12), reading, say("Timeline: {reading}", reading=plain(reading)), twin)


def _wrap(text: str, width: int, *, whole: bool = False) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width, break_long_words=whole is False))


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
    found = tolls.derive(case.claims)
    found = found[found["high"] >= at_least].astype({"low": float, "best": float, "high": float})
    all_found = len(found)
    if found.empty:
        return _nothing(title, say("No toll here has a highest figure of {n} or more.", n=at_least))
    names = case.events.set_index("event_id")
    joint = case.events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")
    found = found.nlargest(most, "high", keep="all")
    where = {k: names.loc[[k]] if k in names.index else joint.get_group(k) for k in found.index}
    dates = pd.to_datetime([where[k]["date"].min() for k in found.index])
    places = {k: style.listed(dict.fromkeys(where[k]["place"].fillna("place unknown"))) for k in found.index}
    found = found.assign(date=dates, place=[*places.values()]).sort_values(["date", "place"], ascending=False)

    def draw(figure: Figure, narrow: bool) -> _French:
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
        labels = [_wrap(f"{r.place}, {r.date:%b %Y}", 20 if narrow else 60) for r in found.itertuples()]
        ax.set_yticks(range(len(found)), labels, fontsize=7.5 if narrow else 9)
        ax.tick_params(axis="y", length=0, labelcolor=style.INK)
        ax.set_xscale("log")
        ticks = [1, 10, 100, 500] if narrow else [1, 2, 5, 10, 20, 50, 100, 200, 500]
        ax.set_xticks(ticks, [str(t) for t in ticks])
        ax.minorticks_off()
        ax.grid(axis="y", visible=False)
        ax.set_xlabel(
            "killed, attacked side and civilians (logarithmic)"
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
    return _chart(title, draw, (height, height * 1.3), reading, alt, twin.reset_index(drop=True))
