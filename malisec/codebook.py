"""The codebook tables and datapackage.json, made from the schema so that neither can differ from it.

Knows the schema; must not read the tables.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from malisec import schema

if TYPE_CHECKING:
    from pathlib import Path

START, END = "<!-- tables -->", "<!-- /tables -->"
_TYPES = {"count": "integer", "number": "number", "date": "date", "flag": "string", "month": "string"}


def _field(name: str, spec: Any) -> dict[str, Any]:
    meta = spec.metadata
    pattern = schema.KINDS[meta["kind"]][1]
    constraints: dict[str, Any] = {}
    if meta["required"]:
        constraints["required"] = True
    if spec.unique:
        constraints["unique"] = True
    if meta["allowed"]:
        constraints["enum"] = list(meta["allowed"])
    elif pattern and meta["kind"] not in {"date", "number", "count"}:
        constraints["pattern"] = pattern
    if meta["between"]:
        constraints["minimum"], constraints["maximum"] = meta["between"]
    field = {"name": name, "type": _TYPES.get(meta["kind"], "string"), "description": spec.description}
    if meta["unit"]:
        field["unit"] = meta["unit"]
    return field | ({"constraints": constraints} if constraints else {})


def _keys(table: schema.Table) -> list[dict[str, Any]]:
    """Foreign keys that Frictionless can follow: one id per cell, one table to look in."""
    keys = []
    for name, spec in table.columns.items():
        target = spec.metadata["refers"]
        if target and "|" not in target and spec.metadata["kind"] == "id":
            other, column = target.split(".")
            keys.append({"fields": [name], "reference": {"resource": other, "fields": [column]}})
    return keys


def datapackage() -> dict[str, Any]:
    """Return the Frictionless description of all tables.

    Examples
    --------
    >>> datapackage()["resources"][0]["name"]
    'sources'
    """
    resources = []
    for table in schema.TABLES.values():
        shape: dict[str, Any] = {"fields": [_field(n, s) for n, s in table.columns.items()], "missingValues": [""]}
        if table.key:
            shape["primaryKey"] = table.key
        if keys := _keys(table):
            shape["foreignKeys"] = keys
        path = table.path.removeprefix("data/") if table.path.startswith("data/") else f"../{table.path}"
        resources.append(
            {
                "name": table.name,
                "path": path,
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "description": f"One row is {table.row}.",
                "schema": shape,
            }
        )
    return {
        "name": "malisec",
        "title": "Attacks in Mali: who said what, where and when",
        "version": schema.EDITION,
        "created": schema.EDITION_DATE,
        "licenses": [
            {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "Creative Commons Attribution 4.0"}
        ],
        "contributors": [{"title": "malisec contributors", "role": "author"}],
        "resources": resources,
    }


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def _row(name: str, spec: Any) -> str:
    meta = spec.metadata
    kind = schema.KINDS[meta["kind"]][0] + (f", in {meta['unit']}" if meta["unit"] else "")
    notes = [] if meta["required"] else ["may be empty"]
    if meta["refers"]:
        notes.append("found in " + ", ".join(f"`{t}`" for t in meta["refers"].split("|")))
    allowed = meta["allowed"]
    if isinstance(allowed, dict):
        notes.append("; ".join(f"`{k}` {v}" for k, v in allowed.items()))
    elif allowed:
        notes.append(", ".join(f"`{a}`" for a in allowed))
    return f"| `{name}` | {_escape(spec.description)} | {kind} | {_escape('. '.join(notes))} |"


def tables_text() -> str:
    """Return the codebook's tables as Markdown."""
    parts = []
    for table in schema.TABLES.values():
        rows = "\n".join(_row(n, s) for n, s in table.columns.items())
        parts.append(f"### `{table.path}`\n\nOne row is {table.row}.\n\n| column | meaning | holds | notes |\n|---|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def readme(text: str) -> str:
    """Return the codebook for people with its tables written anew between the two marks.

    Raises
    ------
    ValueError
        If the marks are not there.
    """
    if START not in text or END not in text:
        msg = f"data/README.md: expected the lines {START} and {END}"
        raise ValueError(msg)
    before, rest = text.split(START, 1)
    return f"{before}{START}\n\n{tables_text()}\n{END}{rest.split(END, 1)[1]}"


def package_text() -> str:
    """Return datapackage.json as text."""
    return json.dumps(datapackage(), ensure_ascii=False, indent=1) + "\n"


def write(home: Path) -> list[Path]:
    """Write ``data/datapackage.json`` and the tables of ``data/README.md``; return the files."""
    package, book = home / "data" / "datapackage.json", home / "data" / "README.md"
    text = readme(book.read_text(encoding="utf-8"))
    package.write_text(package_text(), encoding="utf-8")
    book.write_text(text, encoding="utf-8")
    return [package, book]
