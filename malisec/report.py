"""From notebooks to offline reports: run what changed, put everything inline, write all files or none.

Knows notebooks and files. The argument is the notebooks' own, the look is in ``assets/``.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import json
import os
import platform
import re
import shutil
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malisec import i18n, paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbformat import NotebookNode

    from malisec.i18n import Both

MANIFEST = ".malisec.json"
#: name and question in a notebook's first text cell
_HEAD = r"# (.+)\n\s*(.+)"
#: asked for only when a reader turns the layer on
_TILES = "https://tile.openstreetmap.org"
#: nothing else may be loaded, and no script may run but those whose fingerprints stand in the page
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src data: {tiles}",
        "font-src data:",
        "style-src 'unsafe-inline'",
        "script-src {hashes}",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
_POLICY_MARK = "malisec-content-policy"


class NotebookError(Exception):
    """A notebook failed; says which, at which cell, and why."""


@dataclasses.dataclass(frozen=True)
class Page:
    """One report on its way: a notebook, and the value it runs with when several reports are made from it."""

    path: Path
    name: str
    number: int
    question: str
    source: str
    parameter: str | None = None
    value: str | None = None

    @property
    def file(self) -> str:
        """File name of the report."""
        return f"{self.path.stem}{'' if self.value is None else f'-{_key(self.value)}'}.html"

    @property
    def label(self) -> str:
        """What progress and errors call it."""
        return self.path.name if self.value is None else f"{self.path.name} ({self.value})"

    def speak(self, text: str) -> Both:
        """Return a text of the notebook in both languages, as far as the catalogue has it, with the page's value for its parameter."""
        known = i18n.catalogue()
        if self.parameter is not None and self.value is not None and text not in known:
            name = f"{{{self.parameter}}}"
            filled = {key.replace(name, self.value): other for key, other in known.items() if name in key}
            return i18n.Both(text, filled.get(text, text).replace(name, self.value))
        return i18n.Both(text, str(i18n.french(text)))

    def fill(self, cells: list[Any]) -> None:
        """Put the page's value into the cells of its notebook, where it has one."""
        if self.parameter is None or self.value is None:
            return
        for cell in cells:
            cell["source"] = _filled(cell["cell_type"], "".join(cell["source"]), self.parameter, self.value)


def _key(value: str) -> str:
    """Return a value as a part of a file name."""
    from malisec import names

    return names.normalise(value).replace(" ", "-")


def _filled(kind: str, text: str, parameter: str, value: str) -> str:
    """Return the text of a cell with the value assigned in code, and written where a text cell names the parameter in braces."""
    if kind == "markdown":
        return text.replace(f"{{{parameter}}}", value)
    # a JSON string is a Python string; a comment behind it stays
    put = json.dumps(value, ensure_ascii=False)
    return re.sub(_assignment(parameter), lambda found: f"{found[1]}{put}{found[3]}", text) if kind == "code" else text


def _assignment(parameter: str) -> re.Pattern[str]:
    return re.compile(rf"""^({re.escape(parameter)} *= *)("[^"\\\n]*"|'[^'\\\n]*')( *(?:#.*)?)$""", re.MULTILINE)


def read_pages(path: Path) -> list[Page]:
    """Read what reports a notebook becomes, with the name and question from its first text cell.

    Parameters
    ----------
    path
        A numbered notebook, such as ``02_where.ipynb``. Its first cell holds ``# Name`` and the question below it.

    Returns
    -------
    list of Page
        One, or one for each value where the notebook's metadata declare a parameter, such as
        ``{"malisec": {"parameter": "region", "values": ["Kayes", "Mopti"]}}``: the value stands in place of the text in the one line
        ``region = "…"``, and of ``{region}`` in text cells.

    Raises
    ------
    NotebookError
        If the file is no notebook or opens otherwise, or if its parameter is not assigned in exactly one line.

    Examples
    --------
    >>> [page.file for page in read_pages(paths.home() / "notebooks" / "03_when.ipynb")]
    ['03_when.html']
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        texts = ["".join(c["source"]) for c in cells]
        kinds = [c["cell_type"] for c in cells]
        declared = notebook.get("metadata", {}).get("malisec")
        head = re.match(_HEAD, texts[0])
        number = re.match(r"\d+", path.name)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeDecodeError) as error:
        msg = f"{path.name}: expected a notebook, found {type(error).__name__}: {error}"
        raise NotebookError(msg) from error
    if head is None or number is None or kinds[0] != "markdown":
        msg = f"{path.name}: expected a numbered notebook whose first cell is `# Name` with the question below it"
        raise NotebookError(msg)

    def page(name: str, parameter: str | None = None, value: str | None = None) -> Page:
        filled = (
            texts if parameter is None or value is None else [_filled(k, t, parameter, value) for k, t in zip(kinds, texts, strict=True)]
        )
        asked = re.match(_HEAD, filled[0])
        source = "\x00".join(f"{k}\x01{t}" for k, t in zip(kinds, filled, strict=True))
        return Page(path, name, int(number[0]), asked[2].strip() if asked else "", source, parameter, value)

    if declared is None:
        return [page(head[1].strip())]
    parameter, values = _declared(path, declared)
    _one_assignment(path, parameter, [t for k, t in zip(kinds, texts, strict=True) if k == "code"])
    return [page(value, parameter, value) for value in values]


def _declared(path: Path, declared: Any) -> tuple[str, list[str]]:
    """Return the parameter that a notebook's metadata declare, and its values."""
    match declared:
        case {"parameter": str(parameter), "values": list(values)} if (
            parameter.isidentifier() and values and all(isinstance(v, str) and v.isprintable() for v in values)
        ):
            keys = [_key(v) for v in values]
        case _:
            keys = []
    if not all(keys) or len(set(keys)) != len(keys) or not keys:
        example = '{"parameter": "region", "values": ["Kayes", "Mopti"]}'
        found = json.dumps(declared, ensure_ascii=False)
        msg = f'{path.name}: expected metadata "malisec" such as {example}, each value with a file name of its own, found {found}'
        raise NotebookError(msg)
    return parameter, values


def _one_assignment(path: Path, parameter: str, codes: list[str]) -> None:
    """Refuse a notebook in which the value would be put nowhere, or would not be the only one."""
    anyhow = re.compile(rf"^[ \t]*{re.escape(parameter)} *(?::[^=\n]+)?=(?!=).*$", re.MULTILINE)
    lines = [m[0].rstrip() for text in codes for m in anyhow.finditer(text)]
    if len(lines) != 1 or not re.fullmatch(_assignment(parameter), lines[0]):
        msg = (
            f'{path.name}: expected exactly one line `{parameter} = "…"` in its code, found {len(lines) or "none"}'
            f"{': ' if lines else ''}{'; '.join(f'`{line}`' for line in lines)}"
        )
        raise NotebookError(msg)


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _tree(directory: Path, pattern: str = "*") -> list[bytes]:
    files = sorted(p for p in directory.rglob(pattern) if p.is_file() and "__pycache__" not in p.parts and "_shipped" not in p.parts)
    return [part for p in files for part in (p.relative_to(directory).as_posix().encode(), p.read_bytes())]


def surroundings() -> str:
    """Fingerprint all that every report depends on: library, front end, tables, versions of Python and libraries."""
    home = paths.home()
    lock = home / "requirements.lock"
    # as `tables.file_of` finds them: inside the tables in use or beside them
    inside = paths.data() / "seeds"
    seeds = inside if (inside / "claims.csv").is_file() else paths.data().parent / "seeds"
    parts = [
        *_tree(paths.PACKAGE, "*.py"),
        *_tree(paths.PACKAGE / "i18n", "*.json"),
        *_tree(paths.assets()),
        *_tree(paths.data()),
        *_tree(seeds, "*.csv"),
    ]
    return _digest([*parts, platform.python_version().encode(), lock.read_bytes() if lock.is_file() else b""])


def _known(out: Path) -> dict[str, Any]:
    """Return what was noted of the files written last time; nothing when the note is missing or broken."""
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def stale(pages: list[Page], out: Path) -> dict[str, str]:
    """Return the pages to build anew, with the fingerprint each will have.

    A page is current when its notebook, its surroundings and the file written last time are all unchanged.
    """
    around = surroundings()
    titles = "|".join(f"{p.number} {p.name}" for p in pages).encode()
    known = _known(out)
    wanted = {p.file: _digest([around.encode(), titles, p.source.encode()]) for p in pages}
    wanted["index.html"] = _digest([around.encode(), titles, *(k.encode() for k in wanted.values())])

    def current(file: str, key: str) -> bool:
        entry = known.get(file, {})
        target = out / file
        return entry.get("key") == key and target.is_file() and entry.get("html") == _digest([target.read_bytes()])

    return {file: key for file, key in wanted.items() if not current(file, key)}


#: what an earlier notebook left in a kernel is taken away before the next
_RESET = 'get_ipython().run_line_magic("reset", "-f")'


async def _run(job: Path | Page, display: str, manager: Any) -> NotebookNode:
    """Run a notebook in a kernel, which is started if it is not; raise where a cell fails."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    path, label = (job.path, job.label) if isinstance(job, Page) else (job, job.name)
    notebook = nbformat.read(path, as_version=4)
    if isinstance(job, Page):
        job.fill(notebook.cells)
    used = manager.has_kernel
    if used:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_RESET))
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        # ipykernel warns of unencrypted ports; they are on the loopback and signed
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    try:
        await client.async_execute(env={**os.environ, "MALISEC_DISPLAY": display, "PYTHONHASHSEED": "0"})
    except CellExecutionError as error:
        index = next((i for i, c in enumerate(notebook.cells) if any(o.get("output_type") == "error" for o in c.get("outputs", []))), -1)
        source = notebook.cells[index].source.strip().splitlines()
        msg = f"{label}, cell {index + 1 - used} ({source[-1] if source else ''}): {error.ename}: {error.evalue}"
        raise NotebookError(msg) from error
    except DeadKernelError as error:
        msg = f"{label}: the kernel died (out of memory?)"
        raise NotebookError(msg) from error
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    if used:
        del notebook.cells[0]
    return notebook


async def _run_all(todo: Sequence[Path | Page], display: str, jobs: int, say: Callable[[str], None]) -> list[NotebookNode]:
    from jupyter_client.manager import AsyncKernelManager

    waiting = deque(enumerate(todo))
    results: dict[int, NotebookNode | BaseException] = {}

    async def work() -> None:
        """Run one notebook after the other; pages share a kernel, which spares each the import of what all of them need."""
        manager = AsyncKernelManager(kernel_name="python3")
        try:
            while waiting:
                number, job = waiting.popleft()
                try:
                    done = results[number] = await _run(job, display, manager)
                    say(f"  {job.label if isinstance(job, Page) else job.name}: {len(done.cells)} cells")
                except Exception as error:
                    results[number] = error
                # outputs are stored from a kernel of their own, as somebody who opens the notebook has it; a broken one serves nobody
                if display != "report" or isinstance(results[number], BaseException):
                    await _shut(manager)
                    manager = AsyncKernelManager(kernel_name="python3")
        finally:
            await _shut(manager)

    await asyncio.gather(*(work() for _ in range(min(jobs, len(todo)))))
    failed = [r for _, r in sorted(results.items()) if isinstance(r, BaseException)]
    if failed:
        known = [str(e) for e in failed if isinstance(e, NotebookError)]
        if len(known) < len(failed):
            raise next(e for e in failed if not isinstance(e, NotebookError))
        raise NotebookError("\n".join(known))
    return [results[number] for number in range(len(todo))]


async def _shut(manager: Any) -> None:
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)


def execute(todo: Sequence[Path | Page], display: str, *, jobs: int = 2, say: Callable[[str], None] = lambda _: None) -> list[NotebookNode]:
    """Run notebooks, several kernels from one process.

    Parameters
    ----------
    todo
        Notebooks to run as they stand, or pages to run with their values.
    display
        Mode of `malisec.exhibit` they run in.
    jobs
        Kernels at one time.
    say
        Called with a line of progress.

    Raises
    ------
    NotebookError
        Naming each notebook that failed, its cell and the error.
    """
    if not todo:
        return []

    def run() -> list[NotebookNode]:
        return asyncio.run(_run_all(todo, display, jobs, say))

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run()
    # called from a notebook, or from anything else that has an event loop of its own in this thread
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def _take_finding(notebook: NotebookNode) -> dict[str, str]:
    """Take the finding out of the cell that computed it; it goes to the head of the page."""
    from malisec.exhibit import FINDING_MIME

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if FINDING_MIME in output.get("data", {}):
                cell.outputs.remove(output)
                return dict(output["data"][FINDING_MIME])
    return {"title": "", "title_fr": "", "heading": "", "lead": "", "caution": ""}


def _exporter() -> Any:
    from nbconvert.exporters.html import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter

    class Exporter(HTMLExporter):
        """HTML without nbconvert's second parse, which would rewrite attributes of pictures and maps."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    return Exporter(extra_template_basedirs=[str(paths.assets())], template_name="report", exclude_anchor_links=True)


def common(pages: list[Page]) -> dict[str, Any]:
    """Return what the head and foot of every page show."""
    from markupsafe import Markup

    from malisec import exhibit, frontend, schema, style

    return {
        "pages": pages,
        "edition": schema.EDITION,
        "date": style.day(_timestamp(schema.EDITION_DATE)),
        "t": i18n.html,
        "say": i18n.say,
        "french": i18n.french,
        "sentence": exhibit.sentence,
        "spoken": exhibit.spoken,
        "policy": _POLICY_MARK,
        "styles": Markup(frontend.styles()),
        "script": Markup(frontend.script()),
    }


def _timestamp(text: str) -> Any:
    import pandas as pd

    return pd.Timestamp(text)


def seal(page: str) -> str:
    """Write the page's content policy: the fingerprint of each script of ours, and nothing else may run or load."""
    scripts = re.findall(r"<script data-malisec>(.*?)</script>", page, flags=re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode("utf-8")).digest()).decode("ascii") for s in scripts]
    return page.replace(
        _POLICY_MARK, _POLICY.format(tiles=_TILES, hashes=" ".join(f"'sha256-{h}'" for h in dict.fromkeys(hashes)) or "'none'"), 1
    )


def render(page: Page, notebook: NotebookNode, shared: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Turn an executed notebook into one self-contained page.

    Returns
    -------
    tuple of (str, dict)
        The page and its finding.
    """
    from malisec import frontend
    from malisec.exhibit import slug

    finding = _take_finding(notebook)
    texts = [c.source for c in notebook.cells[1:] if c.cell_type == "markdown"]
    titles = [h.strip() for text in texts for h in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)]
    contents = [{"text": page.speak(t), "anchor": f"part-{slug(t)}"} for t in titles]
    context = {**shared, "page": page, "finding": finding, "contents": contents, "bilingual": lambda text: _bilingual(text, page)}
    del notebook.cells[0]
    body, _ = _exporter().from_notebook_node(notebook, resources={"malisec": context})
    for title in contents:
        heading = i18n.html(title["text"])
        body = body.replace(f"<h2>{heading}</h2>", f'<h2 id="{title["anchor"]}">{heading}</h2>', 1)
    return seal(frontend.share(re.sub(r"\n{3,}", "\n\n", body))), finding


def _bilingual(text: str, page: Page) -> str:
    """Put the French of headings and paragraphs of a text cell, as the catalogue has it, beside the English."""
    from markupsafe import Markup

    def one(found: re.Match[str]) -> str:
        said = page.speak(re.sub(r"\s+", " ", Markup(found[2]).unescape()))
        return found[0] if said.fr == said else f"<{found[1]}>{i18n.html(said)}</{found[1]}>"

    # what holds markup of its own is no text of the catalogue
    return re.sub(r"<(h[2-6]|p)>([^<]*)</\1>", one, text)


def index(findings: dict[str, dict[str, str]], shared: dict[str, Any]) -> str:
    """Write the page that leads to all reports."""
    import jinja2
    from markupsafe import escape

    from malisec.casebook import load
    from malisec.exhibit import sentence

    env = jinja2.Environment(loader=jinja2.FileSystemLoader(paths.assets() / "report"), autoescape=True)
    case = load()
    counted = sentence(
        "{events} events, {claims} claims of who says how many and who did it, {milestones} turning points and {sources} publications "
        "behind them, from {first} to {last}.",
        events=i18n.number(len(case.events)),
        claims=i18n.number(len(case.claims)),
        milestones=len(case.milestones),
        sources=i18n.number(len(case.sources)),
        first=escape(f"{case.events['date'].min():%Y}"),
        last=escape(f"{case.events['date'].max():%Y}"),
    )
    caution = i18n.html(
        i18n.say(
            "The tables grew from five seed documents on 2024 and 2025. They hold attacks that were found in public press and could be "
            "checked, not all that happened: of {n} events {unknown} have no toll from anyone, and unknown is never counted as zero.",
            n=len(case.events),
            unknown=case.total().unknown,
        )
    )
    page = env.get_template("contents.html.j2").render(
        malisec={**shared, "findings": findings, "page": None}, counted=counted, caution=caution
    )
    return seal(page)


def _findings_known(out: Path) -> dict[str, dict[str, str]]:
    return {file: entry["finding"] for file, entry in _known(out).items() if "finding" in entry}


def _write_all(files: dict[str, str], out: Path, dropped: Iterable[str] = ()) -> None:
    """Write beside, then rename: a reader never meets half a report."""
    out.mkdir(parents=True, exist_ok=True)
    beside = out / ".part"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    for name, text in files.items():
        (beside / name).write_text(text, encoding="utf-8")
    for name in files:
        (beside / name).replace(out / name)
    for name in dropped:
        (out / name).unlink(missing_ok=True)
    beside.rmdir()


def build(out: Path, notebooks: Path | None = None, *, jobs: int = 2, say: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Build the reports that are not current, all or none.

    Parameters
    ----------
    out
        Directory of the reports.
    notebooks
        Directory of the notebooks; the shipped ones when left out.
    jobs
        Kernels at one time.
    say
        Called with a line of progress.

    Returns
    -------
    list of pathlib.Path
        Files written; empty when everything was current.

    Raises
    ------
    NotebookError
        If a notebook fails; nothing is written then.
    FaultsError
        If a table is broken; nothing is run or written then.
    """
    found = sorted((notebooks or paths.home() / "notebooks").glob("[0-9]*.ipynb"), key=lambda p: p.name)
    pages = [page for path in found for page in read_pages(path)]
    if not pages:
        msg = f"expected numbered notebooks in {notebooks}, found none"
        raise NotebookError(msg)
    twice = {p.file: p.label for p in pages if [q.file for q in pages].count(p.file) > 1}
    if twice:
        msg = "; ".join(f"{label}: another notebook makes {file} as well" for file, label in twice.items())
        raise NotebookError(msg)
    todo = stale(pages, out)
    if not todo:
        return []
    # before any kernel starts: a broken table is told as its faults, not as the traceback of a cell
    from malisec.casebook import load

    load()
    changed = [p for p in pages if p.file in todo]
    say(f"running {len(changed)} of {len(pages)} pages")
    done = execute(changed, "report", jobs=jobs, say=say)
    shared = common(pages)
    files, findings = {}, _findings_known(out)
    for page, notebook in zip(changed, done, strict=True):
        files[page.file], findings[page.file] = render(page, notebook, shared)
    files["index.html"] = index(findings, shared)
    manifest = _manifest(pages, files, findings, todo, out)
    # reports of notebooks that are gone go as well
    dropped = {n for n in _known(out) if n.endswith(".html")} - {"index.html", *(p.file for p in pages)}
    _write_all({**files, MANIFEST: manifest}, out, dropped)
    return [out / name for name in files]


def _manifest(pages: list[Page], files: dict[str, str], findings: dict[str, dict[str, str]], keys: dict[str, str], out: Path) -> str:
    known = _known(out)
    names = [*(p.file for p in pages), "index.html"]
    entries = {name: known[name] for name in names if name in known}
    for name, text in files.items():
        entries[name] = {"key": keys.get(name, entries.get(name, {}).get("key", "")), "html": _digest([text.encode("utf-8")])}
        if name in findings:
            entries[name]["finding"] = findings[name]
    return json.dumps(entries, ensure_ascii=False, indent=1, sort_keys=True)


def store(notebooks: Path, *, say: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Run the notebooks and store their outputs in the form that tests compare.

    Cell ids follow the order of the cells and no times or versions are kept, so that the same tables give the same bytes.
    """
    import nbformat

    todo = sorted(notebooks.glob("[0-9]*.ipynb"))
    for path, done in zip(todo, execute(todo, "stored", say=say), strict=True):
        for i, cell in enumerate(done.cells):
            cell["id"], cell["metadata"] = f"cell-{i + 1:02d}", {}
        # what the notebook declares of itself is no trace of the run
        declared = {"malisec": done.metadata["malisec"]} if "malisec" in done.metadata else {}
        done.metadata = declared | {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        beside = path.with_suffix(".part")
        nbformat.write(done, beside)
        beside.replace(path)
    return todo


def progress(line: str) -> None:
    """Write a line of progress to the terminal's error stream."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 (progress is for people, not for pipes)
