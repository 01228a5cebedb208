"""Speakers as rows: tolls on which they differ many times over, and whose figure is the one used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from malisec import i18n, speakers, style, trends
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import agree, say
from malisec.listing.parts import links, tabled

if TYPE_CHECKING:
    from malisec.casebook import Casebook


def _said(mine: pd.DataFrame, claims: pd.DataFrame, by_id: dict[str, Markup]) -> Markup:
    """Write each figure of a toll with its speaker and its pages, lowest first."""
    lines = []
    for row in mine.sort_values(["figure", "speaker"], kind="stable").itertuples():
        about = claims[(claims["said_by"] == row.speaker) & claims["superseded_by"].isna() & claims["measure"].eq("killed")]
        ids = dict.fromkeys(i for cell in about["source_ids"] for i in cell.split())
        figure = style.figure(row.low, row.high, "words" if row.bound == "words" else None)
        found = Markup(", ").join(by_id[i] for i in ids if i in by_id)
        lines.append(Markup("{}: <b>{}</b> ({})").format(escape(row.speaker), i18n.html(figure), found))
    return Markup("<br>").join(lines)


@takes_events
def far_apart(case: Casebook, title: str = "Tolls on which speakers differ many times over", *, at_least: float = 5) -> Exhibit:
    """List the tolls whose highest figure is many times the lowest, each figure with its speaker and pages.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.
    at_least
        Least ratio of highest to lowest. Who says "at least" counts with that bound where it is the highest, never as the lowest.

    Returns
    -------
    Exhibit
        Columns ``date``, ``place``, ``whose dead``, ``highest to lowest`` and ``who says what``; widest first.
    """
    said = speakers.figures(case.claims, case.whole.events, case.actors)
    found = speakers.apart(said)
    wide = found[found["reach"] >= at_least].sort_values(["reach", "high"], ascending=False, kind="stable")
    at, by_id = speakers.where(case.whole.events, [*wide["key"]]), links(case.sources)
    claims = case.claims.assign(key=case.claims["event_id"].fillna(case.claims["shared_toll_id"]))
    rows = []
    for (toll, row), (_, place) in zip(wide.iterrows(), at.iterrows(), strict=True):
        groups = speakers.SIDES[row["side"]]
        about = claims[(claims["key"] == row["key"]) & claims["group"].isin(groups)]
        whose = say(style.WHOSE[row["whose"]]) if row["whose"] in style.WHOSE else say("several, not told apart")
        rows.append(
            {
                "date": f"{place['date']:%Y-%m-%d}",
                "place": style.listed(place["places"] or (say("place unknown"),)),
                "whose dead": whose,
                "highest to lowest": say("one says none") if np.isinf(row["reach"]) else style.decimal(row["reach"]),
                "who says what": _said(said[said["toll"] == toll], about, by_id),
            }
        )
    frame = grid(rows, columns=["date", "place", "whose dead", "highest to lowest", "who says what"])
    known = int(found["reach"].notna().sum())
    if not known:
        return tabled(title, sentence("No toll here has two speakers who each give a number."), frame)
    bounds = int((wide["ratio"].isna() | (wide["ratio"] < at_least)).sum())
    none = int(np.isinf(wide["reach"]).sum())
    reading = sentence(
        "{n} of {all} tolls {have} a highest figure at least {times} times the lowest{bounds}{none}. They need not contradict each "
        "other: some speak of the first hours, some of the whole fight, and who counts bodies may miss those carried away.",
        n=len(wide),
        all=known,
        have=agree(len(wide), ("has", "a" if len(wide) else "n’a"), ("have", "ont")),
        times=i18n.number(int(at_least)) if float(at_least).is_integer() else style.decimal(at_least),
        bounds=sentence(", {k} of them only because somebody says “at least” so many", k=style.words(bounds)) if bounds else Markup(""),
        none=sentence("; in {k} one speaker says that nobody died", k=style.words(none)) if none else Markup(""),
    )
    return tabled(title, reading, frame)


@takes_events
def figures_used(case: Casebook, title: str = "Whose figure is used, and how the others stand to it") -> Exhibit:
    """List for each kind of speaker how often its figure is the one used, and how it stands to the one used where that is another's.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``speaker``, ``tolls``, ``used``, ``share used``, ``another’s used``, ``lower``, ``same``, ``higher``, ``ratio`` and
        ``interval``. Victims only: of attackers no figure is the one used.
    """
    said = speakers.of(speakers.figures(case.claims, case.whole.events, case.actors), "victims")
    chosen, found = speakers.chosen(said), speakers.ratios(speakers.beside_used(said, case.claims))
    rows = []
    for kind in sorted(chosen.index, key=lambda k: (-chosen.loc[k, "used"], k)):
        n, used = (int(v) for v in chosen.loc[kind])
        row = found.loc[kind] if kind in found.index else None
        ratio = row is not None and pd.notna(row["ratio"])
        rows.append(
            {
                "speaker": style.capital(say(style.SPEAKERS[kind])),
                "tolls": n,
                "used": used,
                "share used": style.share(used / n) if n >= trends.LEAST else say("too few"),
                "another’s used": 0 if row is None else int(row["tolls"]),
                "lower": 0 if row is None else int(row["lower"]),
                "higher": 0 if row is None else int(row["higher"]),
                "ratio": style.decimal(row["ratio"], 2) if ratio and row is not None else say("too few"),
                "interval": say("{low} to {high}", low=style.decimal(row["low"], 2), high=style.decimal(row["high"], 2))
                if ratio and row is not None
                else say("too few"),
            }
        )
    frame = grid(rows, columns=["speaker", "tolls", "used", "share used", "another’s used", "lower", "higher", "ratio", "interval"])
    if frame.empty:
        return tabled(title, sentence("No toll here has speakers of two kinds and a figure that is used."), frame)
    top = chosen[chosen["tolls"] >= trends.LEAST]
    reading = sentence(
        "Tolls of victims on which speakers of two kinds or more spoke.{top} The ratio sets a kind’s figure against the one used where "
        "that is another’s; it follows from our choice as much as from the speaker, and cannot show who is right.",
        top=_often(top) if len(top) else Markup(""),
    )
    return tabled(title, reading, frame)


def _often(top: pd.DataFrame) -> Markup:
    share = (top["used"] / top["tolls"]).sort_values(ascending=False, kind="stable")
    return sentence(
        " Used most often where it spoke: {who} ({a}); least often: {least} ({b}).",
        who=say(style.SPEAKERS[str(share.index[0])]),
        a=style.share(share.iloc[0]),
        least=say(style.SPEAKERS[str(share.index[-1])]),
        b=style.share(share.iloc[-1]),
    )
