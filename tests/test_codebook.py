"""What a reader of the tables would miss if the codebook and the schema parted ways."""

from __future__ import annotations

import csv
import json

import pytest

from malisec import codebook, paths, schema

HOME = paths.home()


def test_datapackage_is_what_the_schema_says() -> None:
    assert (HOME / "data" / "datapackage.json").read_text(encoding="utf-8") == codebook.package_text()


def test_codebook_tables_are_what_the_schema_says() -> None:
    text = (HOME / "data" / "README.md").read_text(encoding="utf-8")
    assert text == codebook.readme(text), "run `malisec codebook`"


def test_every_column_of_every_shipped_file_stands_in_the_codebook() -> None:
    text = (HOME / "data" / "README.md").read_text(encoding="utf-8")
    for table in schema.TABLES.values():
        with (HOME / table.path).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == list(table.columns)
        for column in header:
            assert f"| `{column}` |" in text


def test_every_allowed_value_is_explained() -> None:
    fields = {f["name"]: f for r in codebook.datapackage()["resources"] for f in r["schema"]["fields"]}
    assert set(fields["event_type"]["constraints"]["enum"]) == set(schema.EVENT_TYPES)
    assert json.loads(codebook.package_text())["version"] == schema.EDITION


def test_a_codebook_without_marks_is_refused_rather_than_emptied() -> None:
    with pytest.raises(ValueError, match="tables"):
        codebook.readme("no marks here")
