"""Claims that do not stand in their seed text are found; the texts here are made up."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malisec.seedtexts import check_texts, figures_in

TEXT = (
    "Twenty-two lorries were burnt near Timbuktu’s old market on 5 May, a driver said. "
    "Dozens of traders in Ségou closed their stalls for the day and walked home along the river.\n"
)
OTHER = "Le marché de Niono a rouvert.\r\n"
NAMES = {"Tombouctou": {"Timbuktu", "Tombouctou"}, "Ségou": {"Segou"}}


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "000_lorries.txt").write_bytes(TEXT.encode())
    (tmp_path / "001_market.txt").write_bytes(OTHER.encode())
    return tmp_path


def sources(folder):
    """Seed rows with the fingerprints of the files as they lie there now, and one row that is no seed."""
    rows = [
        {
            "source_id": f"seed-{path.name[:3]}",
            "kind": "seed",
            "seed_file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.glob("*.txt"))
    ]
    return pd.DataFrame([*rows, {"source_id": "rfi-3fa2b1", "kind": "press", "seed_file": "", "sha256": ""}])


def claim(words="Twenty-two lorries were burnt near Timbuktu", text=TEXT, **cells):
    """Return a faultless claim about `words`, with `cells` in place of its own."""
    start = text.index(words)
    own = {
        "claim_id": "000-001", "source_id": "seed-000", "char_start": str(start), "char_end": str(start + len(words)),
        "claim": "22 lorries destroyed", "place": "Tombouctou", "figures": "22 lorries", "check_note": "", "text_note": "",
    }  # fmt: skip
    return own | cells


def check(folder, *claims, names=NAMES, lines=None):
    return check_texts(pd.DataFrame(claims), sources(folder), folder, names, lines)


def where(faults):
    return [(fault.file, fault.line, fault.column, fault.found) for fault in faults]


def test_clean_claims_give_no_fault(texts):
    french = claim("Niono", OTHER, source_id="seed-001", claim="Market open again", place="Niono", figures="")
    assert check(texts, claim(), french) == []


def test_typed_tables_with_missing_cells_give_the_same_answer(texts):
    typed = pd.DataFrame([claim(place="")]).astype({"char_start": "Int64", "char_end": "Int64"}).replace("", pd.NA)
    assert check_texts(typed, sources(texts).replace("", None), texts, NAMES) == []


def test_fault_stands_on_the_line_of_its_row_in_the_file(texts):
    claims = pd.DataFrame([claim(), claim(claim="23 lorries")], index=[8, 3])
    faults = check_texts(claims, sources(texts), texts, NAMES, pd.Series([40, 9, 12], index=[3, 5, 8]))
    assert where(faults) == [("seeds/claims.csv", 40, "claim", "23")]


def test_without_lines_the_first_claim_stands_on_line_two(texts):
    assert [fault.line for fault in check(texts, claim(), claim(claim="23 lorries"))] == [3]


# --- the documents ---


def test_missing_folder_is_one_fault(texts):
    faults = check_texts(pd.DataFrame([claim()]), sources(texts), texts / "nowhere")
    assert where(faults) == [(str(texts / "nowhere"), None, None, "no such folder")]


def test_missing_document_is_told_once_with_the_nearest_file(texts):
    rows = sources(texts)
    (texts / "000_lorries.txt").rename(texts / "000_lorries (1).txt")
    faults = check_texts(pd.DataFrame([claim(), claim()]), rows, texts, NAMES)
    assert where(faults) == [(str(texts / "000_lorries.txt"), None, None, "no such file")]
    assert faults[0].nearest == "000_lorries (1).txt"


def test_changed_document_is_told_once_and_its_spans_are_not_compared(texts):
    rows = sources(texts)
    (texts / "000_lorries.txt").write_bytes(b"Something else")
    faults = check_texts(pd.DataFrame([claim(), claim()]), rows, texts, NAMES)
    assert where(faults) == [(str(texts / "000_lorries.txt"), None, None, hashlib.sha256(b"Something else").hexdigest())]
    assert faults[0].expected == "sha256 " + hashlib.sha256(TEXT.encode()).hexdigest()


def test_wrong_encoding_is_a_fault_and_not_a_crash(texts):
    (texts / "001_market.txt").write_bytes(OTHER.encode("latin-1"))
    faults = check(texts, claim(), claim("Niono", OTHER, source_id="seed-001"))
    assert where(faults) == [(str(texts / "001_market.txt"), None, None, "byte 0xe9 at 8")]
    assert faults[0].expected == "text in UTF-8"


@pytest.mark.parametrize("name", ["", "..", "../secret.txt", "/etc/passwd", "a\\b.txt"])
def test_file_name_cannot_lead_out_of_the_folder(texts, name):
    rows = sources(texts)
    rows.loc[0, "seed_file"] = name
    faults = check_texts(pd.DataFrame([claim()]), rows, texts, NAMES)
    assert where(faults) == [("data/sources.csv", None, "seed_file", name)]


def test_missing_fingerprint_is_a_fault(texts):
    rows = sources(texts)
    rows.loc[0, "sha256"] = ""
    [fault] = check_texts(pd.DataFrame([claim()]), rows, texts, NAMES)
    assert fault.expected == "sha256 (none given in data/sources.csv)"


@pytest.mark.parametrize(("source", "nearest"), [("sead-000", "seed-000"), ("rfi-3fa2b1", None)])
def test_claim_about_no_seed_is_found(texts, source, nearest):
    faults = check(texts, claim(source_id=source))
    assert where(faults) == [("seeds/claims.csv", 2, "source_id", source)]
    assert faults[0].nearest == nearest


# --- the spans ---


@pytest.mark.parametrize(
    ("start", "end", "column"),
    [("5", "5", "char_end"), ("9", "5", "char_end"), ("0", "100000", "char_end"), ("", "5", "char_start"), ("-1", "5", "char_start"),
     ("0", "1.5", "char_end"), ("0", "²", "char_end"), ("0", "9" * 5000, "char_end"), (str(len(TEXT) - 1), str(len(TEXT)), "char_start")],
)  # fmt: skip
def test_bad_span_is_found_even_beside_a_text_note(texts, start, end, column):
    faults = check(texts, claim(char_start=start, char_end=end, text_note="figure and place elsewhere"))
    assert [(fault.line, fault.column) for fault in faults] == [(2, column)]


def test_spans_count_characters_not_bytes_and_keep_line_ends(texts):
    words = "a rouvert.\r\n"
    end = claim(words, OTHER, source_id="seed-001", claim="", place="", figures="")
    assert check(texts, end) == []
    beyond = end | {"char_end": str(len(OTHER) + 1)}
    assert [fault.column for fault in check(texts, beyond)] == ["char_end"]


# --- figures ---


@pytest.mark.parametrize("column", ["claim", "figures"])
@pytest.mark.parametrize(
    ("figure", "found"), [("20 lorries", "20"), ("two lorries", "2"), ("dozens of lorries", "dozens"), ("2 or 22", "2")]
)
def test_figure_that_is_not_in_the_span_is_found(texts, column, figure, found):
    assert where(check(texts, claim(**{column: figure}))) == [("seeds/claims.csv", 2, column, found)]


def test_text_note_excuses_only_what_it_speaks_of(texts):
    wrong = claim(claim="23 lorries", place="Gao")
    assert [fault.column for fault in check(texts, wrong | {"text_note": "the figure is a count of ours"})] == ["place"]
    assert [fault.column for fault in check(texts, wrong | {"text_note": "seed spells it otherwise"})] == ["claim"]
    assert [fault.column for fault in check(texts, wrong | {"text_note": "see above"})] == ["claim", "place"]
    assert check(texts, wrong | {"text_note": "place from the next sentence; figure is ours"}) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("more than 75 killed, over 250 hurt", {"75", "250"}),
        ("2+6+2+1", {"1", "2", "6"}),
        ("between 20-50 or twenty and fifty", {"20", "50"}),
        ("1,200 and 1\u202f200 and 1\u00a0200 and one thousand two hundred", {"1200"}),
        ("0.50%", {"0.5"}),
        ("in 2020, 2021", {"2020", "2021"}),
        ("a five-year mandate", {"5"}),
        ("one hundred and five, two dozen, three million", {"105", "24", "3000000"}),
        ("seventy six", {"76"}),
        ("seven eight", {"7", "8"}),
        ("twenty thirty", {"20", "30"}),
        ("twenty eleven, ten five", {"20", "11", "10", "5"}),
        ("a hundred, a thousand and five", {"100", "1005"}),
        ("1,2345", {"1", "2345"}),
        ("twenty-two thousand three hundred and four", {"22304"}),
        ("hundreds – if not thousands", {"hundreds", "thousands"}),
        ("someone often attended the weightlifting", set()),
        ("10, 100, 007 and zero", {"0", "7", "10", "100"}),
    ],
)
def test_figures_are_read_from_digits_and_words(text, figures):
    assert figures_in(text) == figures


@given(st.integers(0, 10**9))
def test_thousands_commas_do_not_change_a_figure(number):
    assert figures_in(f"{number:,} people") == figures_in(f"{number} people") == {str(number)}


# --- places ---


def test_place_must_stand_in_the_span_in_a_known_spelling(texts):
    assert where(check(texts, claim(), names=None)) == [("seeds/claims.csv", 2, "place", "Tombouctou")]
    assert check(texts, claim(place="TIMBUKTU"), names=None) == []


def test_place_is_compared_without_accents_and_as_whole_words(texts):
    traders = claim("Dozens of traders in Ségou", claim="Shops shut", figures="dozens", place="segou")
    assert check(texts, traders, names=None) == []
    assert where(check(texts, traders | {"place": "Sego"})) == [("seeds/claims.csv", 2, "place", "Sego")]


def test_each_of_several_places_is_looked_for(texts):
    assert where(check(texts, claim(place="Tombouctou; Gao; Ségou"))) == [
        ("seeds/claims.csv", 2, "place", "Gao"),
        ("seeds/claims.csv", 2, "place", "Ségou"),
    ]


# --- copied words ---

COPY = "closed their stalls for the day and walked"


@pytest.mark.parametrize("column", ["claim", "check_note", "text_note"])
def test_eight_words_of_a_seed_text_in_a_row_are_found(texts, column):
    faults = check(texts, claim(**{column: "they say: CLOSED their «stalls» for the day, and walked. Place, figure."}))
    assert (COPY, column) in [(fault.found, fault.column) for fault in faults]


def test_seven_words_in_a_row_are_no_copy(texts):
    assert check(texts, claim(check_note=COPY.rsplit(" ", 1)[0])) == []


def test_copy_from_another_seed_or_a_changed_one_is_found(texts):
    rows = sources(texts)
    (texts / "000_lorries.txt").write_bytes(TEXT.encode() + b"!")
    other = claim("Niono", OTHER, source_id="seed-001", claim="Open", place="Niono", figures="", check_note=COPY)
    faults = check_texts(pd.DataFrame([other]), rows, texts, NAMES)
    assert [fault.column for fault in faults] == [None, "check_note"]


def test_all_faults_are_told_at_once_in_order(texts):
    (texts / "001_market.txt").write_bytes(b"\xff")
    wrong = claim(claim="23 lorries", figures="24", place="Gao", check_note=COPY)
    faults = check(texts, wrong, claim(), claim(char_end="0"), claim(source_id="seed-009"))
    assert [(fault.line, fault.column) for fault in faults] == [
        (None, None), (2, "claim"), (2, "figures"), (2, "place"), (2, "check_note"), (4, "char_end"), (5, "source_id"),
    ]  # fmt: skip


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60), st.integers(0, 70), st.integers(0, 70))
def test_a_span_passes_exactly_when_it_holds_words_of_the_text(text, start, end):
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "000_lorries.txt").write_bytes(text.encode())
        row = claim(char_start=str(start), char_end=str(end), text_note="place and figure are not in the span")
        faults = check(folder, row)
    inside = start < end <= len(text) and text[start:end].strip() != ""
    assert inside == (faults == [])
    assert all(fault.line == 2 and fault.column in {"char_start", "char_end"} for fault in faults)
