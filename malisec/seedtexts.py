"""Whether the seed claims stand in the seed texts, for those who hold the texts.

Knows spans, figures, place names and copied runs of words. Must not know how tables are read, nor keep any
piece of a text: the articles belong to their publishers and are never part of the edition.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

from malisec.faults import Fault
from malisec.names import normalise

CLAIMS_FILE = "seeds/claims.csv"
SOURCES_FILE = "data/sources.csv"

#: this many words of a seed text in a row count as copied
COPIED_WORDS = 8
#: columns that must be in our own words
OWN_WORDS = ("claim", "check_note", "text_note")
#: a text_note excuses a missing figure or place only if one of these stands in it, so that a note about
#: the one never hides an error in the other
EXCUSES = {"figures": ("figure",), "place": ("place", "spell")}

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "dozen": 12}
_VAGUE = ("tens", "dozens", "hundreds", "thousands", "millions")
_WORDS = "|".join(sorted({*_SMALL, *_LARGE}, key=len, reverse=True))
#: "and" joins only after hundred or thousand: "twenty and fifty" are two figures, "one hundred and five" is one
_NUMBER_WORDS = re.compile(rf"\b(?:{_WORDS})(?:(?:(?<=hundred)|(?<=thousand))\s+and\s+(?:{_WORDS})|[\s-]+(?:{_WORDS}))*\b")
_VAGUE_WORDS = re.compile(rf"\b(?:{'|'.join(_VAGUE)})\b")
#: a comma or narrow space parts thousands only before exactly three digits
_DIGITS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?!\d)|\d+(?:\.\d+)?")


def check_texts(
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    directory: Path,
    names: dict[str, set[str]] | None = None,
    lines: pd.Series | None = None,
) -> list[Fault]:
    """Compare every seed claim with the text it was taken from.

    Each seed document must lie in `directory` under its own name, unchanged. Each span must lie inside its
    text; the figures and the place of the paraphrase must stand in the span, as digits or English number
    words and in any known spelling, unless `text_note` says why they do not: a note that excuses a figure
    has the word "figure" in it, one that excuses a place "place" or "spell". No eight words in a row of any
    seed text may stand in the columns that are our own words. Ordinals ("second") are not taken for figures.
    The claims of a text that differs from its fingerprint are not compared: their spans count its characters.

    Parameters
    ----------
    claims : pandas.DataFrame
        The table ``seed_claims``, as text or typed; empty cells empty or missing.
    sources : pandas.DataFrame
        The table ``sources``; only its rows of kind ``seed`` are used.
    directory : pathlib.Path
        Folder that holds the seed documents.
    names : dict of str to set of str, optional
        Known spellings of each place name; accents and capitals do not matter.
    lines : pandas.Series, optional
        Line of each claim in ``seeds/claims.csv``, with the index of `claims`. Without it the claims are
        taken to stand one per line from line 2.

    Returns
    -------
    list of Fault
        All faults: first those of the documents, then those of the claims in their order.

    Examples
    --------
    >>> import hashlib, pathlib, tempfile
    >>> temporary = tempfile.TemporaryDirectory()
    >>> folder = pathlib.Path(temporary.name)
    >>> _ = (folder / "a.txt").write_bytes(b"Two lorries burnt near Timbuktu on Monday.")
    >>> digest = hashlib.sha256((folder / "a.txt").read_bytes()).hexdigest()
    >>> sources = pd.DataFrame([{"source_id": "seed-000", "kind": "seed", "seed_file": "a.txt", "sha256": digest}])
    >>> claim = {"claim_id": "000-001", "source_id": "seed-000", "char_start": "0", "char_end": "31",
    ...          "claim": "3 lorries destroyed", "place": "Tombouctou", "figures": "", "check_note": "", "text_note": ""}
    >>> for fault in check_texts(pd.DataFrame([claim]), sources, folder, {"Tombouctou": {"Timbuktu"}}):
    ...     print(fault)
    seeds/claims.csv:2, column 'claim': expected each figure in the span, or a text_note why a figure is not there, found '3'
    >>> temporary.cleanup()
    """
    faults, texts = _read_texts(sources[sources["kind"] == "seed"], Path(directory))
    spellings = {normalise(place): {normalise(name) for name in known} for place, known in (names or {}).items()}
    runs = {run for text in texts.values() if text is not None for run in _runs(text.content)}
    if lines is None:
        lines = pd.Series(range(2, len(claims) + 2), index=claims.index)
    for line, row in zip(lines.loc[claims.index], claims.to_dict("records"), strict=True):
        claim = _Claim(int(line), {str(column): _cell(value) for column, value in row.items()})
        faults += claim.check(texts, spellings)
        faults += claim.copied(runs)
    return faults


def figures_in(text: str) -> set[str]:
    """Return the figures that stand in an English text, written one way.

    Parameters
    ----------
    text : str
        Text with numbers in digits or in words.

    Returns
    -------
    set of str
        Numbers in digits; vague words ("dozens", "hundreds") as they are.

    Examples
    --------
    >>> sorted(figures_in("Twenty-two of 1,200 men, 0.50 % and dozens more"))
    ['0.5', '1200', '22', 'dozens']
    """
    plain = _plain(text)
    digits = {_written(Decimal(re.sub(r"[,\u00a0\u202f]", "", found))) for found in _DIGITS.findall(plain)}
    words = {_written(Decimal(value)) for found in _NUMBER_WORDS.findall(plain) for value in _values(found)}
    return digits | words | set(_VAGUE_WORDS.findall(plain))


def _plain(text: str) -> str:
    """Return `text` in small letters without accents, its other characters untouched."""
    # NFD, not NFKD: the latter would turn a no-break space, which parts thousands, into a plain one
    return "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))


def _written(number: Decimal) -> str:
    """Return a number without needless zeros or exponent."""
    return f"{number.normalize():f}"


def _values(words: str) -> Iterator[int]:
    """Yield the numbers that a run of number words spells; "seven eight" spells two."""
    total, part, last = 0, 0, ""
    for word in re.findall(r"[a-z]+", words):
        if word == "and":
            continue
        if word in _LARGE:
            part = max(part, 1) * _LARGE[word]
            if _LARGE[word] >= 1_000:
                total, part = total + part, 0
        else:
            # a unit joins a ten, anything joins a hundred or a thousand; else a new number begins
            if last in _SMALL and not (part % 100 >= 20 and part % 10 == 0 and _SMALL[word] in range(1, 10)):
                yield total + part
                total, part = 0, 0
            part += _SMALL[word]
        last = word
    yield total + part


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield each run of words that is long enough to count as copied."""
    words = normalise(text).split()
    for start in range(len(words) - COPIED_WORDS + 1):
        yield tuple(words[start : start + COPIED_WORDS])


def _cell(value: object) -> str:
    """Return a cell as text, whether the frame is typed or not."""
    return "" if pd.isna(value) else str(value)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that comes nearest, if one comes near."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), None)


@dataclass(frozen=True)
class _Text:
    """A seed document that could be read, and whether it is the one that was annotated."""

    content: str
    genuine: bool


def _read_texts(seeds: pd.DataFrame, directory: Path) -> tuple[list[Fault], dict[str, _Text | None]]:
    """Read all seed documents; a document that cannot be read is None and has a fault."""
    texts: dict[str, _Text | None] = {_cell(name): None for name in seeds["source_id"]}
    if not directory.is_dir():
        return [Fault(str(directory), None, None, "a folder with the seed documents", "no such folder")], texts
    faults: list[Fault] = []
    for row in seeds.to_dict("records"):
        new_faults, text = _read_text(_cell(row["seed_file"]), _cell(row["sha256"]), directory)
        faults += new_faults
        texts[_cell(row["source_id"])] = text
    return faults, texts


def _read_text(name: str, sha256: str, directory: Path) -> tuple[list[Fault], _Text | None]:
    """Read one seed document and compare it with its fingerprint."""
    # the name comes from a table: it must not lead out of the folder
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        return [Fault(SOURCES_FILE, None, "seed_file", "the plain file name of a seed document", name)], None
    path = directory / name
    if not path.is_file():
        nearest = _nearest(name, (entry.name for entry in directory.iterdir()))
        return [Fault(str(path), None, None, "the seed document", "no such file", nearest)], None
    try:
        content = path.read_bytes()
    except OSError as error:
        return [Fault(str(path), None, None, "a file that can be read", str(error.strerror))], None
    return _decode(content, sha256, path)


def _decode(content: bytes, sha256: str, path: Path) -> tuple[list[Fault], _Text | None]:
    """Return the text of a document, and what is wrong with its bytes."""
    found = hashlib.sha256(content).hexdigest()
    genuine = found == sha256.lower()
    faults = [] if genuine else [Fault(str(path), None, None, f"sha256 {sha256 or '(none given in ' + SOURCES_FILE + ')'}", found)]
    try:
        # bytes.decode keeps line ends as they are; spans count them
        return faults, _Text(content.decode("utf-8"), genuine)
    except UnicodeDecodeError as error:
        wrong = f"byte 0x{content[error.start]:02x} at {error.start}"
        return [*faults, Fault(str(path), None, None, "text in UTF-8", wrong)], None


@dataclass(frozen=True)
class _Claim:
    """One row of the claims with the line it stands on."""

    line: int
    cells: dict[str, str]

    def fault(self, column: str, expected: str, found: str, nearest: str | None = None) -> Fault:
        """Return a fault of this row."""
        return Fault(CLAIMS_FILE, self.line, column, expected, found, nearest)

    def check(self, texts: dict[str, _Text | None], spellings: dict[str, set[str]]) -> list[Fault]:
        """Compare the row with its text."""
        source = self.cells["source_id"]
        if source not in texts:
            return [self.fault("source_id", f"a seed document of {SOURCES_FILE}", source, _nearest(source, texts))]
        text = texts[source]
        if text is None or not text.genuine:
            return []  # the document's own fault is told once, not once per claim
        span, faults = self.span(text.content)
        return faults if span is None else [*self.figures(span), *self.places(span, spellings)]

    def span(self, text: str) -> tuple[str | None, list[Fault]]:
        """Return the words the claim points at, or what is wrong with its span."""
        faults = [
            self.fault(column, "a whole number, zero or more", self.cells[column])
            for column in ("char_start", "char_end")
            if not re.fullmatch(r"[0-9]{1,15}", self.cells[column])
        ]
        if faults:
            return None, faults
        start, end = int(self.cells["char_start"]), int(self.cells["char_end"])
        if start >= end:
            return None, [self.fault("char_end", f"more than char_start ({start})", str(end))]
        if end > len(text):
            return None, [self.fault("char_end", f"at most {len(text)}, the length of the text", str(end))]
        if not text[start:end].strip():
            return None, [self.fault("char_start", "a span with words in it", text[start:end])]
        return text[start:end], []

    def figures(self, span: str) -> list[Fault]:
        """Return a fault for each column with figures that are not in the span."""
        if self.excuses("figures"):
            return []
        there = figures_in(span)
        missing = {column: figures_in(self.cells[column]) - there for column in ("claim", "figures")}
        expected = "each figure in the span, or a text_note why a figure is not there"
        return [self.fault(column, expected, ", ".join(sorted(lost))) for column, lost in missing.items() if lost]

    def places(self, span: str, spellings: dict[str, set[str]]) -> list[Fault]:
        """Return a fault for each place that is not in the span under any of its names."""
        if self.excuses("place"):
            return []
        there = f" {normalise(span)} "
        places = [place.strip() for place in self.cells["place"].split(";")]
        expected = "the place in the span, or a text_note why the place is not there"
        return [
            self.fault("place", expected, place)
            for place in places
            if place and not any(f" {name} " in there for name in {normalise(place), *spellings.get(normalise(place), ())})
        ]

    def excuses(self, column: str) -> bool:
        """Return whether the text_note speaks of what is missing."""
        return any(word in self.cells["text_note"].casefold() for word in EXCUSES[column])

    def copied(self, runs: set[tuple[str, ...]]) -> list[Fault]:
        """Return a fault for each column that repeats a seed text."""
        expected = f"our own words, fewer than {COPIED_WORDS} in a row of a seed text"
        found = {column: next((run for run in _runs(self.cells[column]) if run in runs), None) for column in OWN_WORDS}
        return [self.fault(column, expected, " ".join(run)) for column, run in found.items() if run]
