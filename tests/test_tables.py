"""A file that is broken in form is reported at its file, line and column, whatever is wrong with it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malisec import checks, paths, tables
from malisec.schema import TABLES
from tables_small import copy_edition, told


@pytest.fixture
def edition(tmp_path):
    return copy_edition(tmp_path)


def test_shipped_tables_have_no_fault():
    texts, faults = tables.read_all(paths.home() / "data")
    assert faults + checks.check_tables(texts, faults) == []


def test_helper_sees_no_fault_where_nothing_was_broken(edition):
    # otherwise every test below could pass for a reason of its own
    assert edition.faults() == []
    edition.rewrite("events", lambda raw: raw.replace(b"\n", b"\r\n"))
    assert edition.faults() == []


# --- rows and columns ---


def test_row_with_too_few_cells_is_named_by_its_line_and_count(edition):
    edition.replace_line("corridors", 3, lambda row: row.rpartition(b",")[0])
    (fault,) = edition.form()
    assert (fault.file, fault.line, fault.column, fault.expected) == ("data/corridors.csv", 3, None, "4 cells")
    assert fault.found.startswith("3 cells: bamako-abidjan")


def test_row_with_too_many_cells_is_named_by_its_line_and_count(edition):
    edition.replace_line("corridors", 3, lambda row: row + b",one,two")
    (fault,) = edition.form()
    assert (fault.line, fault.expected) == (3, "4 cells")
    assert fault.found.startswith("6 cells: ")


def test_one_broken_row_raises_no_faults_in_rows_that_refer_to_it(edition):
    edition.replace_line("sources", 2, lambda row: row + b",")
    edition.replace_line("events", edition.line("events", event_id="2025-07-01-kayes"), lambda row: row + b",")
    assert [(fault.file, fault.expected) for fault in edition.faults()] == [
        ("data/sources.csv", "12 cells"),
        ("data/events.csv", "20 cells"),
    ]


def test_unknown_column_names_the_nearest_one(edition):
    edition.rewrite("events", lambda raw: raw.replace(b"perpetrator_certainty", b"perpetrator_certanty", 1))
    unknown, missing = edition.form()
    assert (unknown.line, unknown.column, unknown.nearest) == (1, "perpetrator_certanty", "perpetrator_certainty")
    assert (missing.line, missing.column, missing.found) == (1, "perpetrator_certainty", "no such column")


def test_missing_column_is_named(edition):
    edition.write("corridors", [{k: v for k, v in row.items() if k != "seq"} for row in edition.rows("corridors")])
    assert told(edition.form()) == [("corridors.csv", 1, "seq", "no such column")]


def test_column_that_stands_twice_is_named(edition):
    edition.rewrite("corridors", lambda raw: raw.replace(b"seq,place_id", b"seq,place_id,seq", 1))
    assert told(edition.form()) == [("corridors.csv", 1, "seq", "seq 2 times")]


def test_columns_may_stand_in_another_order(edition):
    edition.write("corridors", [dict(reversed(row.items())) for row in edition.rows("corridors")])
    assert edition.faults() == []


def test_semicolons_from_a_spreadsheet_are_seen_in_the_header(edition):
    edition.rewrite("corridors", lambda raw: raw.replace(b",", b";"))
    assert ("corridors.csv", 1, "corridor_id;name;seq;place_id", "corridor_id;name;seq;place_id") in told(edition.form())


# --- lines ---


def test_cell_with_line_breaks_keeps_the_lines_of_later_rows_right(edition):
    edition.change("events", 2, note="first\nsecond\r\nthird")
    edition.rewrite("events", lambda raw: raw + b"too,short\n")
    (fault,) = edition.form()
    # the file's own lines, counted without any CSV reader
    assert fault.line == edition.path("events").read_bytes().count(b"\n") == len(edition.rows("events")) + 2 + 1


def test_empty_lines_are_no_rows_and_count_as_lines(edition):
    edition.rewrite("corridors", lambda raw: raw.replace(b"\n", b"\n\n\n", 1) + b"\ntoo,short\n")
    (fault,) = edition.form()
    assert fault.line == edition.path("corridors").read_bytes().count(b"\n")


@pytest.mark.parametrize("broken", [b'"never closed,', b'"closed"too early,'])
def test_broken_quotes_are_named_by_the_line_where_their_row_starts(edition, broken):
    edition.replace_line("corridors", 5, lambda row: broken + row)
    (fault,) = edition.form()
    assert (fault.file, fault.line, fault.expected) == ("data/corridors.csv", 5, "well-formed CSV")


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_are_read_and_counted(edition, ending):
    edition.rewrite("corridors", lambda raw: raw.replace(b"\n", ending))
    assert edition.form() == []
    edition.path("corridors").write_bytes(edition.path("corridors").read_bytes() + b"too,short" + ending)
    (fault,) = edition.form()
    assert fault.line == edition.path("corridors").read_bytes().count(ending)


# --- files and encodings ---


@pytest.mark.parametrize(("encoding", "shown"), [("cp1252", "Bafoulabé"), ("mac_roman", "Bafoulab\x8e")])
def test_file_in_an_old_encoding_is_named_with_the_line_of_the_first_letter(edition, encoding, shown):
    # one letter beyond ASCII in the whole file
    edition.write("actors", [row | {c: row[c].encode("ascii", "ignore").decode() for c in row} for row in edition.rows("actors")])
    line = edition.change("actors", "mujao", note="seen at Bafoulabé")
    edition.rewrite("actors", lambda raw: raw.decode().encode(encoding, errors="replace"))
    (fault,) = edition.form()
    assert (fault.file, fault.line, fault.column) == ("data/actors.csv", line, None)
    assert "UTF-8" in fault.expected
    assert shown in fault.found


def test_line_of_a_wrong_byte_is_right_after_a_byte_order_mark(edition):
    # the first byte of a line: three bytes of difference would put it on the line before
    edition.rewrite("corridors", lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\nbamako", b"\n\xe9", 1))
    assert [fault.line for fault in edition.form()] == [2]


def test_byte_order_mark_of_a_spreadsheet_is_no_fault(edition):
    edition.rewrite("corridors", lambda raw: b"\xef\xbb\xbf" + raw)
    assert edition.form() == []


def test_file_in_utf_16_is_one_fault(edition):
    edition.rewrite("corridors", lambda raw: raw.decode().encode("utf-16"))
    assert [(fault.file, fault.line) for fault in edition.form()] == [("data/corridors.csv", 1)]


@pytest.mark.parametrize("table", ["sources", "events", "places", "claims", "seed_claims", "communes"])
def test_missing_file_is_one_fault_and_not_one_for_each_row_that_refers_to_it(edition, table):
    edition.path(table).unlink()
    assert told(edition.faults()) == [(edition.path(table).name, None, None, "no such file")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file_is_one_fault(edition, content):
    edition.path("events").write_bytes(content)
    assert told(edition.faults()) == [("events.csv", 1, None, "an empty file")]


def test_table_may_be_a_header_alone(edition):
    # no blockade known: the rest of the edition must not be blamed for it
    edition.rewrite("ucdp_monthly", lambda raw: raw.split(b"\n")[0] + b"\n")
    assert told(edition.faults()) == [
        ("sources.csv", edition.line("sources", source_id="ucdp-monthly-2024"), "source_id", "ucdp-monthly-2024")
    ]


# --- cells ---


@pytest.mark.parametrize(
    ("table", "column", "found", "expected"),
    [
        ("events", "date", "1/7/2025", "a date as YYYY-MM-DD"),
        ("events", "date", "2025-7-1", "a date as YYYY-MM-DD"),
        ("events", "date", "\u0662\u0660\u0662\u0665-\u0660\u0667-\u0660\u0661", "a date as YYYY-MM-DD"),  # Arabic digits
        ("events", "date_end", "2025-02-30", "a day that exists"),
        ("sources", "published", "2025-13", "a day that exists"),
        ("sources", "published", "spring 2025", "a date as YYYY, YYYY-MM or YYYY-MM-DD"),
        ("ucdp_monthly", "month", "2025", "a month as YYYY-MM"),
        ("ucdp_monthly", "month", "2025-00", "a day that exists"),
        ("places", "lat", "14,45", "a number"),
        ("places", "lat", "1e1", "a number"),
        ("places", "lat", "nan", "a number"),
        ("places", "lat", "95", "a number from -90 to 90"),
        ("places", "uncertainty_km", "0", "a number from 0.1 to 400"),
        ("claims", "low", "-3", "a whole number"),
        ("claims", "low", "2.5", "a whole number"),
        ("claims", "low", "about 20", "a whole number"),
        ("claims", "low", "²", "a whole number"),
        ("claims", "low", "9" * 5000, "a whole number"),
        ("claims", "preferred", "true", "yes or nothing"),
        ("actors", "actor_id", "Al Qaida", "an id: a-z, 0-9, hyphens"),
        ("sources", "url", "javascript:alert(1)", "an address that starts with http:// or https://"),
        ("sources", "url", "https://a.example/<script>", "an address that starts with http:// or https://"),
        ("sources", "sha256", "abc", "64 hexadecimal digits"),
    ],
)
def test_cell_of_the_wrong_kind_is_named_with_what_was_expected(edition, table, column, found, expected):
    line = edition.change(table, 2, **{column: found})
    (fault,) = [f for f in edition.form() if (f.column, f.found) == (column, found)]
    assert (fault.file, fault.line) == (TABLES[table].path, line)
    assert fault.expected.startswith(expected)


def test_value_outside_the_list_names_the_nearest_and_the_list(edition):
    edition.change("events", "2025-07-01-kayes", event_type="complex_atack")
    (fault,) = edition.form()
    assert fault.nearest == "complex_attack"
    assert "ambush" in fault.expected
    assert "complex_attack" in str(fault)


@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_empty_cell_where_a_value_is_needed_is_found(edition, empty):
    line = edition.change("actors", 2, name=empty)
    (fault,) = edition.form()
    assert (fault.line, fault.column, fault.expected, fault.found) == (line, "name", "a value", "nothing")


def test_spaces_around_a_cell_are_no_part_of_it(edition):
    edition.change("events", "2025-07-01-kayes", event_type=" complex_attack ")
    assert edition.form() == []


def test_id_that_stands_twice_is_found_at_both_rows(edition):
    line = edition.repeat("actors", 2)
    assert [(f.line, f.column, f.expected) for f in edition.form()] == [
        (2, "actor_id", "a value that stands once"),
        (line, "actor_id", "a value that stands once"),
    ]


def test_faults_of_every_kind_and_table_are_told_at_once(edition):
    edition.path("blockades").unlink()
    edition.rewrite("corridors", lambda raw: raw.replace(b"seq", b"sequence", 1))
    edition.replace_line("actors", 4, lambda row: row + b",")
    edition.change("events", "2025-07-01-kayes", date="2025-02-30", event_type="ambsh", place_id="kays")
    edition.change("claims", 2, low="many")
    found = told(edition.faults())
    line = edition.line("events", event_id="2025-07-01-kayes")
    for expected in [
        ("blockades.csv", None, None, "no such file"),
        ("corridors.csv", 1, "sequence", "sequence"),
        ("corridors.csv", 1, "seq", "no such column"),
        ("events.csv", line, "date", "2025-02-30"),
        ("events.csv", line, "event_type", "ambsh"),
        ("events.csv", line, "place_id", "kays"),
        ("claims.csv", 2, "low", "many"),
    ]:
        assert expected in found
    assert ("actors.csv", 4) in [one[:2] for one in found]


# --- what the text becomes ---


def test_unknown_stays_unknown_and_is_not_zero_when_typed():
    frame = pd.DataFrame({name: pd.Series([None, "3"], dtype="str") for name in TABLES["claims"].columns}).assign(
        said_on=None, preferred=[None, "yes"]
    )
    typed = tables.typed(frame, TABLES["claims"])
    assert typed["low"].isna().tolist() == [True, False]
    assert typed["low"].sum() == 3
    assert typed["preferred"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("found", "nearest"), [("Tombuctou", "Tombouctou"), ("SEGOU", "Ségou"), ("Kayes", "Kayes"), ("Paris", None), ("", None)]
)
def test_nearest_is_named_only_when_something_is_near(found, nearest):
    assert tables.nearest(found, ["Tombouctou", "Ségou", "Kayes"]) == nearest


_CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["events", "claims", "places", "sources", "seed_claims"]), st.data())
def test_whatever_stands_in_a_cell_faults_are_told_and_nothing_crashes(table, data):
    column = data.draw(st.sampled_from(list(TABLES[table].columns)))
    frame = _read(table).copy()
    frame.loc[0, column] = data.draw(_CELLS.map(str.strip)) or None
    faults = tables.check_text(frame, TABLES[table])
    assert all(fault.line == 2 and str(fault).isprintable() for fault in faults if fault.column == column and "once" not in fault.expected)
    if not faults:
        assert len(tables.typed(frame, TABLES[table])) == len(frame)


def _read(table):
    return tables.read_text(tables.file_of(TABLES[table], paths.home() / "data"), TABLES[table])[0].head(3)
