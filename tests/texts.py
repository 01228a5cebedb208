"""Finds the texts of ours that a reader of a report can come to see, as they stand in the code, the templates and the notebooks."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import malisec
from malisec import charts, findings, listing, maps, paths, schema, style
from malisec.charts.areas import READINGS
from malisec.listing import parts
from malisec.listing.events import NEAR
from malisec.listing.linked import RESPECTS, WHY
from malisec.readers import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAWS = {"set_ylabel", "set_xlabel", "text", "annotate"}
#: words that name a thing the same way in both languages, or are written by hand as a pair
_LETTER = re.compile(r"[^\W\d_](?![^{]*\})")


def constants(node: ast.AST) -> Iterator[str]:
    """Yield the texts an argument can be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from constants(node.body)
            yield from constants(node.orelse)
        case ast.BoolOp():
            for value in node.values:
                yield from constants(value)


def in_code() -> Iterator[str]:
    """Yield the templates of sentences, columns of tables, titles and labels of charts."""
    for path in sorted(Path(malisec.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            first = node.args[:1] if name in {"sentence", "say", "html"} else []
            if path.parent.name == "charts" and name in DRAWS:
                first = node.args
            for argument in first:
                yield from (text.replace("\n", " ") for text in constants(argument))
            if name == "plural":
                nouns = [text for argument in node.args[1:] for text in constants(argument)]
                yield from nouns
                if len(nouns) == 1:
                    yield nouns[0] + "s"
            if name in {"grid", "folded"}:
                for keyword in [*node.keywords, *(ast.keyword(value=a) for a in node.args[1:])]:
                    if isinstance(keyword.value, ast.List):
                        yield from (text for element in keyword.value.elts for text in constants(element))
                    yield from constants(keyword.value)
            if name == "label":
                yield from (text for argument in node.args for text in constants(argument))


def in_signatures() -> Iterator[str]:
    """Yield the titles that exhibits have unless told otherwise."""
    for module in (charts, listing, findings, maps):
        for function in vars(module).values():
            if inspect.isfunction(function) and "title" in inspect.signature(function).parameters:
                default = inspect.signature(function).parameters["title"].default
                if isinstance(default, str):
                    yield default


def in_vocabularies() -> Iterator[str]:
    """Yield the words for what tables hold as codes."""
    yield from (v[0] for v in style.TYPES.values())
    yield from (v[0] for v in style.CHECKS.values())
    yield from style.TARGETS.values()
    yield from schema.SPEAKER_KINDS.values()
    yield from (schema.CERTAINTY[c] for c in ("claimed", "attributed", "suspected"))
    yield from schema.CERTAINTY
    yield from (v.split(",")[0] for v in schema.MILESTONE_KINDS.values())
    yield from (k.replace("_", " ") for k in schema.MILESTONE_KINDS)
    yield from (k.replace("_", " ") for k in schema.EVENT_TYPES)
    yield from READINGS.values()
    yield from parts.PARTS.values()
    yield from NEAR.values()
    yield from codes.crosswalk()["meaning"]
    yield from WHY.values()
    yield from RESPECTS.values()
    yield from ("attack", "turning point", "blockade", "blockade begins", "place unknown")


def in_templates() -> Iterator[str]:
    """Yield what the frames of the pages say."""
    for path in sorted((paths.assets() / "report").glob("*.j2")):
        for found in re.finditer(r'\b(?:t|say|spoken|french)\(\s*"([^"]*)"', path.read_text(encoding="utf-8")):
            yield found[1]


def in_notebooks() -> Iterator[str]:
    """Yield headings, questions and titles of the notebooks."""
    for path in sorted((paths.home() / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                prose = re.sub(r"```.*?```", "", source, flags=re.DOTALL)
                yield from (line.lstrip("# ").strip() for line in prose.splitlines() if line.strip())
            else:
                yield from (t for t in re.findall(r'"([^"]+)"', source) if " " in t)


def everything() -> list[str]:
    """Return all of them that hold a word."""
    found = [*in_code(), *in_signatures(), *in_vocabularies(), *in_templates(), *in_notebooks()]
    return [text for text in dict.fromkeys(found) if _LETTER.search(text) and text not in {"x", "y"}]
