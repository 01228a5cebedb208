"""Our rows and those of another dataset: which are taken for one event and why, and which found no partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from malisec import i18n, linking, style
from malisec.credit import credit
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import agree, say
from malisec.listing.parts import SOURCE, date_of, tabled
from malisec.others import as_case
from malisec.readers import codes

if TYPE_CHECKING:
    from malisec.casebook import Casebook
    from malisec.linking import Linked

#: likeness from which two rows count as alike in a respect, and under which they differ
_ALIKE, _UNLIKE = 0.75, 0.4
RESPECTS = {"place": "place", "day": "day", "toll": "toll", "actors": "sides", "type": "type"}


def pairs(case: Casebook, theirs: pd.DataFrame, linked: Linked, title: str = "Rows taken for one event") -> Exhibit:
    """List the pairs that a link found, both rows side by side.

    Parameters
    ----------
    case
        The events of the edition.
    theirs
        The events of the other dataset.
    linked
        What `malisec.link` found between the two.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``date``, ``place`` and ``killed`` of each, ``km apart``, ``score`` (0 to 1), and in what the two rows are alike or differ.
    """
    other = as_case(theirs)
    ours, beside = (book.events.set_index("event_id", drop=False) for book in (case, other))
    name = str(other.dataset)
    rows = []
    for pair in linked.pairs.sort_values("score", ascending=False, kind="stable").itertuples():
        a, b = ours.loc[pair.ours], beside.loc[pair.theirs]
        rows.append(
            {
                "date": date_of(a),
                "place": a["place"],
                "place, other": b["place"],
                "killed": _toll(a),
                "killed, other": _toll(b),
                "km apart": style.decimal(float(pair.km), 0),
                "score": style.decimal(float(pair.score), 2),
                "alike or not": _likeness(pair),
            }
        )
    columns = ["date", "place", "place, other", "killed", "killed, other", "km apart", "score", "alike or not"]
    frame = grid(rows, columns=columns)
    said = [
        sentence(
            "{n} {are} taken for one event, of {ours} of ours and {theirs} of {name}.",
            n=style.capital(style.plural(len(rows), "pair")),
            are=agree(len(rows), ("is", "est prise"), ("are", "sont prises")),
            ours=style.plural(len(case.events), "row"),
            theirs=style.plural(len(theirs), "row"),
            name=name,
        )
    ]
    if rows:
        same = _same_figure(ours, beside, linked)
        said.append(
            sentence(
                "Killed: {name} counts the dead of all sides, we the attacked side and civilians; {k} of the pairs {name_it} the same "
                "figure.",
                name=name,
                k=style.words(same, she=True),
                name_it=agree(same, ("names", "donne"), ("name", "donnent")),
            )
        )
    return tabled(title, Markup(" ").join(said), frame, SOURCE + Markup(" ") + credit(other))


def _same_figure(ours: pd.DataFrame, beside: pd.DataFrame, linked: Linked) -> int:
    a = ours.loc[linked.pairs["ours"], "killed_best"].to_numpy(dtype=float, na_value=float("nan"))
    b = beside.loc[linked.pairs["theirs"], "killed_best"].to_numpy(dtype=float, na_value=float("nan"))
    return int((a == b).sum())


def _toll(event: Any) -> str:
    if pd.isna(event["killed_low"]) and pd.isna(event["killed_high"]):
        return say("unknown")
    return style.toll(event["killed_low"], event["killed_best"], event["killed_high"], open_above=bool(event["killed_open"]))


def _likeness(pair: Any) -> str:
    """Say in what two rows are alike and in what they differ; what one of them does not tell is neither."""
    alike: list[str] = [say(word) for key, word in RESPECTS.items() if getattr(pair, key) >= _ALIKE]
    unlike: list[str] = [say(word) for key, word in RESPECTS.items() if getattr(pair, key) <= _UNLIKE]
    said: list[str] = [say("alike: {what}", what=i18n.joined(alike, ", "))] if alike else []
    said += [say("apart: {what}", what=i18n.joined(unlike, ", "))] if unlike else []
    return i18n.joined(said, "; ")


#: why a row found no partner -> how a table says it
WHY = {
    "no row within": "nothing of ours near in place and time",
    "the likest row scores": "too unlike the nearest of ours",
    "the likest row is matched": "the nearest of ours is taken for another row",
    "its place": "its place is not known",
}


def _why(text: str) -> str:
    return next((say(words) for start, words in WHY.items() if text.startswith(start)), text)


def unmatched(
    case: Casebook, theirs: pd.DataFrame, linked: Linked, title: str = "Rows of the other dataset that we do not have", *, most: int = 60
) -> Exhibit:
    """List the rows of another dataset without a partner among ours, the deadliest first.

    Parameters
    ----------
    case
        The events of the edition.
    theirs
        The events of the other dataset.
    linked
        What `malisec.link` found between the two.
    title
        What the table shows.
    most
        How many are listed.

    Returns
    -------
    Exhibit
        Columns ``date``, ``place``, ``type``, ``sides``, ``killed``, ``why`` it has no partner, and the ``nearest`` row of ours.
    """
    other = as_case(theirs)
    sides = theirs.set_index("event_id")[["side_a", "side_b"]]
    found = linked.theirs_only.merge(other.events, on="event_id", how="left")
    found = found.sort_values(["killed_best", "date"], ascending=[False, True], kind="stable", na_position="last")
    ours = case.events.set_index("event_id")["place"]
    rows = [
        {
            "date": date_of(e),
            "place": e.place if isinstance(e.place, str) else say("place unknown"),
            "type": say(style.TYPES[e.event_type][0]),
            "sides": " – ".join(s for s in sides.loc[e.event_id] if isinstance(s, str)),
            "killed": _toll(e._asdict()),
            "why": _why(e.why),
            "nearest": ours.get(e.nearest, "–") if isinstance(e.nearest, str) else "–",
        }
        for e in found.head(most).itertuples()
    ]
    frame = grid(rows, columns=["date", "place", "type", "sides", "killed", "why", "nearest"])
    best = found["killed_best"].dropna().astype(int)
    reading = sentence(
        "{n} of {all} rows of {name} have no partner among ours; {none} of these name no dead, {many} ten dead or more.{drawn}",
        n=i18n.number(len(found)),
        all=i18n.number(len(theirs)),
        name=str(other.dataset),
        none=style.words(int((best == 0).sum())),
        many=style.words(int((best >= MANY).sum())),
        drawn=sentence(" The {k} deadliest are listed.", k=most) if len(found) > most else Markup(""),
    )
    return tabled(title, reading, frame, credit(other))


#: dead from which an event is expected to stand in the edition
MANY = 10


def reasons(linked: Linked, title: str = "Why rows found no partner") -> Exhibit:
    """Count why rows of either side found no partner.

    Parameters
    ----------
    linked
        What `malisec.link` found.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``why``, ``ours`` and ``theirs``.
    """
    counts = linking.sources_of_difference(linked)
    rows = [{"why": _why(str(why)), "ours": int(c["ours_only"]), "theirs": int(c["theirs_only"])} for why, c in counts.iterrows()]
    reading = sentence(
        "{ours} of ours and {theirs} of theirs found none.",
        ours=style.capital(style.plural(len(linked.ours_only), "row")),
        theirs=style.plural(len(linked.theirs_only), "row"),
    )
    return tabled(title, reading, grid(rows, columns=["why", "ours", "theirs"]))


def crosswalk(system: str = "UCDP", title: str = "What the codes of the other dataset become") -> Exhibit:
    """List the codes of UCDP or ACLED, what each means, and what it becomes.

    Parameters
    ----------
    system
        ``UCDP`` or ``ACLED``.
    title
        What the table shows.

    Returns
    -------
    Exhibit

    Raises
    ------
    ValueError
        For another dataset.
    """
    table = codes.crosswalk()
    if system not in set(table["system"]):
        msg = f"system: expected one of {', '.join(sorted(set(table['system'])))}, found {system!r}"
        raise ValueError(msg)
    table = table[table["system"] == system]
    rows = [
        {
            "field": r.field,
            "code": str(r.code),
            "meaning": say(r.meaning),
            "becomes": r.ours,
            "ring, km": style.decimal(r.ring_km, 0) if pd.notna(r.ring_km) else "",
        }
        for r in table.itertuples()
    ]
    reading = sentence(
        "{n} codes, after the {book}. A place known only by its cercle or region gets a ring as large as a mean unit of Mali.",
        n=style.capital(style.words(len(rows))),
        book=Markup('<span lang="en">{}</span>').format(table["codebook"].iloc[0].partition(",")[0]),
    )
    return tabled(title, reading, grid(rows, columns=["field", "code", "meaning", "becomes", "ring, km"]), Markup(""))
