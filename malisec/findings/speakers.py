"""The head of the report on who counts how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import speakers, style
from malisec.exhibit import Finding, sentence
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


def counting(case: Casebook) -> Finding:
    """Find how far apart the speakers of one toll are, and how the two sides of a fight count each other's dead and their own."""
    said = speakers.figures(case.claims, case.whole.events, case.actors)
    known = speakers.apart(said).dropna(subset=["ratio"])
    if known.empty:
        return Finding(
            say("No toll with two speakers who each give a number"),
            sentence("Of no toll here do two speakers give a number for the same people."),
            sentence("One speaker alone cannot be held against anybody: that is no agreement."),
        )
    state, group = (speakers.pair(speakers.of(said, whose)) for whose in ("forces", "fighters"))
    lead = _apart(known) + _pairs(state, group) + _grown(case)
    caution = sentence(
        "Who gives a lower figure is not thereby wrong, nor who gives a higher one right: nobody here knows the true number. Only tolls "
        "that several speakers counted can be compared, large and disputed ones more often than others, and few fights carry the "
        "comparison of both sides, in which an armed group may count its own alone. Soldiers here are the side attacked where that was a "
        "force, with civilians beside them where nobody tells them apart; press that repeats a speaker counts as that speaker."
    )
    return Finding(_title(known, state, group), lead, caution)


def _title(known: pd.DataFrame, state: dict[str, float], group: dict[str, float]) -> Both:
    """Say that each side gives lower figures of its own dead, where both intervals say so; else how often speakers agree."""
    if state["high"] < 1 and group["low"] > 1:
        return say(
            "Each side gives lower figures of its own dead: those of army and government are {a} times those of armed groups for "
            "soldiers, {b} times for fighters",
            a=style.decimal(state["ratio"]),
            b=style.decimal(group["ratio"]),
        )
    return say(
        "Speakers give the same number in {same} of {n} tolls that two or more counted", same=int((known["ratio"] == 1).sum()), n=len(known)
    )


def _apart(known: pd.DataFrame) -> Markup:
    none = int(np.isinf(known["ratio"]).sum())
    return sentence(
        "Of {n} tolls for which two speakers or more give a number for the same people, {same} have the same from all, {twice} a highest "
        "figure at least twice the lowest and {five} at least five times{none}.",
        n=len(known),
        same=int((known["ratio"] == 1).sum()),
        twice=int((known["ratio"] >= 2).sum()),
        five=int((known["ratio"] >= 5).sum()),
        none=sentence(", {k} of these because one says that nobody died", k=style.words(none)) if none else Markup(""),
    )


def _pairs(state: dict[str, float], group: dict[str, float]) -> Markup:
    if pd.isna(state["ratio"]) or pd.isna(group["ratio"]):
        return Markup("")
    return sentence(
        " On soldiers both sides give a number in {n} tolls (ratio {x}, interval {low} to {high}), on fighters in {m} ({y}, {least} to "
        "{most}).",
        n=int(state["tolls"]),
        x=style.decimal(state["ratio"], 2),
        low=style.decimal(state["low"], 2),
        high=style.decimal(state["high"], 2),
        m=int(group["tolls"]),
        y=style.decimal(group["ratio"]),
        least=style.decimal(group["low"]),
        most=style.decimal(group["high"]),
    )


def _grown(case: Casebook) -> Markup:
    grown = speakers.growth(speakers.dated(case.claims, case.whole.events))
    last = grown[grown["last"]]
    if last.empty:
        return Markup("")
    return sentence(
        " Of {n} tolls with numbers of two days the last is higher than the first in {up} and lower in {down}; in only {one} does a "
        "speaker of the first day speak again, so that a difference between speakers may pass for growth.",
        n=len(last),
        up=int((last["ratio"] > 1).sum()),
        down=int((last["ratio"] < 1).sum()),
        one=int(last["same"].sum()),
    )
