"""French beside English: one catalogue of texts, and texts that carry both languages.

English is the key, as in gettext, so that code reads as what it says. ``fr.json`` holds the French of every text of ours: labels,
sentences with ``{values}``, words of the front end. Must not know what is said of whom; summaries of events stand in the tables.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

from markupsafe import Markup, escape

#: between the thousands of a French number: a narrow space that does not break
THIN = "\N{NARROW NO-BREAK SPACE}"
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
#: spaces of French that do not break: before the marks that stand apart, and inside quotation marks
_BEFORE = re.compile(r"(?<=\S) (?=[:;!?»%])|(?<=«) ")
_TAGS = re.compile(r"<ms-en>(.*?)</ms-en><ms-fr lang=\"fr\">(.*?)</ms-fr>", flags=re.DOTALL)


@functools.cache
def catalogue() -> dict[str, str]:
    """Return the French of each English text.

    Examples
    --------
    >>> catalogue()["Ambush"]
    'Embuscade'
    """
    return {key: value for part in _sections().values() for key, value in part.items()}


@functools.cache
def taught() -> dict[str, str]:
    """Return what pages say by themselves: all but the sections of single reports, whose texts carry their French where they stand.

    Examples
    --------
    >>> "Ambush" in taught(), "How it was counted" in taught()
    (True, False)
    """
    return {key: value for name, part in _sections().items() if not name[:1].isdigit() for key, value in part.items()}


@functools.cache
def _sections() -> dict[str, dict[str, str]]:
    text = (Path(__file__).parent / "fr.json").read_text(encoding="utf-8")
    # written with common spaces in the file: nobody sees the others in an editor
    return {name: {key: _BEFORE.sub("\N{NO-BREAK SPACE}", value) for key, value in part.items()} for name, part in json.loads(text).items()}


class Both(str):
    """A text in English that carries its French.

    Attributes
    ----------
    fr
        The same in French.
    """

    __slots__ = ("fr",)
    fr: str

    def __new__(cls, english: str, french: str) -> Both:
        """Make a text of two languages."""
        text = super().__new__(cls, english)
        text.fr = french
        return text

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Return what makes it again, for copies and other processes."""
        return str(self), self.fr


def number(n: int) -> Both:
    """Write a whole number.

    Examples
    --------
    >>> number(1500)
    '1,500'
    """
    return Both(f"{n:,}", f"{n:,}".replace(",", THIN))


def french(text: object) -> object:
    """Return the French of a text: the one it carries, else the catalogue's, else the text itself.

    Examples
    --------
    >>> french(Both("one event", "un événement")), french("Ambush"), french("Niono")
    ('un événement', 'Embuscade', 'Niono')
    """
    if isinstance(text, Both):
        return text.fr
    if isinstance(text, Markup):
        return Markup(_TAGS.sub(lambda m: m[2], text))
    if isinstance(text, str):
        return text.replace(",", THIN) if _THOUSANDS.fullmatch(text) else catalogue().get(text, text)
    if isinstance(text, float):
        return f"{text}".replace(".", ",")
    return number(text).fr if isinstance(text, int) and not isinstance(text, bool) else text


def english(text: object) -> object:
    """Return the English of a text that may hold both."""
    return Markup(_TAGS.sub(lambda m: m[1], text)) if isinstance(text, Markup) else text


def say(template: str, **values: object) -> Both:
    """Fill values into a text of ours, in both languages.

    Parameters
    ----------
    template
        English text with ``{name}`` for each value, as it stands in the catalogue.
    **values
        Numbers and texts, among these `Both`.

    Examples
    --------
    >>> say("{n} km", n=5).fr
    '5 km'
    """
    other = catalogue().get(template, template)
    return Both(template.format(**values), other.format(**{k: french(v) for k, v in values.items()}))


def agree(n: int, one: tuple[str, str], many: tuple[str, str]) -> Markup:
    """Choose the form of a word that goes with a number, in each language by its own rule.

    Parameters
    ----------
    n
        The number; French takes nought for one.
    one, many
        The word in English and in French.

    Examples
    --------
    >>> agree(0, ("has", "a"), ("have", "ont"))
    Markup('<ms-en>have</ms-en><ms-fr lang="fr">a</ms-fr>')
    """
    return html(Both((one if n == 1 else many)[0], (one if n < 2 else many)[1]))


def joined(parts: list[str], between: str = "") -> Both:
    """Join texts, in each language those of that language."""
    return Both(between.join(parts), between.join(str(french(p)) for p in parts))


def html(text: str) -> Markup:
    """Write a text as HTML that shows the language chosen on the page; a text without French stands alone.

    Examples
    --------
    >>> html("Ambush")
    Markup('<ms-en>Ambush</ms-en><ms-fr lang="fr">Embuscade</ms-fr>')
    >>> html("Kayes & Nioro")
    Markup('Kayes &amp; Nioro')
    """
    other = french(text)
    return both(escape(english(text)), escape(other)) if other != text else escape(text)


def both(english_html: Markup, french_html: Markup) -> Markup:
    """Put two languages of one text side by side; the page shows one of them."""
    return Markup('<ms-en>{}</ms-en><ms-fr lang="fr">{}</ms-fr>').format(english_html, french_html)
