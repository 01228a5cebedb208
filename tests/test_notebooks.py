"""What keeps the notebooks an argument: a question, one call, outputs stored. (That the outputs still hold is nbval's to test.)"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from malisec import paths

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOKS = sorted((paths.home() / "notebooks").glob("[0-9]*.ipynb"))


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


def test_there_are_notebooks_to_test() -> None:
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_cell_is_one_call(path: Path) -> None:
    for cell in cells(path, "code")[1:]:
        body = ast.parse("".join(cell["source"])).body
        assert len(body) == 1
        assert isinstance(body[0], ast.Expr)
        assert isinstance(body[0].value, ast.Call)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_figure_is_typed_into_prose(path: Path) -> None:
    for cell in cells(path, "markdown"):
        # years and months name a period; every other number must be computed
        # names of files in a block of code are no figures
        prose = re.sub(r"```.*?```", "", "".join(cell["source"]), flags=re.DOTALL)
        prose = re.sub(r"\b(19|20)\d\d\b", "", prose)
        assert not re.search(r"\d", prose), prose


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_stored_and_none_is_an_error_or_skipped(path: Path) -> None:
    for cell in cells(path, "code")[1:]:
        assert cell["outputs"], "".join(cell["source"])
        assert all(o["output_type"] == "execute_result" for o in cell["outputs"])
        assert cell["metadata"] == {}
    assert "nbval" not in path.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_stored_maps_are_short_text(path: Path) -> None:
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "".join(data.get("text/plain", "")).startswith("Map:"):
                assert set(data) == {"text/plain"}
                assert len("".join(data["text/plain"])) < 1500


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_set_up_is_an_import_a_parameter_where_one_is_declared_and_the_casebook(path: Path) -> None:
    setup = "".join(cells(path, "code")[0]["source"])
    declared = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("malisec")
    names = [ast.unparse(line) for line in ast.parse(setup).body]
    assert names[0] == "import malisec as ms"
    if declared is None:
        assert names[1].startswith("case = ms.load()")
        # another dataset, and what it has in common with ours
        assert [n.partition(" = ")[0] for n in names[2:]] in ([], ["theirs", "linked"])
        return
    assert names[-1].startswith("case = ms.load()")
    # whoever opens the notebook in JupyterLab sees what may stand there, and what stands there works
    assert len(names) == 3
    (line,) = [line for line in setup.splitlines() if line.startswith(f"{declared['parameter']} = ")]
    stored = ast.literal_eval(names[1].partition(" = ")[2])
    assert stored in declared["values"]
    assert all(value in line.partition("#")[2] for value in declared["values"])


def test_pages_of_the_regions_are_the_areas_that_can_be_selected() -> None:
    from malisec import schema

    metadata = json.loads((paths.home() / "notebooks" / "04_region.ipynb").read_text(encoding="utf-8"))["metadata"]
    assert metadata["malisec"] == {"parameter": "region", "values": list(schema.AREAS)}
