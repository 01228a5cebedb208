"""What a notebook shows: a finding, a chart, a table or a map, each with its reading, source line and text form.

One object serves three readers: JupyterLab (``live``), the notebooks as stored and tested (``stored``) and the
report builder (``report``); the environment variable ``MALISEC_DISPLAY`` says which. Must not know the tables.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from malisec import i18n
from malisec.i18n import Both

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

MODES = ("live", "stored", "report")
#: letters from which a cell counts as long
_LONG = 34
#: a letter of a template outside the names of its values: without one, a template says the same in both languages
_WORD = re.compile(r"[^\W\d_](?![^{]*\})")
FINDING_MIME = "application/vnd.malisec.finding+json"


def mode() -> str:
    """Return who looks: ``live``, ``stored`` or ``report``.

    Raises
    ------
    ValueError
        If ``MALISEC_DISPLAY`` holds anything else.
    """
    found = os.environ.get("MALISEC_DISPLAY", "live")
    if found not in MODES:
        msg = f"MALISEC_DISPLAY: expected one of {', '.join(MODES)}, found {found!r}"
        raise ValueError(msg)
    return found


def plain(text: str) -> Both:
    """Return text without markup, entities and runs of white space, in both languages.

    Examples
    --------
    >>> plain(Markup("<b>seven</b> &amp; more"))
    'seven & more'
    """
    other = str(i18n.french(text))
    if isinstance(text, Markup):
        return Both(Markup(i18n.english(text)).striptags(), Markup(other).striptags())
    return Both(*(re.sub(r"\s+", " ", t).strip() for t in (text, other)))


def sentence(template: str, **values: object) -> Markup:
    """Fill computed values into a sentence; each is escaped and underlined as computed. Says it in French as well, where the catalogue can.

    Parameters
    ----------
    template
        Text of ours with ``{name}`` for each computed value.
    **values
        What was computed. A `markupsafe.Markup` value is taken as it is.

    Examples
    --------
    >>> sentence("{n} events", n="<7>")
    Markup('<b>&lt;7&gt;</b> events')
    """

    def filled(text: str, spoken: Callable[[object], object]) -> Markup:
        said = {k: spoken(v) for k, v in values.items()}
        return Markup(text).format(**{k: v if isinstance(v, Markup) else Markup("<b>{}</b>").format(v) for k, v in said.items()})

    english, other = filled(template, i18n.english), i18n.catalogue().get(template, None if _WORD.search(template) else template)
    return english if other is None else i18n.both(english, filled(other, i18n.french))


def slug(text: str) -> str:
    """Turn a title into an anchor.

    Examples
    --------
    >>> slug("Where: the country")
    'where-the-country'
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(text).casefold()).strip("-")


@dataclasses.dataclass(frozen=True, repr=False)
class Finding:
    """The head of a report: what was found, what was counted, and the caution beside it."""

    title: str
    lead: Markup
    caution: Markup

    def __repr__(self) -> str:
        """Return the finding as plain text."""
        return f"{self.title}\n{plain(self.lead)}\nCaution: {plain(self.caution)}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 (IPython's signature)
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if mode() == "report":
            bundle[FINDING_MIME] = {
                "title": str(self.title),
                "title_fr": str(i18n.french(self.title)),
                "heading": str(i18n.html(self.title)),
                "lead": str(self.lead),
                "caution": str(self.caution),
            }
        elif mode() == "live":
            parts = i18n.english(self.lead), i18n.english(self.caution)
            bundle["text/html"] = f"<h2>{escape(self.title)}</h2><p>{parts[0]}</p><p><em>{parts[1]}</em></p>"
        return bundle


@dataclasses.dataclass(frozen=True, repr=False)
class Exhibit:
    """A picture or table with everything a reader needs beside it.

    Attributes
    ----------
    kind
        ``chart``, ``table`` or ``map``.
    title
        What it shows.
    reading
        One or two sentences that read the result, with computed values.
    body
        HTML of the picture or table, as the report shows it.
    source
        Source line.
    alt
        What a reader who cannot see it needs to know.
    twin
        The rows behind a picture.
    svg
        The picture alone, for stored notebooks.
    own_twin
        Whether the body shows the rows itself, as maps do.
    """

    kind: str
    title: str
    reading: Markup
    body: str
    source: Markup
    alt: str
    twin: pd.DataFrame | None = None
    svg: str | None = None
    own_twin: bool = False

    def __repr__(self) -> str:
        """Return title, reading and alternative text."""
        rows = "" if self.twin is None else f" [{len(self.twin)} rows]"
        return f"{self.kind.capitalize()}: {self.title}{rows}\n{plain(self.reading)}\n{self.alt}"

    def html(self) -> str:
        """Return the figure as the report holds it: picture, reading, source line and table twin."""
        caption = Markup('<figcaption><strong class="ms-title">{}</strong> <span class="ms-reading">{}</span></figcaption>')
        twin = ""
        if self.twin is not None and not self.own_twin:
            inner = table(self.twin, caption=self.title)
            rows = i18n.html(i18n.say("The rows behind the picture ({n})", n=len(self.twin)))
            twin = f'<details class="ms-twin"><summary>{rows}</summary>{inner}</details>'
        head = caption.format(i18n.html(self.title), self.reading)
        foot = Markup('<p class="ms-source">{}</p>').format(self.source)
        return f'<figure class="ms-exhibit ms-{self.kind}" id="{slug(self.title)}">{head}{self.body}{foot}{twin}</figure>'

    def page(self) -> str:
        """Return a page of its own that opens without a network."""
        from malisec import frontend

        return frontend.alone(str(self.title), self.html(), str(i18n.french(self.title)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 (IPython's signature)
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        show = mode()
        if show == "stored" and self.svg is not None:
            bundle["image/svg+xml"] = self.svg
        elif show == "live" and self.kind == "map":
            frame = Markup('<iframe srcdoc="{}" style="width:100%;height:1100px;border:0" title="{}"></iframe>')
            bundle["text/html"] = str(frame.format(self.page(), self.alt))
        elif show == "live" and self.svg is not None:
            # the report's styles, which choose between the wide and the narrow picture, are not here
            bundle["text/html"] = str(
                Markup("<h4>{}</h4><p>{}</p>{}<p><small>{}</small></p>").format(self.title, self.reading, Markup(self.svg), self.source)
            )
        elif show != "stored":
            bundle["text/html"] = self.html()
        return bundle


def grid(rows: list[dict[str, Any]], columns: list[str] | None = None) -> pd.DataFrame:
    """Return rows as a frame for `table`, in which links and other markup stay what they are.

    pandas keeps text in arrays of its own (of pyarrow's where that is installed), and markup put there comes out as plain text:
    columns of words stay objects.

    Parameters
    ----------
    rows
        One dictionary a row.
    columns
        Columns in order; those of the first row when left out.

    Examples
    --------
    >>> isinstance(grid([{"page": Markup("<b>1</b>")}])["page"][0], Markup)
    True
    """
    import pandas as pd

    frame = pd.DataFrame(rows, columns=columns, dtype="object")
    numbers = [c for c in frame.columns if len(frame) and frame[c].map(lambda v: isinstance(v, int | float)).all()]
    return frame.astype({c: "float64" if frame[c].map(lambda v: isinstance(v, float)).any() else "int64" for c in numbers})


def cell(value: object) -> Markup:
    """Return one cell of a table; a missing value reads ``unknown``."""
    import pandas as pd

    if isinstance(value, Markup):
        return value
    missing = value is None or value is pd.NA or (isinstance(value, float) and value != value) or value is pd.NaT
    if missing or value == "unknown":
        return Markup('<i class="ms-none">{}</i>').format(i18n.html("unknown"))
    if isinstance(value, pd.Timestamp):
        return escape(f"{value:%Y-%m-%d}")
    if isinstance(value, int):
        return i18n.html(i18n.number(value))
    if isinstance(value, float):
        return i18n.html(Both(str(value), str(i18n.french(value))))
    # a text of a table stays what it is; one of ours carries its French
    return i18n.html(value) if isinstance(value, Both) else escape(value)


def _td(content: Markup, *, number: bool) -> str:
    # long cells take the whole width of a phone
    kind = " class=n" if number else " class=ms-long" if len(plain(content)) > _LONG else ""
    return f"<td{kind}>{content}</td>"


def _labels(columns: list[object]) -> tuple[str, str]:
    """Name the cells of a table where phones and print show rows as blocks: once for each column, not in every cell.

    Returns
    -------
    tuple of (str, str)
        A class for the table, and the style that goes with it.
    """
    name = "ms-c" + hashlib.md5("\x00".join(map(str, columns)).encode(), usedforsecurity=False).hexdigest()[:8]

    # in a style sheet every character may be written by its number, which leaves none that could end the string or the element
    def quoted(text: object) -> str:
        return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in str(text))

    rules = [f'.{name} td:nth-child({n}){{--l:"{quoted(c)} "}}' for n, c in enumerate(columns, 1)]
    for n, c in enumerate(columns, 1):
        if i18n.french(c) != c:
            rules.append(f'html[lang="fr"] .{name} td:nth-child({n}){{--l:"{quoted(i18n.french(c))} "}}')
    return name, "".join(rules)


def spoken(text: str) -> Markup:
    """Carry the French of a label, which an attribute cannot hold beside the English: an attribute to put beside ``aria-label``."""
    other = i18n.french(text)
    return Markup(' data-fr-label="{}"').format(other) if other != text else Markup("")


def table(frame: pd.DataFrame, caption: str, *, numbers: tuple[str, ...] = ()) -> str:
    """Draw a frame as an HTML table, hairlines only, numbers to the right.

    Parameters
    ----------
    frame
        Columns in the order and with the names to show. `markupsafe.Markup` cells are taken as HTML, all else is escaped.
    caption
        What the table shows, for screen readers.
    numbers
        Columns set to the right beside those that hold numbers.
    """
    import pandas as pd

    right = (
        {c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c])} | set(numbers) | ({"killed", "wounded"} & set(frame.columns))
    )
    head = "".join(
        f'<th scope="col"{" class=n" if c in right else ""}>{i18n.html(c if isinstance(c, str) else str(c))}</th>' for c in frame.columns
    )
    rows = []
    for row in frame.itertuples(index=False):
        cells = "".join(_td(cell(v), number=c in right) for c, v in zip(frame.columns, row, strict=True))
        rows.append(f"<tr>{cells}</tr>")
    body = "\n".join(rows)
    name, style = _labels([*frame.columns])
    return (
        f'<div class="ms-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"{spoken(caption)}><style>{style}</style><table '
        f'class="ms-table {name}"><caption>{i18n.html(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def link(text: str, url: object) -> Markup:
    """Return a link that opens outside the report, or the bare text without an address.

    Only http and https addresses become links.
    """
    if isinstance(url, str) and re.match(r"https?://", url):
        # no rel: the report's head says for all its thousands of links that no page is told where its reader came from
        return Markup('<a href="{}">{}</a>').format(url, text)
    return escape(text)
