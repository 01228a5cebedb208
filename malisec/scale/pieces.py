"""Files cut into pieces that can be read apart: CSV at the ends of records, Parquet by rows. Must not know whose table it is."""

from __future__ import annotations

import codecs
import dataclasses
import glob
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec.extras import library
from malisec.readers import files

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

#: rows of a piece, and bytes of a CSV from which a piece ends before it has so many rows
ROWS, BYTES = 250_000, 64_000_000
#: bytes that are looked at in one step of the search for ends of records
_BLOCK = 8_000_000
_QUOTE, _LINE, _RETURN = b'"\n\r'
#: bytes of the longest line of spaces that is seen to be one
_SHORT = 64
#: in place of the byte before the first
_START = 256
_TEXTS = {".csv", ".tsv", ".txt"}


@dataclasses.dataclass(frozen=True)
class Piece:
    """One part of one file.

    Attributes
    ----------
    path
        The file, as all workers see it.
    size, changed
        Its bytes and the time it was last written (ns), when it was cut.
    names
        Its columns, as it spells them.
    first
        Rows of the file before this piece.
    rows
        Rows of this piece; unknown (None) where the file is one piece.
    last
        Whether the file ends here.
    start, stop
        Of a CSV the bytes; of Parquet the rows within the row group.
    group
        Of Parquet the row group.
    head
        Of a CSV its header line.
    options
        Of a CSV what pandas must be told, as items.
    without
        Rows (numbers within the file) that repeat an earlier one letter for letter and are left out.
    """

    path: str
    size: int
    changed: int
    names: tuple[str, ...]
    first: int = 0
    rows: int | None = None
    last: bool = True
    start: int = 0
    stop: int | None = None
    group: int | None = None
    head: bytes = b""
    options: tuple[tuple[str, Any], ...] = ()
    without: tuple[int, ...] = ()


def found(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Return the files meant: one, several, or all that a pattern such as ``events/*.csv`` fits, in the order of their names.

    Raises
    ------
    FaultsError
        If a pattern fits nothing.
    """
    out: list[Path] = []
    for path in [paths] if isinstance(paths, (str, Path)) else paths:
        if glob.has_magic(str(path)) and not Path(path).exists():
            fitting = sorted(glob.glob(str(path), recursive=True))
            if not fitting:
                raise files.fault(Path(path), None, "a pattern that fits a file", "none that it fits")
            out += map(Path, fitting)
        else:
            out.append(Path(path))
    return [p.absolute() for p in out]


# --- cutting -----------------------------------------------------------------------------------------------------
def cut(path: Path, rows: int = ROWS) -> list[Piece]:
    """Cut a file into pieces.

    Parameters
    ----------
    path
        The file. CSV is cut at the ends of records and Parquet anywhere; whatever else can be read (zip, Excel, JSON) is one piece.
    rows
        Most rows of a piece.

    Raises
    ------
    FaultsError
        If the file is missing, empty, a web page, or of no kind that can be read.
    """
    files.present(path)
    kind = path.suffix.casefold()
    if kind == ".parquet":
        return list(_cut_parquet(path, rows))
    if kind in {".zip", ".xlsx", ".xls", ".json"}:
        return [Piece(str(path), *_stamp(path), tuple(map(str, files.table(path).columns)))]
    return list(_cut_text(path, rows))


def _stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


def _parquet(path: Path) -> Any:
    parquet = library("pyarrow.parquet")
    try:
        return parquet.ParquetFile(path)
    except Exception as error:
        raise files.fault(path, None, "a Parquet file", f"{type(error).__name__}: {error}") from error


def _cut_parquet(path: Path, rows: int) -> Iterator[Piece]:
    with _parquet(path) as file:
        names = tuple(map(str, file.schema_arrow.empty_table().to_pandas().columns))
        sizes = [file.metadata.row_group(g).num_rows for g in range(file.metadata.num_row_groups)]
    before = 0
    for group, size in enumerate(sizes):
        for start in range(0, size, rows):
            stop = min(start + rows, size)
            end = before + stop == sum(sizes)
            yield Piece(str(path), *_stamp(path), names, before + start, stop - start, end, start, stop, group)
        before += size
    if not sum(sizes):
        yield Piece(str(path), *_stamp(path), names, rows=0, stop=0)


def _cut_text(path: Path, rows: int) -> Iterator[Piece]:
    with path.open("rb") as file:
        head = file.read(files.HEAD)
    options = files.dialect(path, head)
    ends = _Ends(path, options["sep"].encode(), options["encoding"], rows)
    cuts = list(ends)
    options["encoding"] = ends.encoding
    try:
        names = tuple(map(str, pd.read_csv(io.BytesIO(ends.head), **options).columns))
    except pd.errors.EmptyDataError as error:
        raise files.fault(path, 1, "a header line", "nothing") from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise files.fault(path, 1, "a header line", str(error)) from error
    files.several(path, names)
    before, start = 0, len(ends.before) + len(ends.head)
    for n, (stop, count) in enumerate(cuts):
        end = n == len(cuts) - 1
        yield Piece(str(path), *_stamp(path), names, before, count, end, start, stop, head=ends.head, options=tuple(options.items()))
        before, start = before + count, stop
    if not cuts:
        yield Piece(str(path), *_stamp(path), names, rows=0, start=start, stop=start, head=ends.head, options=tuple(options.items()))


class _Ends:
    """Where a CSV may be cut: after every so many records, found by following its quotes from the first byte to the last.

    A quote opens a cell only where a cell begins, as pandas reads it: one in the middle of a cell is a letter like others. Iterating
    yields the byte after each piece and the records in it; `head` and `encoding` are known afterwards.
    """

    def __init__(self, path: Path, separator: bytes, encoding: str, rows: int) -> None:
        self.path, self.encoding, self._rows = path, encoding, rows
        #: bytes of the header's line, and of blank lines before it
        self.head, self.before = b"", b""
        self._opens = np.zeros(257, dtype=bool)
        self._opens[[_LINE, _RETURN, separator[0], _START]] = True
        self._inside, self._closed, self._open = False, False, b""
        self._spaces = np.frombuffer(b" \t\r\n".replace(separator, b""), dtype=np.uint8)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        count, begin, at, bare, header = 0, 0, 0, 0, True
        previous = _START
        for block, following in self._blocks():
            ends = at + self._records(np.frombuffer(block, dtype=np.uint8), previous, following[:1]) + 1
            if not following and (not len(ends) or ends[-1] < at + len(block)):
                # the last record may do without an end
                ends = np.append(ends, at + len(block))
            starts = np.concatenate([[bare], ends[:-1]])[: len(ends)]
            blank = self._blank(block, starts - at, ends - at)
            if header and (~blank).any():
                top = int(np.argmin(blank))
                with self.path.open("rb") as file:
                    self.before, self.head = file.read(int(starts[top])), file.read(int(ends[top] - starts[top]))
                header, begin = False, int(ends[top])
                bare = int(ends[-1])
                ends, blank = ends[top + 1 :], blank[top + 1 :]
            elif len(ends):
                bare = int(ends[-1])
            if not header:
                full = np.cumsum(~blank)
                done = 0
                while len(ends):
                    by_rows = int(np.searchsorted(full, done + self._rows - count))
                    by_bytes = int(np.searchsorted(ends, begin + BYTES))
                    k = min(by_rows, by_bytes)
                    if k >= len(ends):
                        count += int(full[-1]) - done
                        break
                    yield int(ends[k]), count + int(full[k]) - done
                    count, done, begin = 0, int(full[k]), int(ends[k])
            # the beginning of the record that goes on, as far as it may be a blank line
            self._open = (self._open + block if bare < at else block[bare - at :])[:_SHORT]
            at += len(block)
            previous = block[-1]
        if count:
            yield at, count

    def _blank(self, block: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which lines hold nothing, or spaces only: pandas leaves them out."""
        blank = np.zeros(len(starts), dtype=bool)
        if len(starts):
            bytes_ = np.frombuffer(block, dtype=np.uint8)
            may = np.isin(bytes_[np.maximum(starts, 0)], self._spaces) | (starts < 0)
            for k in np.flatnonzero(may & (ends - starts <= _SHORT)):
                line = (self._open if starts[k] < 0 else b"") + block[max(int(starts[k]), 0) : int(ends[k])]
                blank[k] = not line.strip(self._spaces.tobytes())
        return blank

    def _blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """Return the file in blocks, each with the one that follows; settle the encoding on the way."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        with self.path.open("rb", buffering=0) as file:
            block = file.read(_BLOCK)
            while block:
                following = file.read(_BLOCK)
                if self.encoding == "utf-8-sig":
                    try:
                        decoder.decode(block, final=not following)
                    except UnicodeDecodeError:
                        # a beginning of plain letters said nothing of what comes here
                        self.encoding = files.encoding(block + b"\n" * 4)
                yield block, following
                block = following

    def _records(self, block: NDArray[np.uint8], previous: int, following: bytes) -> NDArray[np.int64]:
        """Return where in a block records end."""
        lines, quotes = np.flatnonzero(block == _LINE), np.flatnonzero(block == _QUOTE)
        returns = np.flatnonzero(block == _RETURN)
        if len(returns):
            # one that no line end follows ends a record itself
            behind_it = np.append(block[1:], following[0] if following else 0)[returns]
            lines = np.sort(np.concatenate([lines, returns[behind_it != _LINE]]))
        if not len(quotes):
            self._closed = False
            return lines[:0] if self._inside else lines
        before = block[quotes - 1].astype(np.int64)
        if quotes[0] == 0:
            before[0] = previous
        if previous == _START and block[:3].tobytes() == codecs.BOM_UTF8 and quotes[0] == 3:
            before[0] = _LINE
        # a quote right behind one that closed opens again: two of them are a quote within the cell
        behind = np.concatenate([[quotes[0] == 0 and self._closed], np.diff(quotes) == 1])
        opening = (np.arange(len(quotes)) + self._inside) % 2 == 0
        if not (self._opens[before] | behind)[opening].all():
            quotes, before, behind = self._real(quotes, before, behind)
        inside = (np.searchsorted(quotes, lines) + self._inside) % 2 == 1
        self._inside = bool((len(quotes) + self._inside) % 2)
        self._closed = bool(len(quotes)) and not self._inside and int(quotes[-1]) == len(block) - 1
        return lines[~inside]

    def _real(self, quotes: NDArray[np.int64], before: NDArray[np.int64], behind: NDArray[np.bool_]) -> Any:
        """Leave out quotes that are letters, one by one."""
        inside, closed, real = self._inside, self._closed, []
        for k, (starts, next_to) in enumerate(zip(self._opens[before], behind, strict=True)):
            if inside or starts or (next_to and closed):
                inside = not inside
                closed = not inside
                real.append(k)
            else:
                closed = False
        return quotes[real], before[real], behind[real]


# --- reading -----------------------------------------------------------------------------------------------------
def read(
    piece: Piece, names: Sequence[str], columns: Iterable[str] | None = None, text: Container[str] = (), *, glance: bool = False
) -> pd.DataFrame:
    """Read one piece, its rows numbered as in the whole file.

    Parameters
    ----------
    piece
        As `cut` returns it.
    names
        What the columns are called, in the order of the file.
    columns
        Those to read; all when left out.
    text
        Those of a CSV that are taken letter for letter.
    glance
        Whether rows of a CSV that are longer than its header may pass: sooner, for whoever reads the piece once more.

    Raises
    ------
    FaultsError
        If the file is no longer the one that was cut, or rows cannot be read.
    """
    path = Path(piece.path)
    files.present(path)
    if _stamp(path) != (piece.size, piece.changed):
        raise files.fault(path, None, "the file as it was when its reading began", "another size or date: it was written to since")
    wanted = [k for k, n in enumerate(names) if columns is None or n in set(columns)]
    if piece.group is not None or path.suffix.casefold() == ".parquet":
        rows = _rows_of_parquet(path, piece, wanted)
    elif piece.stop is None:
        rows = files.read(path, lambda whole: whole.iloc[:, wanted])
    else:
        rows = _rows_of_text(path, piece, {piece.names[k]: str for k in wanted if names[k] in text}, wanted if glance else None)
        # all are read: of some columns pandas takes rows of any length
        rows = rows if glance else rows.iloc[:, wanted]
    rows.columns = [names[k] for k in wanted]
    rows.index = pd.RangeIndex(piece.first, piece.first + len(rows))
    return rows.drop(index=list(piece.without)) if piece.without else rows


def _rows_of_parquet(path: Path, piece: Piece, wanted: list[int]) -> pd.DataFrame:
    columns = [piece.names[k] for k in wanted]
    with _parquet(path) as file:
        if piece.group is None:
            return file.schema_arrow.empty_table().select(columns).to_pandas()
        try:
            table = file.read_row_group(piece.group, columns=columns)
        except Exception as error:
            raise files.fault(path, None, "a Parquet file", f"{type(error).__name__}: {error}") from error
    stop = table.num_rows if piece.stop is None else piece.stop
    # days as such and not as objects, which take ten times as long
    return table.slice(piece.start, stop - piece.start).select(columns).to_pandas(date_as_object=False)


def _rows_of_text(path: Path, piece: Piece, dtype: dict[str, type], wanted: list[int] | None) -> pd.DataFrame:
    with path.open("rb") as file:
        file.seek(piece.start)
        raw = piece.head.rstrip(b"\r\n") + b"\n" + file.read((piece.stop or piece.start) - piece.start)
    try:
        return pd.read_csv(io.BytesIO(raw), usecols=wanted, dtype=dtype, **dict(piece.options))
    except pd.errors.ParserError as error:
        # pandas counts from the beginning of the piece
        said = re.sub(r"(?<=line |.row )\d+", lambda n: str(int(n[0]) + piece.first), str(error))
        raise files.fault(path, None, "rows of one length", said) from error
    except UnicodeDecodeError as error:
        raise files.fault(path, None, "text in UTF-8, Windows-1252 or Mac Roman", str(error)) from error
