"""One fault in one table, and the error that carries all of them at once.

Knows how a fault is told to a person. Must not know what is checked, or where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: longest piece of found text that a message shows
LONGEST_FOUND = 80


def shown(text: str) -> str:
    r"""Return `text` as a message may show it: control characters escaped, cut at 80 characters.

    Parameters
    ----------
    text : str
        Any text, also one that came from a broken file.

    Returns
    -------
    str
        At most 80 characters, the last one an ellipsis when something was cut off.

    Examples
    --------
    >>> shown("two\nlines")
    'two\\nlines'
    >>> len(shown("x" * 500))
    80
    """
    # unprintable characters could hide part of a message or move a terminal's cursor
    escaped = "".join(char if char.isprintable() else _escaped(char) for char in text)
    if len(escaped) <= LONGEST_FOUND:
        return escaped
    return escaped[: LONGEST_FOUND - 1] + "…"


def _escaped(char: str) -> str:
    """Return one unprintable character as its backslash form, also a lone surrogate."""
    return char.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one place.

    Parameters
    ----------
    file : str
        The file as the user knows it, for example ``data/events.csv``.
    line : int or None
        Line in that file, the header being line 1; None when the whole file is meant.
    column : str or None
        Column name; None when the whole line is meant.
    expected : str
        What should stand there.
    found : str
        What does stand there.
    nearest : str or None
        The allowed value that comes nearest, if one does.

    Examples
    --------
    >>> print(Fault("data/events.csv", 7, "event_type", "an allowed value", "ambsh", "ambush"))
    data/events.csv:7, column 'event_type': expected an allowed value, found 'ambsh' (nearest: ambush)
    >>> print(Fault("data/events.csv", None, None, "a file", "nothing"))
    data/events.csv: expected a file, found 'nothing'
    """

    file: str
    line: int | None
    column: str | None
    expected: str
    found: str
    nearest: str | None = None

    def __str__(self) -> str:
        """Return the fault as one line."""
        line = "" if self.line is None else f":{self.line}"
        column = "" if self.column is None else f", column '{self.column}'"
        nearest = "" if self.nearest is None else f" (nearest: {shown(self.nearest)})"
        return f"{self.file}{line}{column}: expected {self.expected}, found '{shown(self.found)}'{nearest}"


class FaultsError(Exception):
    """All faults of one check, raised together so that one run shows everything.

    Parameters
    ----------
    faults : iterable of Fault
        The faults, in the order they should be told.

    Examples
    --------
    >>> error = FaultsError([Fault("a.csv", 2, None, "a row", "nothing")])
    >>> print(error)
    a.csv:2: expected a row, found 'nothing'
    1 fault
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: list[Fault] = list(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Return all faults, one per line, and how many there are."""
        count = len(self.faults)
        return "\n".join([*map(str, self.faults), f"{count} fault{'' if count == 1 else 's'}"])
