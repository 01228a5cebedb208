"""From claims to tolls: who says how many becomes low, best and high, and unknown stays unknown.

A statement is all that one speaker says of one event on one day; its figures for the attacked side and for
civilians beside it are added. Low and high run over the statements still standing, best is the preferred one.
Knows claims only; must not know pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: groups whose figures count as victims on the attacked side
VICTIMS = ("attacked", "civilians")
_TOLL_COLUMNS = ["low", "best", "high", "open", "speakers"]


def statements(claims: pd.DataFrame, measure: str = "killed", groups: tuple[str, ...] = VICTIMS) -> pd.DataFrame:
    """Add up what each speaker said of each event, or of each joint toll, on one day.

    Parameters
    ----------
    claims
        Rows of the claims table.
    measure
        What is counted, a key of `malisec.schema.MEASURES`.
    groups
        Whose people are counted.

    Returns
    -------
    pandas.DataFrame
        One row per statement with a figure and not superseded: ``key`` (event or joint toll id), ``said_by``,
        ``said_by_kind``, ``said_on``, ``low``, ``high`` (the low figure where the speaker set no upper bound),
        ``open`` (no upper bound), ``complete`` (counts the whole attacked side), ``vague`` (said in words), ``preferred``, ``reason``.

    Examples
    --------
    >>> import malisec as ms
    >>> said = statements(ms.load().claims)
    >>> bool((said["low"] <= said["high"]).all())
    True
    """
    said = claims[
        (claims["measure"] == measure)
        & claims["group"].isin(groups)
        & claims["superseded_by"].isna()
        & (claims["low"].notna() | claims["high"].notna())
    ]
    said = said.assign(
        key=said["event_id"].fillna(said["shared_toll_id"]),
        open=said["high"].isna(),
        top=said["high"].fillna(said["low"]),
        complete=said["group"].eq("attacked"),
        vague=said["qualifier"].eq("words"),
    )
    # a missing day is a day of its own: two undated figures of one speaker are one statement
    grouped = said.groupby(["key", "said_by", "said_by_kind", "said_on"], dropna=False, sort=False)
    out = grouped.agg(
        low=("low", lambda s: s.sum(min_count=1)),
        high=("top", "sum"),
        open=("open", "any"),
        complete=("complete", "any"),
        vague=("vague", "any"),
        preferred=("preferred", "any"),
        reason=("reason", "first"),
    ).reset_index()
    # "at most n" has no lower end of its own
    return out.astype({"low": "Int64", "high": "Int64", "open": bool, "complete": bool, "vague": bool, "preferred": bool})


def derive(claims: pd.DataFrame, measure: str = "killed", groups: tuple[str, ...] = VICTIMS) -> pd.DataFrame:
    """Derive low, best and high of every event or joint toll that has a figure.

    Parameters
    ----------
    claims, measure, groups
        As for `statements`.

    Returns
    -------
    pandas.DataFrame
        Indexed by event or joint toll id: ``low``, ``best``, ``high`` (Int64), ``open`` (a speaker sets no upper
        bound) and ``speakers``. Ids without a figure are absent: their toll is unknown, not zero.

    Notes
    -----
    Statements that count civilians only are left out where another statement counts the whole attacked side, and
    words that say no more than that somebody died are left out where a figure stands.
    A preferred range gives its middle, rounded down; a preferred lower bound gives that bound.
    """
    said = statements(claims, measure, groups)
    if said.empty:
        return pd.DataFrame({c: pd.Series(dtype="Int64") for c in _TOLL_COLUMNS}).astype({"open": bool})
    whole = said.groupby("key")["complete"].transform("any")
    counted = said[said["complete"] | ~whole | said["preferred"]]
    # "losses" without a number says that somebody died, not how many: it gives no end of a range where figures stand
    bare = counted["vague"] & (counted["low"] <= 1).fillna(False) & ~counted["preferred"]
    counted = counted[~bare | bare.groupby(counted["key"]).transform("all")]
    tolls = counted.groupby("key", sort=False).agg(low=("low", "min"), high=("high", "max"), open=("open", "any"), least=("high", "min"))
    # who says "at most n" gives no lower end, but n itself is not left below the range
    tolls["low"] = tolls["low"].where(tolls["low"].isna() | (tolls["low"] <= tolls["least"]), tolls["least"])
    used = counted[counted["preferred"]].drop_duplicates("key", keep="last").set_index("key")
    middle = used["low"].fillna(used["high"]).where(used["open"], (used["low"].fillna(used["high"]) + used["high"]) // 2)
    tolls["best"] = middle.reindex(tolls.index)
    tolls["speakers"] = counted.groupby("key")["said_by"].nunique().reindex(tolls.index)
    return tolls[_TOLL_COLUMNS].astype({"best": "Int64", "speakers": "Int64"})


@dataclass(frozen=True)
class Total:
    """A sum of tolls that says what it leaves out.

    Attributes
    ----------
    low, high
        Sums of the lowest and of the highest figures over the tolls known.
    best
        Sum of the figures used, None when no toll has one.
    events
        Events in the selection.
    known
        Events with a toll of their own or in a joint toll that was added.
    with_best
        Events among these behind `best`.
    open
        Tolls for which some speaker sets no upper bound, so that `high` is no ceiling.
    joint
        Joint tolls added once each.
    joint_left_out
        Joint tolls not added because some of their events are outside the selection.
    in_joint_left_out
        Events without a toll of their own that such a joint toll counts.
    """

    low: int
    best: int | None
    high: int
    events: int
    known: int
    with_best: int
    open: int
    joint: int
    joint_left_out: int
    in_joint_left_out: int

    @property
    def unknown(self) -> int:
        """Events whose toll nobody gave, alone or together with others."""
        return self.events - self.known - self.in_joint_left_out


def total(events: pd.DataFrame, claims: pd.DataFrame, all_events: pd.DataFrame, measure: str = "killed") -> Total:
    """Sum the tolls of a selection, joint tolls once.

    Parameters
    ----------
    events
        The selected events.
    claims
        Claims about all events and joint tolls, so that the answer does not hang on the selection.
    all_events
        Every event, to see whether a joint toll lies wholly inside the selection.
    measure
        What is counted.

    Returns
    -------
    Total
        A joint toll stands for its events unless each of them has a figure of its own that is used.
    """
    tolls = derive(claims, measure)
    own = tolls[tolls.index.isin(events["event_id"])]
    members = all_events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")["event_id"].agg(set)
    here = events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")["event_id"].agg(set)
    settled = set(tolls.index[tolls["best"].notna()])
    joint = [k for k in here.index if k in tolls.index and not members[k] <= settled]
    whole = [k for k in joint if here[k] == members[k]]
    covered = set().union(*(here[k] for k in whole))
    elsewhere = set().union(*(here[k] for k in joint if k not in whole))
    own = own[~own.index.isin(covered)]
    counted = pd.concat([own, tolls.loc[whole]])
    weight = pd.Series({k: len(here[k]) if k in whole else 1 for k in counted.index}, dtype="int64")
    used = counted["best"].notna()
    return Total(
        low=int(counted["low"].sum()),
        best=int(counted["best"].sum()) if used.any() else None,
        high=int(counted["high"].sum()),
        events=len(events),
        known=len(own) + len(covered),
        with_best=int(weight[used].sum()),
        open=int(counted["open"].sum()),
        joint=len(whole),
        joint_left_out=len(joint) - len(whole),
        in_joint_left_out=len(elsewhere - set(own.index)),
    )


def voices(ids: pd.Series, sources: pd.DataFrame) -> pd.Series:
    """Count independent origins behind each list of sources.

    Parameters
    ----------
    ids
        Source ids with one space between, one list per row.
    sources
        The sources table; pages that relay one agency share its ``origin``.

    Returns
    -------
    pandas.Series
        Number of different origins (the publisher where no origin is known).
    """
    origin = sources.set_index("source_id")["origin"].fillna(sources.set_index("source_id")["publisher"])
    return ids.map(lambda text: len({origin.get(i, i) for i in text.split()}) if isinstance(text, str) else 0)
