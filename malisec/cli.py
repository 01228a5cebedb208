"""The command line: report, check, show, locate, import, link, export, completion, lab, store, codebook.

Turns errors into messages and exit codes; holds no logic of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malisec import paths

if TYPE_CHECKING:
    from collections.abc import Sequence


def _report(args: argparse.Namespace) -> int:
    from malisec import report

    if args.data:
        os.environ["MALISEC_DATA"] = str(Path(args.data).resolve())
    out = Path(args.out)
    pages = Path(args.notebooks) if args.notebooks else paths.home() / "notebooks"
    written = report.build(out, pages, say=report.progress)
    print(f"{len(written)} files in {out}/: open {out / 'index.html'}" if written else f"nothing changed: {out / 'index.html'} is current")
    return 0


def _faults(directory: Path | None, texts: Path | None) -> int:
    """Print every fault of the tables (and of the seed texts); return how many."""
    from malisec import checks, tables

    frames, faults = tables.read_all(paths.data() if directory is None else directory.resolve())
    faults += checks.check_tables(frames, faults)
    # spans and fingerprints can be compared only when the tables themselves can be read
    if texts is not None and not faults:
        faults += _text_faults(frames, texts)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}", file=sys.stderr)
    else:
        rows = ", ".join(f"{len(f)} {name}" for name, f in frames.items() if name not in {"communes", "ucdp_monthly"})
        print(f"no fault in {rows}")
        if texts is not None:
            print(f"{len(frames['seed_claims'])} seed claims agree with the texts in {texts}")
    return len(faults)


def _text_faults(frames: dict, texts: Path) -> list:
    from malisec import names, schema, seedtexts, tables

    claims, sources = (tables.typed(frames[n], schema.TABLES[n]) for n in ("seed_claims", "sources"))
    known = names.by_place(frames["places"], frames["place_names"])
    return seedtexts.check_texts(claims, sources, texts, known, frames["seed_claims"][tables.LINE])


def _check(args: argparse.Namespace) -> int:
    directory = Path(args.directory) if args.directory else None
    return 1 if _faults(directory, Path(args.texts) if args.texts else None) else 0


def _show(args: argparse.Namespace) -> int:
    from malisec import show
    from malisec.casebook import load

    print(show.event(load(), args.event_id))
    return 0


def _locate(args: argparse.Namespace) -> int:
    from malisec.gazetteer import locate

    if args.file:
        return _locate_file(args)
    if args.name is None:
        msg = "expected a name, or --file with the table of names"
        raise ValueError(msg)
    found = locate(args.name, region=args.region, near=args.near)
    print(
        f"{found.name} ({found.place_id}), {f'{found.region_2023} region, ' if found.region_2023 else ''}{found.lat:.4f} {found.lon:.4f} "
        f"±{found.uncertainty_km:g} km, by {found.how}"
    )
    return 0


def _locate_file(args: argparse.Namespace) -> int:
    """Put beside each name of a table the place it means."""
    from malisec import gazetteer, readers

    path = Path(args.file)
    table = readers.table(path)
    if args.column not in table:
        raise readers.fault(path, 1, f"the column {args.column!r}", ", ".join(map(str, table.columns)))
    found = gazetteer.locate_many(table[args.column].fillna("").astype(str).tolist(), args.region).set_axis(table.index)
    places = gazetteer.places().set_index("place_id")[["name", "lat", "lon", "region_2023", "uncertainty_km"]]
    told = (
        found[["place_id", "how", "candidates"]]
        .join(places, on="place_id")
        .add_prefix("place_")
        .rename(columns={"place_place_id": "place_id"})
    )
    out = Path(args.out or path.with_name(f"{path.stem}-located.csv"))
    readers.write(table.join(told), out)
    known = int(found["place_id"].notna().sum())
    print(f"{known} of {len(found)} names mean one place: {out}")
    for how, n in found.loc[found["place_id"].isna(), "how"].value_counts().items():
        print(f"{n} {how}", file=sys.stderr)
    return 0


def _import(args: argparse.Namespace) -> int:
    """Read a file of others and write its events in our columns."""
    from malisec import readers

    path, out = Path(args.file), Path(args.out)
    with readers.bar(path) as progress:
        if args.kind == "own":
            pairs = dict(p.split("=", 1) if "=" in p else (p, p) for p in args.map)
            events, report = readers.read_events(path, pairs, progress=progress)
        else:
            read = {"ucdp": readers.read_ucdp, "acled": readers.read_acled}[args.kind]
            events, report = read(path, args.country, progress=progress), None
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{args.kind}.{args.format}"
    readers.write(events, target)
    print(f"{len(events)} events: {target}")
    if report is not None and len(report):
        readers.write(report, out / "report.csv")
        print(f"{len(report)} values did not fit: {out / 'report.csv'}", file=sys.stderr)
    return 0


def _link(args: argparse.Namespace) -> int:
    """Match two tables of events and write the pairs and the rest."""
    from malisec import linking, readers
    from malisec.casebook import load

    def events(name: str) -> Any:
        return load().events if name == "edition" else readers.read_back(Path(name))

    found = linking.link(events(args.ours), events(args.theirs), km=args.km, days=args.days)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("pairs", "ours_only", "theirs_only"):
        readers.write(getattr(found, name), out / f"{name}.{args.format}")
    print(f"{found!r}: {out}/")
    return 0


def _completion(args: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(parser(), args.shell))
    return 0


def _export(args: argparse.Namespace) -> int:
    from malisec import export
    from malisec.casebook import load

    case = load(args.data).select(region=args.region, since=args.since, until=args.until)
    out = Path(args.directory)
    written = export.write(case, out, args.format)
    print(f"{len(case.events)} events with {len(case.claims)} claims: {len(written)} files in {out}/")
    if args.format is None and "parquet" not in export.possible():
        print("Parquet left out: pip install 'malisec[parquet]'", file=sys.stderr)
    return 0


def _lab(_: argparse.Namespace) -> int:
    import subprocess

    return subprocess.call([sys.executable, "-m", "jupyter", "lab", str(paths.home() / "notebooks")])


def _store(args: argparse.Namespace) -> int:
    from malisec import report

    written = report.store(Path(args.notebooks) if args.notebooks else paths.home() / "notebooks", say=report.progress)
    print(f"{len(written)} notebooks stored")
    return 0


def _codebook(_: argparse.Namespace) -> int:
    from malisec import codebook

    for path in codebook.write(paths.home()):
        print(path.relative_to(paths.home()))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="malisec", description="Attacks in Mali: who said what, where and when.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: object, text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, epilog=f"example: {example}")
        sub.set_defaults(run=run)
        return sub

    sub = add("report", _report, "build the offline reports that are not current", "malisec report --out reports")
    sub.add_argument("--out", default="reports", help="directory of the reports (default: reports)")
    sub.add_argument("--data", help="directory of your own tables (default: the shipped edition)")
    sub.add_argument("--notebooks", help="directory of the notebooks (default: the shipped ones)")
    sub = add(
        "check", _check, "check every table; print all faults and exit with 1 if there are any", "malisec check data --texts ../seeds"
    )
    sub.add_argument("directory", nargs="?", help="directory of the tables (default: the shipped edition)")
    sub.add_argument("--texts", metavar="DIR", help="also compare the seed claims with the seed documents in DIR")
    sub = add("show", _show, "print an event with its claims and sources", "malisec show 2025-07-01-kayes")
    sub.add_argument("event_id")
    sub = add("locate", _locate, "find the place a name means", "malisec locate Modolo")
    sub.add_argument("name", nargs="?")
    sub.add_argument("--region", help="settles a name borne by several places")
    sub.add_argument("--near", metavar="PLACE", help="a place in whose neighbourhood the name is meant; settles it as well")
    sub.add_argument("--file", metavar="FILE", help="a table of names instead: CSV, zipped CSV, Parquet, Excel or JSON")
    sub.add_argument("--column", default="place", help="its column of names (default: place)")
    sub.add_argument("--out", metavar="FILE", help="where the table with places goes (default: beside it, NAME-located.csv)")
    sub = add(
        "import",
        _import,
        "read a file of UCDP, of ACLED or of your own into events as ours",
        "malisec import GEDEvent_v25_1.zip --as ucdp --country Mali --out mali",
    )
    sub.add_argument("file", metavar="FILE", help="as downloaded: CSV, zipped CSV, Parquet, Excel or JSON")
    sub.add_argument("--as", dest="kind", required=True, choices=("ucdp", "acled", "own"), help="whose file it is")
    sub.add_argument("--country", help="only events of this country")
    sub.add_argument("--map", nargs="+", default=[], metavar="OURS=THEIRS", help="for your own table: date=Day place=Town killed_best=Dead")
    sub.add_argument("--out", required=True, metavar="DIR", help="directory of the result")
    sub.add_argument("--format", default="csv", choices=("csv", "parquet"))
    sub = add("link", _link, "match two tables of events one to one, with reasons", "malisec link edition mali/ucdp.csv --out pairs")
    sub.add_argument("ours", metavar="A", help="events as `malisec import` writes them, or: edition")
    sub.add_argument("theirs", metavar="B", help="as A")
    sub.add_argument("--km", type=float, default=25, help="kilometres two points of one event may lie apart (default: 25)")
    sub.add_argument("--days", type=int, default=3, help="days two dates of one event may lie apart (default: 3)")
    sub.add_argument("--out", default="linked", metavar="DIR", help="directory of the results (default: linked)")
    sub.add_argument("--format", default="csv", choices=("csv", "parquet"))
    sub = add("completion", _completion, "print what makes the shell complete these commands", 'eval "$(malisec completion bash)"')
    sub.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    sub = add("export", _export, "write the joined tables as CSV, GeoJSON, GeoPackage and Parquet", "malisec export mali --region Kayes")
    sub.add_argument("directory", help="where to; files of the same names are replaced")
    sub.add_argument("--format", nargs="+", metavar="FORMAT", help="csv, geojson, gpkg, parquet (default: all that can be written here)")
    sub.add_argument("--region", nargs="+", help="only events in these regions of 2023")
    sub.add_argument("--since", metavar="DAY", help="only what happened on or after this day, YYYY-MM-DD")
    sub.add_argument("--until", metavar="DAY", help="only what happened on or before this day")
    sub.add_argument("--data", metavar="DIR", help="directory of your own tables (default: the shipped edition)")
    add("lab", _lab, "open the notebooks in JupyterLab", "malisec lab")
    sub = add("store", _store, "run the notebooks and store their outputs", "malisec store")
    sub.add_argument("--notebooks", help="directory of the notebooks")
    add("codebook", _codebook, "write codebook tables and datapackage.json from the schema", "malisec codebook")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code.

    Parameters
    ----------
    argv
        Arguments; those of the process when left out.
    """
    from malisec.faults import FaultsError

    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except BrokenPipeError:
        # `malisec show … | head` has read enough; what the interpreter would still flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (FaultsError, LookupError, ValueError, OSError) as error:
        print(f"malisec: {error.args[0] if isinstance(error, KeyError) and error.args else error}", file=sys.stderr)
        return 1
    except Exception as error:
        from malisec.report import NotebookError

        if not isinstance(error, NotebookError):
            raise
        print(f"malisec: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
