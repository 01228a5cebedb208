"""What a person sees who types a command: an answer, or a message and exit code 1, and never half a result."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from malisec import paths, report, schema
from malisec.cli import main, parser
from tables_small import copy_edition

COMMANDS = ("report", "check", "show", "locate", "export", "lab", "store", "codebook")


@pytest.fixture
def edition(tmp_path):
    return copy_edition(tmp_path / "mine")


@pytest.fixture
def no_kernel(monkeypatch):
    """Nothing may be run: a broken table must be found before a notebook starts."""

    def refuse(*_, **__):
        pytest.fail("a notebook was run")

    monkeypatch.setattr(report, "execute", refuse)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Forget afterwards which tables a command named: it hands them to the kernels through the environment."""
    monkeypatch.setenv("MALISEC_DATA", "")
    monkeypatch.delenv("MALISEC_DATA")


def notebook(path, *cells, question="Does it run?", metadata=None):
    """Write a numbered notebook with a name, a question and `cells` of code."""
    head = {"cell_type": "markdown", "id": "head", "metadata": {}, "source": f"# {path.stem.title()}\n{question}"}
    code = [
        {"cell_type": "code", "id": f"code-{i}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for i, source in enumerate(cells)
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [head, *code], "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def files(directory):
    """Return every file below `directory` with its bytes."""
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def run(capsys, *argv):
    """Run a command; return its exit code, its answer and its message."""
    code = main(list(argv))
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


# --- help ---


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    text = capsys.readouterr().out
    for command in COMMANDS:
        assert f"\n    {command} " in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_ends_with_an_example_that_its_parser_takes(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    example = text[text.index("example: malisec ") + len("example: malisec ") :]
    assert parser().parse_args(example.split()).command == command


@pytest.mark.parametrize("argv", [[], ["chek"], ["show"], ["check", "--nothing"]])
def test_command_that_does_not_exist_or_lacks_its_words_shows_the_usage(argv, capsys):
    with pytest.raises(SystemExit) as done:
        main(argv)
    assert done.value.code == 2
    assert capsys.readouterr().err.startswith("usage: malisec")


# --- check ---


def test_check_of_whole_tables_says_how_many_rows_it_saw(edition, capsys):
    code, out, err = run(capsys, "check", str(edition.data))
    assert (code, err) == (0, "")
    assert f"{len(edition.rows('events'))} events" in out
    assert f"{len(edition.rows('seed_claims'))} seed_claims" in out


def test_check_without_a_directory_takes_the_shipped_tables_or_those_the_environment_names(edition, capsys, monkeypatch):
    assert run(capsys, "check")[0] == 0
    edition.change("events", "2025-07-01-kayes", event_type="ambsh")
    monkeypatch.setenv("MALISEC_DATA", str(edition.data))
    assert run(capsys, "check")[0] == 1


def test_check_of_broken_tables_prints_every_fault_to_stderr_and_exits_with_1(edition, capsys):
    line = edition.change("events", "2025-07-01-kayes", event_type="ambsh")
    claim = edition.change("claims", "2012-03-30-kidal.k1", low="561", high="560")
    code, out, err = run(capsys, "check", str(edition.data))
    assert (code, out) == (1, "")
    assert f"data/events.csv:{line}, column 'event_type': expected one of " in err
    assert "found 'ambsh' (nearest: ambush)" in err
    assert f"data/claims.csv:{claim}, column 'high': expected a figure of at least low (561), found '560'" in err
    assert err.endswith("\n2 faults\n")


def test_check_of_one_fault_counts_it_in_the_singular(edition, capsys):
    edition.path("corridors").write_bytes(b"")
    assert run(capsys, "check", str(edition.data))[2] == "data/corridors.csv:1: expected a header line, found 'an empty file'\n1 fault\n"


def test_check_of_a_directory_that_is_not_there_names_each_missing_file(tmp_path, capsys):
    code, _, err = run(capsys, "check", str(tmp_path / "nowhere"))
    assert code == 1
    for table in (t for t in schema.TABLES.values() if not t.optional):
        assert f"{table.path}: expected the table's file, found 'no such file'" in err


def test_check_with_a_folder_of_texts_that_is_not_there_names_the_folder(tmp_path, capsys):
    code, out, err = run(capsys, "check", "--texts", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert err.startswith(f"{tmp_path / 'nowhere'}: expected a folder with the seed documents")


def test_check_with_texts_that_are_not_there_names_each_missing_text(edition, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    code, out, err = run(capsys, "check", str(edition.data), "--texts", str(tmp_path / "empty"))
    seeds = [row["seed_file"] for row in edition.rows("sources") if row["kind"] == "seed"]
    assert (code, out) == (1, "")
    assert len(seeds) == 5
    for name in seeds:
        assert name in err


def test_check_with_texts_still_tells_what_is_wrong_with_the_tables(edition, tmp_path, capsys):
    # a date that cannot be read must not stop the command before the faults are printed
    edition.change("seed_claims", 2, date="22 October")
    edition.change("sources", 2, published="soon")
    code, _, err = run(capsys, "check", str(edition.data), "--texts", str(tmp_path))
    assert code == 1
    assert "seeds/claims.csv:2, column 'date': expected a date as YYYY-MM-DD, found '22 October'" in err
    assert "data/sources.csv:2, column 'published'" in err


def test_process_ends_with_exit_code_1_and_a_message_without_traceback(edition):
    edition.path("events").unlink()
    done = subprocess.run([sys.executable, "-m", "malisec.cli", "check", str(edition.data)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "data/events.csv: expected the table's file, found 'no such file'\n1 fault\n"


# --- show, locate ---


def test_show_prints_claims_with_speakers_and_sources_with_addresses(edition, capsys):
    code, out, _ = run(capsys, "show", "2024-09-17-bamako-senou")
    assert code == 0
    assert out.startswith("2024-09-17-bamako-senou: 17 September 2024, ")
    assert "killed (attacked): 77, says Security source (AFP) on 19 September 2024 [joint, used]" in out
    for row in edition.rows("claims"):
        if row["shared_toll_id"] == "toll-2024-09-17":
            assert row["said_by"] in out
            for source in row["source_ids"].split():
                assert f"  {source}: " in out


@pytest.mark.parametrize("event", ["2012-03-30-kidal", "2022-03-27-moura", "2025-11-06-kobri", "2026-05-08-centre"])
def test_show_leaves_no_hole_where_something_is_unknown(event, capsys):
    out = run(capsys, "show", event)[1]
    assert "nan" not in out.replace("nan.com", "").split()
    assert "<NA>" not in out
    assert "NaT" not in out


def test_show_of_an_unknown_event_names_the_nearest(capsys):
    code, out, err = run(capsys, "show", "2025-07-01-kays")
    assert (code, out) == (1, "")
    assert err == "malisec: no event '2025-07-01-kays' (nearest: 2025-07-01-kayes)\n"


def test_show_of_broken_tables_prints_the_faults(edition, capsys, monkeypatch):
    edition.path("corridors").write_bytes(b"")
    monkeypatch.setenv("MALISEC_DATA", str(edition.data))
    code, out, err = run(capsys, "show", "2025-07-01-kayes")
    assert (code, out) == (1, "")
    assert "data/corridors.csv:1: expected a header line" in err


def test_locate_says_where_and_by_which_spelling(capsys):
    code, out, _ = run(capsys, "locate", "Modolo")
    assert code == 0
    assert out.startswith("Molodo (molodo), Ségou region, 14.2")
    assert out.endswith("by spelling\n")


def test_locate_of_an_unknown_name_is_a_message(capsys):
    code, out, err = run(capsys, "locate", "Qqqqqqq")
    assert (code, out, err) == (1, "", "malisec: no place is called 'Qqqqqqq'\n")


def test_locate_in_a_region_that_does_not_exist_names_the_nearest(capsys):
    code, _, err = run(capsys, "locate", "Modolo", "--region", "Sego")
    assert code == 1
    assert "found 'Sego' (nearest: Ségou)" in err


# --- lab, codebook ---


def test_lab_opens_the_notebooks_and_hands_its_exit_code_on(monkeypatch):
    called = []
    monkeypatch.setattr(subprocess, "call", lambda command: called.append(command) or 3)
    assert main(["lab"]) == 3
    assert called == [[sys.executable, "-m", "jupyter", "lab", str(paths.home() / "notebooks")]]


def test_codebook_writes_what_the_schema_says(edition, capsys, monkeypatch):
    shutil.copy(paths.home() / "data" / "README.md", edition.data / "README.md")
    monkeypatch.setattr(paths, "home", lambda: edition.root)
    (edition.data / "datapackage.json").unlink(missing_ok=True)
    code, out, _ = run(capsys, "codebook")
    assert (code, out.split()) == (0, ["data/datapackage.json", "data/README.md"])
    package = json.loads((edition.data / "datapackage.json").read_text(encoding="utf-8"))
    assert "events" in {resource["name"] for resource in package["resources"]}


# --- report, store ---


@pytest.mark.usefixtures("no_kernel")
def test_report_on_broken_tables_runs_nothing_and_writes_nothing(edition, tmp_path, capsys):
    edition.change("events", "2025-07-01-kayes", event_type="ambsh", date="2025-02-30")
    out = tmp_path / "reports"
    code, answer, err = run(capsys, "report", "--data", str(edition.data), "--out", str(out))
    assert (code, answer) == (1, "")
    assert "found 'ambsh' (nearest: ambush)" in err
    assert "found '2025-02-30'" in err
    assert not out.exists()


@pytest.mark.usefixtures("no_kernel")
def test_report_on_broken_tables_of_the_environment_runs_nothing_either(edition, tmp_path, capsys, monkeypatch):
    edition.change("events", "2025-07-01-kayes", event_type="ambsh")
    monkeypatch.setenv("MALISEC_DATA", str(edition.data))
    code, answer, err = run(capsys, "report", "--out", str(tmp_path / "reports"))
    assert (code, answer) == (1, "")
    assert "found 'ambsh' (nearest: ambush)" in err
    assert not (tmp_path / "reports").exists()


@pytest.mark.usefixtures("no_kernel")
def test_report_on_broken_tables_leaves_older_reports_as_they_are(edition, tmp_path, capsys):
    edition.path("events").write_bytes(b"")
    out = tmp_path / "reports"
    out.mkdir()
    (out / "index.html").write_text("older", encoding="utf-8")
    assert run(capsys, "report", "--data", str(edition.data), "--out", str(out))[0] == 1
    assert files(out) == {"index.html": b"older"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "expected a notebook, found JSONDecodeError"),
        ("[]", "expected a notebook, found TypeError"),
        ('{"cells": []}', "expected a notebook, found IndexError"),
        ('{"cells": [{"cell_type": "code", "source": "# A\\nb"}]}', "whose first cell is `# Name` with the question below it"),
        ('{"cells": [{"cell_type": "markdown", "source": "no head"}]}', "whose first cell is `# Name` with the question below it"),
    ],
)
@pytest.mark.usefixtures("no_kernel")
def test_file_that_is_no_notebook_is_named(content, said, tmp_path, capsys):
    (tmp_path / "01_torn.ipynb").write_text(content, encoding="utf-8")
    code, _, err = run(capsys, "report", "--notebooks", str(tmp_path), "--out", str(tmp_path / "reports"))
    assert code == 1
    assert err.startswith("malisec: 01_torn.ipynb: ")
    assert said in err
    assert not (tmp_path / "reports").exists()


@pytest.mark.usefixtures("no_kernel")
def test_directory_without_notebooks_is_named(tmp_path, capsys):
    code, _, err = run(capsys, "report", "--notebooks", str(tmp_path / "none"), "--out", str(tmp_path / "reports"))
    assert code == 1
    assert str(tmp_path / "none") in err


def test_report_into_a_file_is_a_message(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(report, "build", lambda out, *_, **__: report._write_all({}, out))
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "report", "--out", str(tmp_path / "taken"))
    assert code == 1
    assert "taken" in err
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_notebook_that_fails_is_named_with_cell_and_error_and_older_reports_stay(tmp_path, capsys):
    books, out = tmp_path / "books", tmp_path / "reports"
    notebook(books / "01_sound.ipynb", "import os\nos.environ['MALISEC_DATA']")
    notebook(books / "02_later.ipynb", "1 + 1")
    argv = ("report", "--notebooks", str(books), "--out", str(out), "--data", str(paths.home() / "data"))
    code, answer, err = run(capsys, *argv)
    assert (code, answer) == (0, f"3 files in {out}/: open {out / 'index.html'}\n"), err
    older = files(out)
    assert {"01_sound.html", "02_later.html", "index.html"} <= older.keys()
    # the kernels read the tables that the command named
    assert str(paths.home() / "data") in older["01_sound.html"].decode()

    assert run(capsys, *argv)[1].startswith("nothing changed: ")

    notebook(books / "01_sound.ipynb", "2 + 2")
    notebook(books / "02_later.ipynb", "total = 1", "import malisec\ntotal / 0", "print('never')")
    code, answer, err = run(capsys, *argv)
    assert (code, answer) == (1, "")
    assert err.splitlines()[-1] == "malisec: 02_later.ipynb, cell 3 (total / 0): ZeroDivisionError: division by zero"
    # also the report whose own notebook ran: all or none
    assert files(out) == older


# --- one notebook, several reports ---

TOWNS = {"malisec": {"parameter": "town", "values": ["Ségou", "Nioro du Sahel"]}}
SETUP = 'town = "Gao"  # any town'


def test_notebook_with_a_parameter_becomes_a_report_for_each_value(tmp_path, capsys):
    books, out = tmp_path / "books", tmp_path / "reports"
    notebook(books / "01_sound.ipynb", "1 + 1")
    notebook(books / "02_town.ipynb", SETUP, "f'about {town}!'", question="What happened in {town}?", metadata=TOWNS)
    argv = ("report", "--notebooks", str(books), "--out", str(out))
    code, answer, err = run(capsys, *argv)
    assert code == 0, err
    assert answer.startswith("4 files in ")
    assert "running 3 of 3 pages" in err
    assert "02_town.ipynb (Ségou): 3 cells" in err
    older = files(out)
    assert {n for n in older if n.endswith(".html")} == {"01_sound.html", "02_town-segou.html", "02_town-nioro-du-sahel.html", "index.html"}
    for file, town in (("02_town-segou.html", "Ségou"), ("02_town-nioro-du-sahel.html", "Nioro du Sahel")):
        page = older[file].decode()
        assert f"about {town}!" in page
        # the question of the head, and the code as it ran with its comment
        assert f"What happened in {town}?" in page
        assert f"town = &#34;{town}&#34;  # any town" in page
        # the words of the front end name other towns
        body = page.partition("<body>")[2]
        assert "Gao" not in body
        assert "in {town}" not in body
        for other in ("01_sound.html", "02_town-segou.html", "02_town-nioro-du-sahel.html"):
            assert f'href="{other}"' in page
        assert f'aria-current="page">2 {town}</a>' in page
    index = older["index.html"].decode()
    assert "2 Ségou: What happened in Ségou?" in index
    assert "2 Nioro du Sahel: What happened in Nioro du Sahel?" in index

    # what the notebook itself stands at is nobody's business but JupyterLab's
    notebook(
        books / "02_town.ipynb", SETUP.replace("Gao", "Kidal"), "f'about {town}!'", question="What happened in {town}?", metadata=TOWNS
    )
    assert run(capsys, *argv)[1].startswith("nothing changed: ")

    # a change makes its own pages anew, and no other
    notebook(books / "02_town.ipynb", SETUP, "f'about {town}?'", question="What happened in {town}?", metadata=TOWNS)
    code, answer, err = run(capsys, *argv)
    assert "running 2 of 3 pages" in err
    newer = files(out)
    assert {n for n in newer if newer[n] != older[n]} == {"02_town-segou.html", "02_town-nioro-du-sahel.html", report.MANIFEST}

    # a value that is gone takes its page with it
    fewer = {"malisec": {"parameter": "town", "values": ["Ségou"]}}
    notebook(books / "02_town.ipynb", SETUP, "f'about {town}?'", question="What happened in {town}?", metadata=fewer)
    assert run(capsys, *argv)[0] == 0
    assert sorted(p.name for p in out.glob("*.html")) == ["01_sound.html", "02_town-segou.html", "index.html"]
    assert "nioro" not in (out / "01_sound.html").read_text(encoding="utf-8").partition("<body>")[2]


def test_failing_page_is_named_with_its_value(tmp_path, capsys):
    books, out = tmp_path / "books", tmp_path / "reports"
    notebook(books / "01_town.ipynb", SETUP, "{'Ségou': 1}[town]", metadata=TOWNS)
    code, _, err = run(capsys, "report", "--notebooks", str(books), "--out", str(out))
    assert code == 1
    assert "malisec: 01_town.ipynb (Nioro du Sahel), cell 3 ({'Ségou': 1}[town]): KeyError: 'Nioro du Sahel'" in err
    assert not out.exists()


@pytest.mark.parametrize("value", ["a \\ b", 'the "gate"', "x\\1y"])
def test_value_reaches_the_code_as_it_is(value, tmp_path):
    notebook(tmp_path / "01_town.ipynb", SETUP, metadata={"malisec": {"parameter": "town", "values": [value]}})
    (page,) = report.read_pages(tmp_path / "01_town.ipynb")
    cells = json.loads((tmp_path / "01_town.ipynb").read_text(encoding="utf-8"))["cells"]
    page.fill(cells)
    inside = {}
    exec(cells[1]["source"], inside)
    assert inside["town"] == value


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1 + 1"], "found none"),
        (["place = 1", "towns = 'Gao'"], "found none"),
        (['town = "Gao"\ntown = "Kidal"'], 'found 2: `town = "Gao"`; `town = "Kidal"`'),
        (['town = "Gao"', "town = town.upper()"], 'found 2: `town = "Gao"`; `town = town.upper()`'),
        (["town = 'Gao' + 'x'"], "found 1: `town = 'Gao' + 'x'`"),
        (["if True:\n    town = 'Gao'"], "found 1: `    town = 'Gao'`"),
        (['town: str = "Gao"'], 'found 1: `town: str = "Gao"`'),
    ],
)
@pytest.mark.usefixtures("no_kernel")
def test_parameter_that_is_not_assigned_in_exactly_one_line_is_refused(cells, said, tmp_path, capsys):
    notebook(tmp_path / "01_town.ipynb", *cells, metadata=TOWNS)
    code, _, err = run(capsys, "report", "--notebooks", str(tmp_path), "--out", str(tmp_path / "reports"))
    assert code == 1
    assert err == f'malisec: 01_town.ipynb: expected exactly one line `town = "…"` in its code, {said}\n'
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    "declared",
    [
        {},
        "region",
        {"parameter": "town"},
        {"parameter": "no name", "values": ["Gao"]},
        {"parameter": "town", "values": []},
        {"parameter": "town", "values": "Gao"},
        {"parameter": "town", "values": [1]},
        {"parameter": "town", "values": ["Gao\nimport os"]},
        {"parameter": "town", "values": ["…"]},
        # one file cannot hold two reports
        {"parameter": "town", "values": ["Ségou", "Segou"]},
    ],
)
@pytest.mark.usefixtures("no_kernel")
def test_parameter_declared_otherwise_is_refused(declared, tmp_path, capsys):
    notebook(tmp_path / "01_town.ipynb", SETUP, metadata={"malisec": declared})
    code, _, err = run(capsys, "report", "--notebooks", str(tmp_path), "--out", str(tmp_path / "reports"))
    assert code == 1
    assert err.startswith('malisec: 01_town.ipynb: expected metadata "malisec" such as {"parameter": "region", ')
    assert json.dumps(declared, ensure_ascii=False) in err


@pytest.mark.usefixtures("no_kernel")
def test_two_notebooks_that_would_write_one_file_are_refused(tmp_path, capsys):
    notebook(tmp_path / "01_town-segou.ipynb", "1 + 1")
    notebook(tmp_path / "01_town.ipynb", SETUP, metadata=TOWNS)
    code, _, err = run(capsys, "report", "--notebooks", str(tmp_path), "--out", str(tmp_path / "reports"))
    assert code == 1
    assert "another notebook makes 01_town-segou.html as well" in err


def test_store_runs_a_parameter_as_it_stands_and_keeps_its_values(tmp_path, capsys):
    notebook(tmp_path / "01_town.ipynb", SETUP, "town", question="What of {town}?", metadata=TOWNS | {"widgets": {"state": 1}})
    assert run(capsys, "store", "--notebooks", str(tmp_path))[0] == 0
    stored = json.loads((tmp_path / "01_town.ipynb").read_text(encoding="utf-8"))
    assert stored["cells"][2]["outputs"][0]["data"]["text/plain"] == ["'Gao'"]
    assert "".join(stored["cells"][0]["source"]).endswith("What of {town}?")
    assert stored["metadata"]["malisec"] == TOWNS["malisec"]
    assert set(stored["metadata"]) == {"malisec", "kernelspec", "language_info"}


def test_store_keeps_the_outputs_and_leaves_a_failing_notebook_as_it_was(tmp_path, capsys):
    books = tmp_path / "books"
    notebook(books / "01_sound.ipynb", "40 + 2")
    assert run(capsys, "store", "--notebooks", str(books))[:2] == (0, "1 notebooks stored\n")
    assert json.loads((books / "01_sound.ipynb").read_text(encoding="utf-8"))["cells"][1]["outputs"][0]["data"]["text/plain"] == ["42"]

    notebook(books / "01_sound.ipynb", "raise LookupError('no such thing')")
    before = files(books)
    code, _, err = run(capsys, "store", "--notebooks", str(books))
    assert code == 1
    assert "01_sound.ipynb, cell 2 (raise LookupError('no such thing')): LookupError: no such thing" in err
    assert files(books) == before


def test_notebooks_run_also_where_an_event_loop_runs_already(tmp_path):
    # as in JupyterLab, where somebody builds a report from a cell
    notebook(tmp_path / "01_sound.ipynb", "40 + 2")

    async def cell():
        return report.execute([tmp_path / "01_sound.ipynb"], "stored")

    # in a thread of its own: other tests keep a browser's event loop in this one
    with ThreadPoolExecutor(1) as pool:
        (done,) = pool.submit(lambda: asyncio.run(cell())).result()
    assert done.cells[1]["outputs"][0]["data"]["text/plain"] == "42"


# --- files of others ---------------------------------------------------------------------------------------------
GED = """id,type_of_violence,side_a,side_b,where_prec,latitude,longitude,country,date_prec,date_start,date_end,best,low,high
7,1,Government of Mali,CMA,1,17.03,-1.40,Mali,1,2023-10-01,2023-10-01,27,27,27
8,1,Government of Niger,IS,1,15.0,2.0,Niger,1,2023-10-01,2023-10-01,1,1,1
"""


def test_import_link_and_locate_work_on_files(tmp_path, capsys):
    (tmp_path / "ged.csv").write_text(GED, encoding="utf-8")
    code, out, _ = run(capsys, "import", str(tmp_path / "ged.csv"), "--as", "ucdp", "--country", "Mali", "--out", str(tmp_path / "in"))
    assert (code, out.startswith("1 events")) == (0, True)
    code, out, _ = run(capsys, "link", "edition", str(tmp_path / "in" / "ucdp.csv"), "--out", str(tmp_path / "pairs"))
    assert code == 0
    assert out.startswith("1 pairs")
    assert "2023-10-01-bamba,ucdp-7" in (tmp_path / "pairs" / "pairs.csv").read_text(encoding="utf-8")
    (tmp_path / "names.csv").write_text("id,town\n1,Modolo\n2,Nowhere at all\n", encoding="utf-8")
    code, out, err = run(capsys, "locate", "--file", str(tmp_path / "names.csv"), "--column", "town")
    assert (code, out.startswith("1 of 2 names")) == (0, True)
    assert "1 unknown" in err
    assert "1,Modolo,molodo" in (tmp_path / "names-located.csv").read_text(encoding="utf-8")


def test_import_of_ones_own_table_tells_what_did_not_fit(tmp_path, capsys):
    (tmp_path / "own.csv").write_text("Jour;Lieu;Morts\n2025-07-01;Kayes;3\n2025-07-02;Kayes;drei\n", encoding="utf-8")
    mapping = ["--map", "date=Jour", "place=Lieu", "killed_best=Morts"]
    code, out, err = run(capsys, "import", str(tmp_path / "own.csv"), "--as", "own", *mapping, "--out", str(tmp_path / "in"))
    assert (code, out.startswith("2 events"), err.startswith("1 values did not fit")) == (0, True, True)
    assert "drei" in (tmp_path / "in" / "report.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [["import", "nowhere.csv", "--as", "ucdp", "--out", "x"], ["link", "nowhere.csv", "edition"], ["locate", "--file", "nowhere.csv"]],
)
def test_a_file_that_is_not_there_is_named_and_nothing_is_written(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *command)
    assert code == 1
    assert "nowhere.csv: expected a file, found 'no such file'" in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_the_shell_can_complete_every_command(capsys, shell):
    code, out, _ = run(capsys, "completion", shell)
    assert code == 0
    assert all(command in out for command in ("report", "import", "locate", "export"))
