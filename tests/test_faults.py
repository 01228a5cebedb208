"""What a person reads when something is wrong."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malisec.faults import LONGEST_FOUND, Fault, FaultsError, shown


def test_message_names_file_line_column_expected_found_and_nearest():
    fault = Fault("data/events.csv", 7, "event_type", "an allowed value", "ambsh", "ambush")
    assert str(fault) == "data/events.csv:7, column 'event_type': expected an allowed value, found 'ambsh' (nearest: ambush)"


@pytest.mark.parametrize(
    ("line", "column", "nearest", "message"),
    [
        (None, None, None, "a.csv: expected X, found 'Y'"),
        (3, None, None, "a.csv:3: expected X, found 'Y'"),
        (None, "place", None, "a.csv, column 'place': expected X, found 'Y'"),
        (None, None, "Z", "a.csv: expected X, found 'Y' (nearest: Z)"),
    ],
)
def test_absent_parts_leave_no_trace_in_the_message(line, column, nearest, message):
    assert str(Fault("a.csv", line, column, "X", "Y", nearest)) == message


def test_found_text_is_cut_at_eighty_characters():
    assert len(shown("x" * 80)) == 80
    assert shown("x" * 80) == "x" * 80
    assert shown("x" * 81) == "x" * 79 + "…"


def test_found_text_cannot_move_the_cursor_or_break_the_line():
    message = str(Fault("a.csv", 1, "c", "text", "a\x1b[2Jb\nc\td\u202e"))
    assert message == r"a.csv:1, column 'c': expected text, found 'a\x1b[2Jb\nc\td\u202e'"


def test_letters_with_accents_are_shown_as_they_are():
    assert shown("Ségou, Nioro du Sahel – école") == "Ségou, Nioro du Sahel – école"


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_was_found_the_message_is_one_printable_line(found):
    message = str(Fault("a.csv", 1, "c", "text", found))
    assert message.isprintable()
    assert len(shown(found)) <= LONGEST_FOUND


def test_fault_cannot_be_changed_and_equal_faults_are_one():
    fault = Fault("a.csv", 1, None, "X", "Y")
    with pytest.raises(dataclasses.FrozenInstanceError):
        fault.line = 2
    assert {fault, Fault("a.csv", 1, None, "X", "Y")} == {fault}


def test_error_tells_every_fault_and_their_count():
    faults = [Fault("a.csv", line, None, "X", "Y") for line in (2, 3)]
    error = FaultsError(iter(faults))
    assert error.faults == faults
    assert str(error) == "a.csv:2: expected X, found 'Y'\na.csv:3: expected X, found 'Y'\n2 faults"


def test_error_counts_one_fault_in_the_singular():
    assert str(FaultsError([Fault("a.csv", 2, None, "X", "Y")])).endswith("\n1 fault")
