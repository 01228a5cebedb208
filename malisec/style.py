"""Colours, shapes and names of things drawn, one place for maps, charts and tables.

Event types take the Okabe-Ito set (told apart with every common colour vision) and a shape each for print.
Must not know data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from malisec import i18n
from malisec.i18n import Both

INK, SOFT, LINE, PAPER, LAND, ACCENT = "#1d1d1b", "#635f57", "#ddd6c9", "#fffdf8", "#f3eee2", "#a61c3c"
WATER, QUIET = "#8fb7cf", "#b9b1a2"

#: event type -> (label, colour, shape on maps, matplotlib marker)
EVENT_TYPES: dict[str, tuple[str, str, str, str]] = {
    "complex_attack": ("Complex attack", "#a61c3c", "star", "*"),
    "armed_assault": ("Armed assault", "#d55e00", "circle", "o"),
    "ambush": ("Ambush", "#e69f00", "triangle", "^"),
    "ied": ("Explosive device", "#cc79a7", "diamond", "D"),
    "shelling_drone": ("Shelling or drone", "#f0e442", "down", "v"),
    "airstrike": ("Air strike", "#009e73", "plus", "P"),
    "massacre_of_civilians": ("Killing of civilians", "#1d1d1b", "square", "s"),
    "abduction": ("Abduction", "#0072b2", "hexagon", "h"),
    "military_operation": ("Military operation", "#56b4e9", "pentagon", "p"),
}
#: the same for types of other datasets (`malisec.readers.codes`): darker colours of Tol's muted set, so that both may lie on one map
OTHER_TYPES: dict[str, tuple[str, str, str, str]] = {
    "state_based": ("State-based (UCDP)", "#332288", "circle", "o"),
    "non_state": ("Non-state (UCDP)", "#117733", "triangle", "^"),
    "one_sided": ("One-sided (UCDP)", "#882255", "square", "s"),
    "battle": ("Battle (ACLED)", "#332288", "circle", "o"),
    "remote": ("Explosion or remote violence (ACLED)", "#999933", "diamond", "D"),
    "against_civilians": ("Violence against civilians (ACLED)", "#882255", "square", "s"),
    "protest": ("Protest (ACLED)", "#44aa99", "pentagon", "p"),
    "riot": ("Riot (ACLED)", "#cc6677", "hexagon", "h"),
    "strategic": ("Strategic development (ACLED)", "#88ccee", "plus", "P"),
    "other": ("Event", "#635f57", "circle", "o"),
}
TYPES = EVENT_TYPES | OTHER_TYPES
#: target of an event, in few words
TARGETS = {
    "security_forces": "army and police",
    "un_forces": "UN peacekeepers",
    "government": "officials",
    "civilians": "civilians",
    "foreigners": "foreigners",
    "fuel_transport": "fuel transport",
    "industry": "works and mines",
    "armed_group": "armed group",
    "state_aircraft": "military aircraft",
}
CERTAINTY = {"claimed": "claimed by", "attributed": "attributed to", "suspected": "suspected:", "unknown": "perpetrator unknown"}
DATE_PRECISION = {"day": "day known", "week": "week known", "month": "month known", "year": "year known"}
LOCATION_PRECISION = {"exact": "at the site", "town": "town", "area": "area", "region": "region only", "unknown": "place unknown"}
CHECKS = {
    "confirmed": ("confirmed", "#00724f"),
    "partly": ("right in part", "#56b4e9"),
    "contradicted": ("contradicted", "#a61c3c"),
    "not_checkable": ("cannot be checked", "#b9b1a2"),
    "unchecked": ("not about the subject", "#e4ddd0"),
}
#: from light to dark, so that the order holds without colour and on paper
SHADES = ("#fbe3d0", "#f6bf9f", "#ea8f74", "#d05a56", "#a61c3c", "#6b0f2a")
#: kind of speaker -> its name in charts and sentences
SPEAKERS = {
    "army": "the army",
    "government": "the government",
    "armed_group": "armed groups",
    "foreign_force": "foreign forces",
    "security_source": "security sources",
    "local_official": "local officials",
    "un": "the UN",
    "ngo": "NGOs",
    "medical": "medical sources",
    "foreign_official": "foreign officials",
    "residents": "residents and witnesses",
    "research": "researchers and datasets",
    "company": "companies",
    "press": "press naming no speaker",
}
#: whose dead a toll counts
WHOSE = {
    "forces": "Soldiers, police, peacekeepers",
    "civilians": "Civilians",
    "fighters": "Fighters of armed groups",
}
#: names of the countries around, at a point where they can be read
COUNTRIES = {
    "MAURITANIA": (17.6, -8.3),
    "ALGERIA": (24.2, 1.6),
    "NIGER": (15.2, 3.6),
    "BURKINA FASO": (12.6, -1.6),
    "CÔTE D’IVOIRE": (9.75, -6.2),
    "GUINEA": (11.1, -10.3),
    "SENEGAL": (13.7, -13.3),
}
#: regional capitals that every map names, where the tables know them
TOWNS = ("bamako", "kayes", "segou", "mopti", "tombouctou", "gao", "kidal", "sikasso", "nioro-du-sahel")

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MOTS = ("aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
#: French nouns that are feminine, as the catalogue has them
_FEMININE = {"affirmation", "attaque", "ligne", "localité", "page", "publication", "région", "source", "vague", "ville", "voix"}
#: what goes before a date in French: for a day, a week, a month or year, and one that begins with a vowel
_DATED: dict[str, tuple[str, ...]] = {
    "from": ("du ", "de la ", "de ", "d’"),
    "to": ("au ", "à la ", "à ", "à "),
    "on": ("le ", "la ", "en ", "en "),
}
_DATED |= {how.capitalize(): tuple(word.capitalize() for word in before) for how, before in _DATED.items()}
_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def words(n: int, *, she: bool = False) -> Both:
    """Write a small number as a word, a larger one in digits.

    Parameters
    ----------
    n
        The number.
    she
        Whether what is counted is feminine in French.

    Examples
    --------
    >>> words(7), words(1500)
    ('seven', '1,500')
    >>> words(7).fr
    'sept'
    """
    if not 0 <= n < len(_WORDS):
        return i18n.number(n)
    return Both(_WORDS[n], _MOTS[n] + ("e" if she and n < 2 else ""))


def of_them(n: int, *, she: bool = False) -> Both:
    """Write a small number as a word that stands without its noun.

    Examples
    --------
    >>> of_them(0), of_them(3), of_them(0, she=True).fr
    ('none', 'three', 'aucune')
    """
    return words(n, she=she) if n else Both("none", "aucune" if she else "aucun")


def decimal(x: float, digits: int = 1) -> Both:
    """Write a number with decimals as each language does.

    Examples
    --------
    >>> decimal(0.85, 2), decimal(1234.5).fr
    ('0.85', '1\u202f234,5')
    """
    text = f"{x:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return Both(text, text.replace(",", i18n.THIN).replace(".", ","))


def interval(low: float, high: float, digits: int = 2) -> Both:
    """Write the ends of an interval.

    Examples
    --------
    >>> interval(0.5, 1.034), interval(0.5, 1.034).fr
    ('0.50 to 1.03', '0,50 à 1,03')
    """
    return i18n.say("{low} to {high}", low=decimal(low, digits), high=decimal(high, digits))


def share(x: float, digits: int = 0) -> Both:
    """Write a share in percent as each language does, French with a space that does not break.

    Examples
    --------
    >>> share(0.536), share(0.0356, 1).fr.split()
    ('54%', ['3,6', '%'])
    """
    text = f"{x:.{digits}%}"
    return Both(text, text.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%"))


def small(x: float) -> Both:
    """Write a number with two digits that count, however small it is.

    Examples
    --------
    >>> small(0.0000134), small(38.53), small(0.25).fr, small(1e-12)
    ('0.000013', '39', '0,25', 'less than 0.0000001')
    """
    import math

    if 0 < x < 1e-7:
        return i18n.say("less than {n}", n=decimal(1e-7, 7))
    return decimal(x, max(0, 1 - math.floor(math.log10(x))) if x > 0 else 0)


def once_in(expected: float) -> Both:
    """Write how many histories hold one such day, with two digits that count.

    Examples
    --------
    >>> once_in(0.0000134), once_in(2.0)
    ('75,000', 'every one')
    """
    if expected >= 1:
        return i18n.say("every one")
    if expected < 1e-9:
        return i18n.say("more than a thousand million")
    histories = round(1 / expected)
    return i18n.number(round(histories, 2 - len(str(histories))))


def plural(n: int, one: str, many: str | None = None) -> Both:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "event"), plural(3, "event")
    ('one event', 'three events')
    >>> plural(1, "region").fr, plural(3, "event").fr
    ('une région', 'trois événements')
    """
    noun = one if n == 1 else many or one + "s"
    # French says one of nought as well
    un = str(i18n.french(one))
    nom = un if n < 2 else str(i18n.french(many or one + "s"))
    word = words(n, she=un in _FEMININE)
    return Both(f"{word} {noun}", f"{word.fr} {nom}")


def listed(names: Iterable[str]) -> Both:
    """Write names as people list them.

    Examples
    --------
    >>> listed(["Ségou", "Nioro", "Kayes"]), listed(["Ségou"])
    ('Ségou, Nioro and Kayes', 'Ségou')
    >>> listed(["Ségou", "Nioro"]).fr
    'Ségou et Nioro'
    """
    *first, last = [*names] or [""]
    if not first:
        return Both(last, str(i18n.french(last)))
    start = i18n.joined(first, ", ")
    return Both(f"{start} and {last}", f"{start.fr} et {i18n.french(last)}")


def capital(text: str) -> Both:
    """Begin a sentence.

    Examples
    --------
    >>> capital("seven towns")
    'Seven towns'
    """
    other = str(i18n.french(text))
    return Both(text[:1].upper() + text[1:], other[:1].upper() + other[1:])


def inside(name: str) -> Both:
    """Write a name that the catalogue knows as it stands inside a sentence: French begins it with a small letter.

    Examples
    --------
    >>> inside("Bamako-Dakar road (RN1)").fr
    'route Bamako-Dakar (RN1)'
    """
    other = str(i18n.french(name))
    return Both(name, other[:1].lower() + other[1:] if other != name else other)


def day(date: object, precision: str = "day") -> Both:
    """Write a date no finer than it is known.

    Parameters
    ----------
    date
        Timestamp or missing.
    precision
        ``day``, ``week``, ``month`` or ``year``.

    Examples
    --------
    >>> import pandas as pd
    >>> day(pd.Timestamp("2025-07-01")), day(pd.Timestamp("2025-07-01"), "month")
    ('1 July 2025', 'July 2025')
    >>> day(pd.Timestamp("2025-07-01")).fr
    '1er juillet 2025'
    """
    import pandas as pd

    if not isinstance(date, pd.Timestamp):
        return i18n.say("date unknown")
    if precision == "year":
        return Both(f"{date:%Y}", f"{date:%Y}")
    mois = f"{_MOIS[date.month - 1]} {date.year}"
    if precision == "month":
        return Both(f"{date:%B %Y}", mois)
    exact = Both(f"{date.day} {date:%B %Y}", f"{'1er' if date.day == 1 else date.day} {mois}")
    return i18n.say("week of {day}", day=exact) if precision == "week" else exact


def month(number: int) -> Both:
    """Write the name of a month of the calendar.

    Examples
    --------
    >>> month(8), month(8).fr
    ('August', 'août')
    """
    import calendar

    return Both(calendar.month_name[number], _MOIS[number - 1])


def dated(date: Both, how: str) -> Both:
    """Put before a date, as `day` writes it, what French needs there; the English stays as it is.

    Parameters
    ----------
    date
        A date.
    how
        ``from``, ``to`` or ``on``; with a capital where a sentence begins.

    Examples
    --------
    >>> import pandas as pd
    >>> dated(day(pd.Timestamp("2025-08-01"), "month"), "from").fr, dated(day(pd.Timestamp("2025-08-01")), "to").fr
    ('d’août 2025', 'au 1er août 2025')
    """
    of_day, of_week, other, vowel = _DATED[how]
    text = date.fr
    before = (
        (of_day if " " in text else other)
        if text[:1].isdigit()
        else of_week
        if text.startswith("semaine")
        else vowel
        if text[:1] in {"a", "o"}
        else other
    )
    return Both(date, before + text)


def period(first: Both, last: Both) -> Markup:
    """Write the time from a date to another, each set off as computed."""
    computed = Markup("<b>{}</b>").format
    french = computed(dated(first, "from").fr), computed(dated(last, "to").fr)
    return i18n.both(Markup("{} to {}").format(computed(first), computed(last)), Markup("{} {}").format(*french))


def span(frame: Any, start: str = "date") -> tuple[Both, Both]:
    """Write the first and the last date of a frame, each no finer than it is known.

    Parameters
    ----------
    frame
        Rows with dates in the column `start` and, where known, ``date_precision``.
    start
        Column of the dates.

    Returns
    -------
    tuple of (Both, Both)
        ``date unknown`` twice for a frame without dates.
    """
    frame = frame[frame[start].notna()]
    if not len(frame):
        return day(None), day(None)
    ends = frame.loc[[frame[start].idxmin(), frame[start].idxmax()]]
    precision = ends.get("date_precision", ["day", "day"])
    first, last = (day(d, p) for d, p in zip(ends[start], precision, strict=True))
    return first, last


def figure(low: object, high: object, qualifier: object = None) -> Both:
    """Write a claimed figure as it was put.

    Examples
    --------
    >>> figure(30, None, "at_least"), figure(4, 5, "exact"), figure(None, None, "none")
    ('at least 30', '4–5', 'no figure')
    """
    import pandas as pd

    lo, hi = (None if pd.isna(v) else int(v) for v in (low, high))  # type: ignore[call-overload]
    if lo is None and hi is None:
        return i18n.say("no figure")
    if qualifier == "words" and lo is not None:
        if hi is None:
            return i18n.say("in words, {n} or more", n=lo)
        return i18n.say("in words, {n}", n=_span(lo, hi)) if lo != hi else i18n.say("in words, about {n}", n=lo)
    if hi is None:
        return i18n.say("at least {n}", n=i18n.number(lo))  # type: ignore[arg-type]
    if lo is None:
        return i18n.say("at most {n}", n=i18n.number(hi))
    put = i18n.number(lo) if lo == hi else _span(lo, hi)
    return i18n.say("about {n}", n=put) if qualifier == "about" else put


def _span(low: int, high: int) -> Both:
    return i18n.joined([i18n.number(low), i18n.number(high)], "–")


def toll(low: object, best: object, high: object, *, open_above: bool = False) -> Both:
    """Write a toll as its range with the figure used, or as unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> toll(30, 60, 100), toll(pd.NA, pd.NA, pd.NA), toll(1, 1, 1)
    ('60 (30–100)', 'unknown', '1')
    """
    import pandas as pd

    lo, mid, hi = (None if pd.isna(v) else int(v) for v in (low, best, high))  # type: ignore[call-overload]
    if lo is None and hi is None:
        return i18n.say("unknown")
    least = "?" if lo is None else i18n.number(lo)
    ends = [least] if lo == hi else [least, "–", i18n.number(hi)]  # type: ignore[arg-type]
    around = i18n.joined([*ends, "+" if open_above else ""])
    return around if mid is None or (lo == hi == mid) else i18n.joined([i18n.number(mid), " (", around, ")"])
