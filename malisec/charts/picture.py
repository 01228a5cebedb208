"""How every chart is drawn: our style, a picture for wide pages and one for phones, SVG with real text in two languages.

Must not know what is drawn.
"""

from __future__ import annotations

import html
import io
import math
import re
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup, escape

from malisec import i18n, schema, style
from malisec.exhibit import Exhibit, sentence, slug, spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator


RC = {
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


SOURCE = sentence("Data: malisec edition {edition}; rows follow what was found in the press.", edition=escape(schema.EDITION))


UCDP = sentence(
    "Data: malisec edition {edition}; UCDP best estimates ({ged}, CC BY 4.0).",
    edition=escape(schema.EDITION),
    ged=Markup('<a href="https://ucdp.uu.se/downloads/" rel="noreferrer">UCDP GED</a>'),
)


#: a text that a picture shows -> its French, for texts that are no entry of the catalogue
French = dict[str, str]


def _svg(draw: Callable[[Figure, bool], French | None], width: float, height: float, alt: str, css: str, key: str) -> tuple[str, French]:
    """Draw one picture as SVG with stable ids, real text and an alternative text; return also the French of texts in it."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(RC):
        figure = Figure(figsize=(width, height))
        french = draw(figure, css == "ms-narrow") or {}
        _make_room(figure, french, 44 if css == "ms-narrow" else 100)
        widths = _name_lines(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = _settled(_anchored(text, widths))
    # the page's own sans-serif is narrower than the one measured with, so labels keep their room
    text = text.replace("'DejaVu Sans'", "var(--sans, sans-serif)")
    text = re.sub(r'(width|height)="[\d.]+pt" ', "", text, count=2)
    # two pictures and many charts share a page: their ids must not meet
    prefix = f"{slug(key)}-{'n' if css == 'ms-narrow' else 'w'}-"
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}", text)
    return text.replace("<svg ", f'<svg class="{css}" role="img" aria-label="{escape(alt)}" ', 1), french


_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PLACES = re.compile(r'\s(?:d|transform|x|y|width|height|points)="[^"]*"')
_HASHED = re.compile(r'id="([a-z]?[0-9a-f]{10,})"')


def _settled(svg: str) -> str:
    """Round coordinates to a hundredth of a point, which nobody sees, and number what matplotlib names by a hash of them.

    The layout is found by a solver whose last digits depend on what was drawn before in the same process.
    """

    def short(number: re.Match[str]) -> str:
        text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    svg = _PLACES.sub(lambda place: _NUMBER.sub(short, place[0]), svg)
    for n, name in enumerate(dict.fromkeys(_HASHED.findall(svg))):
        svg = svg.replace(name, f"n{n}")
    return svg


def _other(text: str, french: French) -> str:
    """Return the French of a text of a picture, in as many lines."""
    flat = text.replace("\n", " ")
    found = french.get(text) or french.get(flat) or i18n.catalogue().get(flat)
    return "\n".join(broken(found, text.count("\n") + 1)) if found else text


def _make_room(figure: Figure, french: French, most: int) -> None:
    """Lay the picture out for the longer of the two languages: room beside the axes, and long names of axes on two lines."""
    from matplotlib.ticker import FixedLocator

    given = {}
    for ax in figure.axes:
        for name, put in ((ax.get_xlabel(), ax.set_xlabel), (ax.get_ylabel(), ax.set_ylabel)):
            if "\n" not in name and max(len(name), len(_other(name, french))) > most:
                put(wrap(name, max(20, len(name) // 2 + 5)))
        if isinstance(ax.yaxis.get_major_locator(), FixedLocator) and ax.get_yticklabels():
            labels = [t.get_text() for t in ax.get_yticklabels()]
            others = [_other(label, french) for label in labels]
            given[ax] = labels
            ax.set_yticks(ax.get_yticks(), [max(a, b, key=_longest) for a, b in zip(labels, others, strict=True)])
    if given:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    for ax, labels in given.items():
        ax.set_yticks(ax.get_yticks(), labels)


def _longest(text: str) -> int:
    return max(map(len, text.split("\n")))


def _name_lines(figure: Figure) -> dict[str, list[float]]:
    """Give a name to each text of several lines that does not begin at the left, and return how wide its lines are."""
    from matplotlib.text import Text
    from matplotlib.textpath import text_to_path

    widths = {}
    for n, text in enumerate(t for t in figure.findobj(Text) if "\n" in t.get_text() and t.get_horizontalalignment() != "left"):
        name = f"text_{n}-{text.get_horizontalalignment()}"
        text.set_gid(name)
        lines = text.get_text().split("\n")
        widths[name] = [text_to_path.get_text_width_height_descent(line, text.get_fontproperties(), ismath=False)[0] for line in lines]
    return widths


_PLACED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\)(?: rotate\(([-\d.]+)\))?")


def _anchored(svg: str, widths: dict[str, list[float]]) -> str:
    """Hold the lines of a text where they are aligned: matplotlib places each by its left end, which is another one in French."""

    def one(group: re.Match[str]) -> str:
        share = 1.0 if group[2] == "right" else 0.5
        wide = iter(widths[group[1]])

        def line(found: re.Match[str]) -> str:
            if found["said"] == "":
                return found[0]
            step = next(wide) * share

            def moved(m: re.Match[str]) -> str:
                angle = math.radians(float(m[3] or 0))
                x, y = float(m[1]) + step * math.cos(angle), float(m[2]) + step * math.sin(angle)
                return f"translate({x:.4f} {y:.4f})" + (f" rotate({m[3]})" if m[3] else "")

            how = _PLACED.sub(moved, found["how"]).replace('style="', f'style="text-anchor: {"end" if share == 1 else "middle"}; ')
            return f"<text{how}>{found['said']}</text>"

        return _LINE.sub(line, group[0])

    return re.sub(rf'<g id="(text_\d+-(right|center))">{_GROUND}.*?</g>', one, svg, flags=re.DOTALL)


#: what lies behind a text that has a ground of its own
_GROUND = r'(?:\s*<g id="[^"]*patch_\d+">.*?</g>)?'
_TEXTS = re.compile(rf'<g id="[^"]*\btext_\d+(?:-\w+)?">{_GROUND}.*?</g>', flags=re.DOTALL)


_LINE = re.compile(r"<text(?P<how>[^>]*)>(?P<said>[^<]*)</text>")


def _bilingual(svg: str, french: French, alt: str) -> str:
    """Put the French of each text of a picture beside it, line by line, for the page to choose.

    Texts that every page knows, and months of an axis, are found by the page itself.
    """

    def one(found: re.Match[str]) -> str:
        lines = [html.unescape(m["said"]) for m in _LINE.finditer(found[0])]
        english = "\n".join(lines)
        flat = " ".join(lines)
        known = None if len(lines) == 1 and flat in i18n.taught() else i18n.catalogue().get(flat)
        other = french.get(english) or french.get(flat) or known
        if other is None or other == english:
            return found[0]
        said = iter(broken(other, len(lines)))
        return _LINE.sub(lambda m: f'<text{m["how"]} data-fr="{escape(next(said))}">{m["said"]}</text>', found[0])

    return _TEXTS.sub(one, svg).replace(f' aria-label="{escape(alt)}"', f' aria-label="{escape(alt)}"{spoken(alt)}', 1)


def broken(text: str, n: int) -> list[str]:
    """Break a text into so many lines, as even as its words allow; lines that stand in it already are kept."""
    given = text.split("\n")
    if len(given) == n or n == 1:
        return given if len(given) == n else [" ".join(given)]
    rest = n - len(given) + 1
    width = max(1, len(given[-1]) // rest)
    while len(found := wrap(given[-1], width, whole=True).split("\n")) > rest:
        width += 1
    return [*given[:-1], *found, *[""] * (rest - len(found))]


def chart(
    title: str,
    draw: Callable[[Figure, bool], French | None],
    heights: tuple[float, float],
    reading: Markup,
    alt: str,
    twin: pd.DataFrame,
    source: Markup = SOURCE,
) -> Exhibit:
    """Draw a picture twice, for a wide page and for a phone, and put beside it what a reader needs.

    Parameters
    ----------
    title, reading, alt, twin, source
        As in `malisec.exhibit.Exhibit`.
    draw
        Draws into a figure, told whether it is the narrow one; returns the French of texts that the catalogue does not hold.
    heights
        Inches, of the wide and of the narrow picture.
    """
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


def nothing(title: str, said: str, source: Markup = SOURCE) -> Exhibit:
    """Say that there is nothing to draw."""

    def draw(figure: Figure, narrow: bool) -> French:  # noqa: ARG001 (the same for both widths)
        figure.text(0.5, 0.5, said, ha="center", va="center", color=style.SOFT)
        return {str(said): str(i18n.french(said))}

    return chart(title, draw, (1.0, 1.0), i18n.html(said), said, pd.DataFrame(), source)


def turning_points(
    ax: Axes, milestones: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, rows: int, width: float, size: float = 7.5
) -> French:
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
    return labels_of(milestones)


def labels_of(milestones: pd.DataFrame) -> French:
    """Return the French of the labels of turning points, where the tables have it."""
    if "label_fr" not in milestones:
        return {}
    return {en: fr for en, fr in zip(milestones["label"], milestones["label_fr"], strict=True) if isinstance(fr, str)}


def whole_numbers() -> Locator:
    """Return ticks for counts."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True, nbins=8)


def years(ax: Axes, narrow: bool, months: int) -> None:
    """Write years under a time axis of so many months, or months where it is short."""
    import matplotlib.dates as mdates

    if months <= 30:
        ax.xaxis.set_major_locator(mdates.MonthLocator(interval=6 if narrow else 3))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
    else:
        ax.xaxis.set_major_locator(mdates.YearLocator(base=max(1, round(months / 12 / (5 if narrow else 11)))))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))


def upright(ax: Axes, table: pd.DataFrame, columns: tuple[str, str, str], *, times: float = 1.0, colour: str = style.INK) -> None:
    """Draw values over the index of a table as dots with upright intervals.

    Parameters
    ----------
    ax
        Where.
    table
        One row a dot; missing values are left out.
    columns
        The value and the ends of its interval.
    times
        Factor on all three, such as 100 for hundredths.
    colour
        Of dots and intervals.
    """
    value, low, high = (table[c] * times for c in columns)
    # a share of nought is its own lower end, but for the last digit
    ends = [(value - low).clip(lower=0), (high - value).clip(lower=0)]
    ax.errorbar(table.index, value, yerr=ends, fmt="o", ms=4.5, color=colour, elinewidth=1.3)


def wrap(text: str, width: int, *, whole: bool = False) -> str:
    """Break a text into lines of at most `width` letters; longer words are kept whole on demand."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width, break_long_words=whole is False))
