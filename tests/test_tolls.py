"""From claims to tolls: nothing unknown becomes zero, nobody is counted twice, and every sum says what it leaves out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malisec import tolls
from malisec.schema import TABLES

_COUNTS = {"low": "Int64", "high": "Int64"}


def claim(event="one", low=None, high=None, **cells):
    """Return a claim of the army about one event; a figure without `high` is exact unless the qualifier says otherwise."""
    row = dict.fromkeys(TABLES["claims"].columns)
    if high is None and low is not None and "qualifier" not in cells:
        high = low
    row |= {"event_id": event, "measure": "killed", "group": "attacked", "qualifier": "exact", "low": low, "high": high}
    row |= {"said_by": "Army", "said_by_kind": "army", "said_on": "2025-07-01", "preferred": False}
    return row | cells


def joint(toll="joint", low=None, high=None, **cells):
    """Return a claim about several events together."""
    return claim(None, low, high, shared_toll_id=toll, **cells)


def table(*rows):
    frame = pd.DataFrame(list(rows), columns=list(TABLES["claims"].columns))
    return frame.astype(_COUNTS | {"preferred": bool, "qualifier": "str", "group": "str"})


def events(**joint_of):
    """Return events by id, each with its joint toll or None."""
    return pd.DataFrame({"event_id": list(joint_of), "shared_toll_id": pd.Series(list(joint_of.values()), dtype="str")})


def ends(*rows):
    """Return (low, best, high) of the one toll that `rows` tell of, unknown ends as None."""
    found = tolls.derive(table(*rows))
    assert len(found) == 1
    return tuple(None if pd.isna(found.iloc[0][c]) else int(found.iloc[0][c]) for c in ("low", "best", "high"))


# --- statements ---


def test_soldiers_and_civilians_of_one_speaker_and_day_are_added():
    said = tolls.statements(table(claim(low=5), claim(low=2, high=4, group="civilians")))
    assert said[["low", "high"]].to_numpy().tolist() == [[7, 9]]


@pytest.mark.parametrize("cells", [{"said_by": "JNIM"}, {"said_on": "2025-07-02"}, {"event": "two"}])
def test_figures_of_two_speakers_days_or_events_are_not_added(cells):
    assert tolls.statements(table(claim(low=5), claim(low=2, group="civilians", **cells)))["low"].tolist() == [5, 2]


def test_undated_figures_of_one_speaker_are_one_statement():
    assert tolls.statements(table(claim(low=5, said_on=None), claim(low=2, group="civilians", said_on=None)))["low"].tolist() == [7]


def test_dead_attackers_and_other_measures_are_not_added_to_the_victims():
    said = tolls.statements(
        table(claim(low=5), claim(low=80, group="attackers"), claim(low=9, group="all"), claim(low=30, measure="injured"))
    )
    assert said["low"].tolist() == [5]


def test_replaced_figure_is_left_out():
    assert ends(claim(low=5, superseded_by="later"), claim(low=9, said_on="2025-07-03")) == (9, None, 9)


# --- low, best, high ---


def test_unknown_toll_is_absent_and_not_zero():
    assert tolls.derive(table(claim(qualifier="none"), claim("two", low=3))).index.tolist() == ["two"]
    assert tolls.derive(table(claim(qualifier="none"))).empty
    assert tolls.derive(table()).empty


def test_zero_said_by_somebody_is_a_figure():
    assert ends(claim(low=0, preferred=True)) == (0, 0, 0)


def test_range_runs_over_all_speakers_and_best_is_the_preferred_one():
    assert ends(claim(low=5), claim(low=9, preferred=True, said_by="UN"), claim(low=20, said_by="JNIM")) == (5, 9, 20)


def test_without_a_preferred_figure_best_is_unknown():
    assert ends(claim(low=5), claim(low=9, said_by="UN")) == (5, None, 9)


def test_preferred_range_gives_its_middle_rounded_down():
    assert ends(claim(low=6, high=9, preferred=True)) == (6, 7, 9)


def test_lower_bound_is_open_above_and_gives_itself_as_best():
    found = tolls.derive(table(claim(low=40, qualifier="at_least", preferred=True))).iloc[0]
    assert (found["low"], found["best"], found["high"], bool(found["open"])) == (40, 40, 40, True)


def test_closed_figures_are_not_open_above():
    assert not tolls.derive(table(claim(low=40))).iloc[0]["open"]


def test_upper_bound_alone_has_no_lower_end():
    assert ends(claim(high=10, qualifier="at_most", preferred=True)) == (None, 10, 10)


def test_upper_bound_below_all_other_figures_is_not_left_below_the_range():
    # "sixty at most" beside "a hundred": the range must reach down to the sixty
    assert ends(claim(high=60, qualifier="at_most", preferred=True), claim(low=100, said_by="JNIM")) == (60, 60, 100)


def test_words_that_say_no_more_than_losses_are_no_end_of_a_range_where_figures_stand():
    assert ends(claim(low=1, qualifier="words"), claim(low=9, said_by="UN")) == (9, None, 9)
    assert ends(claim(low=1, qualifier="words")) == (1, None, 1)


def test_words_with_an_upper_bound_only_are_a_figure():
    assert ends(claim(high=11, qualifier="words")) == (None, None, 11)


def test_words_without_a_number_give_no_low_end_where_a_figure_stands():
    several = claim(low=3, qualifier="words", said_by="JNIM")
    assert ends(several, claim(low=9, said_by="UN", preferred=True)) == (9, 9, 9)
    # alone they are all that is known, and preferred they are what is used
    assert ends(several) == (3, None, 3)
    assert ends(several | {"preferred": True}, claim(low=9, said_by="UN")) == (3, 3, 9)


def test_words_that_say_more_than_every_figure_raise_the_upper_end():
    dozens = claim(low=24, qualifier="words", said_by="JNIM")
    found = tolls.derive(table(dozens, claim(low=9, said_by="UN", preferred=True))).iloc[0]
    assert (found["low"], found["best"], found["high"], bool(found["open"])) == (9, 9, 24, True)


def test_words_with_an_upper_bound_are_a_figure():
    assert ends(claim(low=10, high=10, qualifier="words"), claim(low=15, said_by="UN", preferred=True)) == (10, 15, 15)


def test_civilians_alone_raise_the_upper_end_where_they_are_more_than_somebody_counts_in_all():
    # the whole cannot be less than its part
    assert ends(claim(low=20, group="civilians", said_by="UN"), claim(low=9, preferred=True)) == (9, 9, 20)


def test_forces_and_civilians_of_one_speaker_are_the_whole():
    said = tolls.statements(table(claim(low=5, group="forces"), claim(low=2, group="civilians")))
    assert (said["part"].tolist(), said["low"].tolist(), said["complete"].tolist()) == (["whole"], [7], [True])


def test_forces_alone_are_no_lower_end_where_somebody_counts_all():
    assert ends(claim(low=2, group="forces"), claim(low=9, said_by="UN", preferred=True)) == (9, 9, 9)


def test_forces_and_civilians_of_two_speakers_are_added_where_nobody_counts_all():
    army = claim(low=5, group="forces", preferred=True)
    un = claim(low=20, high=30, group="civilians", said_by="UN", preferred=True)
    ngo = claim(low=18, group="civilians", said_by="NGO")
    assert ends(army, un, ngo) == (23, 30, 35)
    found = tolls.derive(table(army, un, ngo)).iloc[0]
    assert int(found["speakers"]) == 3


def test_best_is_unknown_while_one_part_has_no_figure_to_use():
    assert ends(claim(low=5, group="forces", preferred=True), claim(low=20, group="civilians", said_by="UN")) == (25, None, 25)


def test_parts_that_are_both_used_stand_beside_a_count_of_all():
    army = claim(low=5, group="forces", preferred=True)
    un = claim(low=20, group="civilians", said_by="UN", preferred=True)
    assert ends(army, un, claim(low=30, said_by="JNIM")) == (25, 25, 30)


def test_one_used_part_beside_a_count_of_all_gives_the_best_figure():
    assert ends(claim(low=5, group="forces", preferred=True), claim(low=30, said_by="JNIM")) == (5, 5, 30)


def test_part_of_a_statement_is_used_without_the_rest_of_it():
    # one group counts both, its fighters are believed, its civilians are not: RFI's are
    group = {"said_by": "Plateforme", "said_by_kind": "armed_group"}
    own = claim(low=3, group="forces", preferred=True, **group)
    rows = (own, claim(low=30, group="civilians", **group), claim(low=42, group="civilians", said_by="RFI", preferred=True))
    assert ends(*rows) == (33, 45, 45)
    said = tolls.statements(table(*rows))
    assert said.loc[~said["apart"], "low"].tolist() == [33, 42]


def test_upper_bound_of_a_part_stays_inside_the_range_of_the_whole():
    forces = (claim(high=5, qualifier="at_most", group="forces", preferred=True), claim(low=10, group="forces", said_by="B"))
    assert ends(*forces, claim(low=3, group="civilians", said_by="D", preferred=True)) == (8, 8, 13)


def test_prisoners_of_the_two_sides_are_no_sum():
    said = table(claim(low=10, measure="captured", group="attackers"), claim(low=4, measure="captured", group="forces", said_by="JNIM"))
    assert tolls.derive(said, "captured", ("attackers",))["high"].tolist() == [10]
    assert tolls.statements(said, "captured", ("attackers",))["part"].tolist() == ["whole"]


def test_losses_without_a_number_on_one_side_do_not_lower_the_sum():
    vague = claim(low=1, qualifier="words", group="forces", said_by="JNIM")
    assert ends(claim(low=5, group="forces"), vague, claim(low=20, group="civilians", said_by="UN")) == (25, None, 25)


def test_civilians_alone_are_no_lower_end_where_somebody_counts_all():
    assert ends(claim(low=2, group="civilians", said_by="UN"), claim(low=9)) == (9, None, 9)
    assert ends(claim(low=2, group="civilians")) == (2, None, 2)


def test_speakers_are_counted_once_however_often_they_speak():
    rows = [claim(low=5), claim(low=6, said_on="2025-07-02"), claim(low=7, said_by="UN")]
    assert tolls.derive(table(*rows))["speakers"].tolist() == [2]


# --- sums ---


def test_sum_leaves_unknown_tolls_out_and_says_how_many():
    found = tolls.total(events(one=None, two=None, three=None), table(claim(low=5, preferred=True), claim("two", low=2, high=4)), events())
    assert (found.low, found.best, found.high) == (7, 5, 9)
    assert (found.events, found.known, found.unknown) == (3, 2, 1)


def test_joint_toll_is_added_once_and_makes_all_its_events_known():
    both = events(one="joint", two="joint", three=None)
    found = tolls.total(both, table(joint(low=77, preferred=True), claim("three", low=1, preferred=True)), both)
    assert (found.low, found.best, found.high, found.joint, found.joint_left_out) == (78, 78, 78, 1, 0)
    assert found.unknown == 0


def test_joint_toll_of_a_partly_selected_group_is_left_out_and_counted_as_such():
    found = tolls.total(events(one="joint"), table(joint(low=77, preferred=True)), events(one="joint", two="joint"))
    assert (found.best, found.joint, found.joint_left_out, found.in_joint_left_out, found.unknown) == (None, 0, 1, 1, 0)


def test_joint_toll_covers_the_figure_that_one_of_its_events_has():
    # both would count the same dead twice; the other event has no figure but the joint one
    both = events(one="joint", two="joint")
    found = tolls.total(both, table(joint(low=77, preferred=True), claim("one", low=70, preferred=True)), both)
    assert (found.low, found.best, found.high, found.joint) == (77, 77, 77, 1)
    assert found.unknown == 0


def test_joint_toll_stands_where_the_events_own_figures_are_not_preferred():
    both = events(one="joint", two="joint")
    found = tolls.total(both, table(joint(low=77, preferred=True), claim("one", low=70)), both)
    assert (found.low, found.high, found.joint, found.unknown) == (77, 77, 1, 0)


def test_sum_of_another_measure_takes_that_measure_only():
    found = tolls.total(events(one=None), table(claim(low=5), claim(low=30, measure="injured")), events(one=None), "injured")
    assert (found.low, found.high) == (30, 30)


def test_sum_over_nothing_is_zero_events():
    found = tolls.total(events(), table(), events())
    assert (found.low, found.events, found.unknown, found.joint) == (0, 0, 0, 0)


def test_pages_that_relay_one_agency_are_one_voice():
    sources = pd.DataFrame({"source_id": ["a", "b", "c", "d"], "publisher": ["X", "Y", "Z", "Z"], "origin": ["AFP", "AFP", None, None]})
    assert tolls.voices(pd.Series(["a b", "a c", "c d", "a b c d", "", None]), sources).tolist() == [1, 2, 1, 2, 0, 0]


# --- properties ---

_FIGURES = st.one_of(
    st.tuples(st.just("exact"), st.integers(0, 99), st.integers(0, 20)).map(
        lambda f: {"qualifier": f[0], "low": f[1], "high": f[1] + f[2]}
    ),
    st.integers(0, 99).map(lambda n: {"qualifier": "at_least", "low": n}),
    st.integers(0, 99).map(lambda n: {"qualifier": "at_most", "high": n}),
    st.integers(1, 30).map(lambda n: {"qualifier": "words", "low": n}),
    st.just({"qualifier": "none"}),
)
_IDS = ("one", "two", "three")


_GROUPS = st.sampled_from(["attacked", "attacked", "forces", "civilians"])


@st.composite
def editions(draw):
    """Draw three events, some with a joint toll, and claims about them; one preferred statement at most for each, as the checks demand."""
    together = draw(st.sets(st.sampled_from(_IDS)).filter(lambda ids: len(ids) != 1))
    frame = events(**{i: "joint" if i in together else None for i in _IDS})
    rows = []
    for key in [*_IDS, *(["joint"] if together else [])]:
        for n in range(draw(st.integers(0, 3))):
            own = draw(_FIGURES) | {"said_by": f"speaker {n}", "group": draw(_GROUPS)}
            own |= {"preferred": n == 0 and draw(st.booleans())}
            rows.append(joint(**own) if key == "joint" else claim(key, **own))
    return frame, table(*rows)


@settings(max_examples=40, deadline=None)
@given(editions())
def test_low_best_and_high_are_in_order_where_they_are_known(edition):
    found = tolls.derive(edition[1])
    for low, best, high in found[["low", "best", "high"]].itertuples(index=False):
        known = [n for n in (low, best, high) if not pd.isna(n)]
        assert known == sorted(known)
    assert found["high"].notna().all()


@settings(max_examples=40, deadline=None)
@given(editions())
def test_no_joint_toll_is_ever_counted_twice(edition):
    frame, said = edition
    found, derived = tolls.total(frame, said, frame), tolls.derive(said)
    members = frame.loc[frame["shared_toll_id"].notna(), "event_id"]
    own = derived.reindex(_IDS)
    # each event adds its own toll, or the group adds the joint one in place of its members' own: never both
    apart = int(own["high"].sum())
    at_once = int(own.drop(index=members)["high"].sum()) + int(derived.reindex(["joint"])["high"].sum())
    assert found.high == (at_once if found.joint else apart)
    assert found.joint <= 1
    assert 0 <= found.unknown <= found.events


@settings(max_examples=20, deadline=None)
@given(editions(), st.sets(st.sampled_from(_IDS)))
def test_event_without_figures_changes_no_sum_but_the_unknown_count(edition, chosen):
    frame, said = edition
    some = frame[frame["event_id"].isin(chosen)]
    more = pd.concat([some, events(new=None)], ignore_index=True)
    before = tolls.total(some, said, frame)
    after = tolls.total(more, said, pd.concat([frame, events(new=None)], ignore_index=True))
    assert (after.low, after.best, after.high, after.joint, after.known) == (
        before.low,
        before.best,
        before.high,
        before.joint,
        before.known,
    )
    assert after.unknown == before.unknown + 1


@settings(max_examples=20, deadline=None)
@given(editions(), st.randoms(use_true_random=False))
def test_order_of_the_rows_changes_no_toll(edition, random):
    frame, said = edition
    order = list(said.index)
    random.shuffle(order)
    assert tolls.total(frame, said.loc[order].reset_index(drop=True), frame) == tolls.total(frame, said, frame)


def test_joint_toll_gives_way_when_each_of_its_events_has_a_figure_of_its_own():
    both = events(one="joint", two="joint")
    said = table(joint(low=77, preferred=True), claim("one", low=70, preferred=True), claim("two", low=5, preferred=True))
    found = tolls.total(both, said, both)
    assert (found.best, found.joint, found.with_best) == (75, 0, 2)


def test_toll_without_a_preferred_figure_is_no_zero_among_the_figures_used():
    found = tolls.total(events(one=None), table(claim("one", low=5)), events(one=None))
    assert (found.low, found.best, found.known, found.with_best) == (5, None, 1, 0)


def test_tolls_without_upper_bound_are_counted_as_such():
    found = tolls.total(events(one=None), table(claim("one", low=5, high=None, qualifier="at_least", preferred=True)), events(one=None))
    assert found.open == 1
