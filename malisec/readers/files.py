"""A table out of any file people have: CSV of any common encoding and delimiter, zipped, Parquet, Excel, JSON.

Says what is wrong with a file that cannot be one: a web page saved as CSV, a download that broke off, a zip without end.
Must not know whose table it is.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pandas as pd

from malisec.faults import Fault, FaultsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: bytes from which a CSV is read piece by piece, so that only the rows asked for stay in memory
LARGE = 500_000_000
#: rows of a piece
PIECE = 200_000
#: bytes that a zip may unpack to, and how many times its own size
LARGEST, SWOLLEN = 20_000_000_000, 300
#: bytes of the beginning that are looked at
HEAD = 1 << 18
#: bytes read at one time when the encoding is looked for
_BLOCK = 1 << 24
_DELIMITERS = ",;\t|"
#: characters that a text of ours is full of, and that come out wrong in the wrong encoding
_LETTERS = frozenset("éèêëàâçôîïùûÉÈÀÇ’œ")


def fault(path: Path, line: int | None, expected: str, found: str, nearest: str | None = None) -> FaultsError:
    """Return one fault of a file as an error."""
    return FaultsError([Fault(path.name, line, None, expected, found, nearest)])


def read(path: Path, keep: Callable[[pd.DataFrame], pd.DataFrame], progress: Callable[[int], object] | None = None) -> pd.DataFrame:
    """Read a table as text and numbers as they stand, only the rows that `keep` returns.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv``, ``.txt``, ``.zip`` with one of these, ``.parquet``, ``.xlsx`` or ``.json``.
    keep
        Takes rows, returns those to keep; called once, or once for each piece of a large file.
    progress
        Called with the number of bytes read since the last call.

    Raises
    ------
    FaultsError
        If the file is missing, empty, cut off, a web page, or of no kind that can be read.
    """
    present(path)
    kind = path.suffix.casefold()
    if kind == ".parquet":
        return keep(_parquet(path))
    if kind in {".xlsx", ".xls"}:
        return keep(_excel(path))
    if kind == ".json":
        return keep(_json(path))
    if kind == ".zip":
        return _zipped(path, keep, progress)
    size = path.stat().st_size
    return _csv(path, lambda: path.open("rb", buffering=0), size, keep, progress, plain=progress is None)


def present(path: Path) -> None:
    """Refuse a file that is not there or holds nothing."""
    if not path.is_file():
        raise fault(path, None, "a file", "no such file")
    if path.stat().st_size == 0:
        raise fault(path, None, "a table", "an empty file")


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except ImportError as error:
        msg = "reading Parquet needs pyarrow: pip install 'malisec[parquet]'"
        raise ImportError(msg) from error
    except Exception as error:
        raise fault(path, None, "a Parquet file", f"{type(error).__name__}: {error}") from error


def _excel(path: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(path, dtype=object)
    except ImportError as error:
        msg = "reading Excel needs openpyxl: pip install 'malisec[excel]'"
        raise ImportError(msg) from error
    except Exception as error:
        raise fault(path, None, "an Excel workbook", f"{type(error).__name__}: {error}") from error


def _json(path: Path) -> pd.DataFrame:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise fault(path, getattr(error, "lineno", None), "JSON that is whole", str(error)) from error
    rows = found.get("data") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        said = found.get("error") or found.get("message") if isinstance(found, dict) else type(found).__name__
        raise fault(path, None, 'rows under "data", as the API returns them', str(said or sorted(found)))
    return pd.DataFrame(rows)


def _zipped(path: Path, keep: Callable[[pd.DataFrame], pd.DataFrame], progress: Callable[[int], object] | None) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [m for m in archive.infolist() if Path(m.filename).suffix.casefold() in {".csv", ".tsv", ".txt"} and not m.is_dir()]
            tables = [m for m in tables if not Path(m.filename).name.startswith((".", "__")) and "__MACOSX" not in m.filename]
            if len(tables) != 1:
                raise fault(path, None, "one CSV inside", ", ".join(m.filename for m in tables) or "none")
            member = tables[0]
            size = path.stat().st_size
            if member.file_size > LARGEST or member.file_size > SWOLLEN * max(size, 1_000_000):
                raise fault(path, None, f"at most {SWOLLEN} times its own size unpacked", f"{member.file_size:,} bytes out of {size:,}")
            # a zip that lies about its size is stopped where it said it would end
            return _csv(path, lambda: archive.open(member), member.file_size, keep, progress)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise fault(path, None, "a zip that is whole", str(error)) from error


class _Bounded(io.RawIOBase):
    """A stream that ends where its length says, and tells how far it is."""

    def __init__(self, inner: IO[bytes], length: int, progress: Callable[[int], object] | None) -> None:
        self._inner, self._left, self._progress = inner, length, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        if self._progress is not None:
            self._progress(len(data))
        return len(data)


def _stream(file: Any, length: int, progress: Callable[[int], object] | None) -> io.BufferedReader:
    return io.BufferedReader(_Bounded(file, length, progress), HEAD)


@contextlib.contextmanager
def bar(path: Path, least: int = 50_000_000) -> Iterator[Callable[[int], object] | None]:
    """Show on a terminal how far the reading of a large file is; nothing for a small one, or where nobody looks.

    Parameters
    ----------
    path
        The file.
    least
        Bytes from which a bar is shown.
    """
    if not path.is_file() or path.stat().st_size < least or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    # a zip says only when opened how long its inside is
    total = path.stat().st_size if path.suffix.casefold() != ".zip" else None
    with tqdm(total=total, unit="B", unit_scale=True, desc=path.name) as shown:
        yield shown.update


def _csv(
    path: Path,
    opened: Callable[[], Any],
    size: int,
    keep: Callable[[pd.DataFrame], pd.DataFrame],
    progress: Callable[[int], object] | None,
    *,
    plain: bool = False,
) -> pd.DataFrame:
    try:
        with opened() as raw:
            file = _stream(raw, size, progress)
            options = dialect(path, file.peek(HEAD))
            # pandas reads in several threads where it gets the path of a file, and no stream
            return _rows(path, path if plain and size < LARGE else file, size, options, keep)
    except UnicodeDecodeError:
        # a beginning of plain letters says nothing of what comes later
        with opened() as raw:
            late = _late(_stream(raw, size, None))
    try:
        with opened() as raw:
            return _rows(path, _stream(raw, size, None), size, options | {"encoding": late}, keep)
    except UnicodeDecodeError as error:
        raise fault(path, None, "text in UTF-8, Windows-1252 or Mac Roman", str(error)) from error


def _late(file: Any) -> str:
    """Return the encoding that the first letters speak for which are no UTF-8, however late they come."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    while block := file.read(_BLOCK):
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            # what follows cannot be a letter that goes on
            return encoding(block + b"\n" * 4)
    return "utf-8-sig"


def dialect(path: Path, head: bytes) -> dict[str, Any]:
    """Return how pandas must read a CSV that begins so; refuse what is none.

    Parameters
    ----------
    path
        The file.
    head
        Its first bytes, `HEAD` of them where there are so many.
    """
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise fault(path, 1, "a table", "a web page: the download returned an error page or a log-in form")
    if start.startswith(b"pk\x03\x04"):
        raise fault(path, 1, "CSV", "a zip or a workbook: name it .zip or .xlsx")
    first = head.partition(b"\n")[0]
    delimiter = max(_DELIMITERS, key=lambda d: first.count(d.encode()))
    return {"sep": delimiter, "encoding": encoding(head)}


def _rows(path: Path, file: Any, size: int, options: dict[str, Any], keep: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Read the rows, all at once or piece by piece."""
    try:
        if size < LARGE:
            return keep(_whole(path, file, options))
        # rows keep their numbers, so that a fault names the line of the whole file
        return pd.concat([keep(piece) for piece in pd.read_csv(file, chunksize=PIECE, **options)])
    except pd.errors.EmptyDataError as error:
        raise fault(path, 1, "a header line", "nothing") from error
    except pd.errors.ParserError as error:
        raise fault(path, None, "rows of one length", str(error)) from error


def _whole(path: Path, file: Any, options: dict[str, Any]) -> pd.DataFrame:
    table = pd.read_csv(file, **options)
    several(path, table.columns)
    return table


def several(path: Path, columns: Any) -> None:
    """Refuse a header of one column: it was not set apart by anything we know."""
    if len(columns) == 1:
        raise fault(path, 1, f"columns set apart by one of {' '.join(_DELIMITERS).replace(chr(9), 'tab')}", str(columns[0]))


def encoding(raw: bytes) -> str:
    """Return the encoding in which the text reads as French and English do."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # the page may end in the middle of a letter
        if error.start < len(raw) - 4:
            return max(("cp1252", "mac_roman"), key=lambda e: sum(c in _LETTERS for c in raw.decode(e, "replace")))
    return "utf-8-sig"


def cut_off(table: pd.DataFrame, last: list[str], path: Path) -> None:
    """Refuse a table whose last row lacks its last columns: the download broke off.

    Parameters
    ----------
    table
        As read, in the order of the file.
    last
        Columns at the end of a row that are never empty.
    path
        The file.
    """
    here = [c for c in last if c in table]
    if len(table) and here and table.iloc[-1][here].isna().all():
        raise fault(path, int(table.index[-1]) + 2, "a whole last row", "a row that breaks off: the download is not whole")


def header(path: Path, columns: Any) -> list[str]:
    """Return the names of columns without spaces and byte order marks around them."""
    names = [str(c).strip().removeprefix("\ufeff") for c in columns]
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise fault(path, 1, "each column once", ", ".join(twice))
    return names


def table(path: str | Path) -> pd.DataFrame:
    """Read any table as it stands."""
    path = Path(path)

    def keep(rows: pd.DataFrame) -> pd.DataFrame:
        rows.columns = header(path, rows.columns)
        return rows

    return read(path, keep)


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as CSV or Parquet; in CSV no cell begins like a formula, which spreadsheets would run.

    Parameters
    ----------
    table
        Events or pairs.
    path
        ``.csv`` or ``.parquet``; written beside and then renamed, so that a file is whole or not there.
    """
    path = Path(path)
    beside = path.with_name(f".{path.name}.part")
    if path.suffix.casefold() == ".parquet":
        table.to_parquet(beside, index=False)
    elif path.suffix.casefold() == ".csv":
        words = table.select_dtypes(["object", "str", "string", "category"])
        safe = {c: words[c].map(_harmless) for c in words}
        table.assign(**safe).to_csv(beside, index=False, lineterminator="\n")
    else:
        msg = f"{path.name}: expected a name that ends in .csv or .parquet"
        raise ValueError(msg)
    beside.replace(path)


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
