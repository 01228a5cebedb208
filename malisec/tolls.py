"""From claims to tolls: who says how many becomes low, best and high, and unknown stays unknown.

A statement is all that one speaker says of one event on one day; its figures for the attacked force and for
civilians beside it are added. Low and high run over the statements still standing, best is the preferred one. Where
one speaker counts the force and another the civilians, and nobody counts everybody, the two are put together.
Knows claims only; must not know pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: groups whose figures count as victims on the attacked side
#: "everyone" stands in no table of ours: a dataset of others counts the dead of all sides together
VICTIMS = ("attacked", "forces", "civilians", "everyone")
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
        ``open`` (no upper bound), ``part`` (whom it counts: ``whole`` attacked side, ``forces`` or ``civilians`` alone), ``complete``
        (it counts the whole), ``vague`` (said in words, at least in part), ``wordy`` (in words alone), ``preferred``, ``reason``,
        ``apart`` (a part of another statement that is preferred without the rest of it; the whole statement stands in a row of
        its own).

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
        whole=~said["group"].isin(["forces", "civilians"]),
        forces=said["group"].eq("forces"),
        vague=said["qualifier"].eq("words"),
    )
    said = _apart(said)
    grouped = said.groupby([*_STATEMENT, "apart"], dropna=False, sort=False)
    out = grouped.agg(
        high=("top", "sum"),
        open=("open", "any"),
        whole=("whole", "any"),
        forces=("forces", "any"),
        groups=("group", "nunique"),
        vague=("vague", "any"),
        wordy=("vague", "all"),
        preferred=("preferred", "any"),
        reason=("reason", "first"),
    )
    out.insert(0, "low", grouped["low"].sum(min_count=1))
    out = out.reset_index()
    # soldiers and civilians counted apart by one speaker are the whole as well
    part = out["forces"].map({True: "forces", False: "civilians"}).mask(out["whole"] | out["groups"].gt(1), "whole")
    out = out.assign(part=part, complete=part.eq("whole")).drop(columns=["whole", "forces", "groups"])
    # "at most n" has no lower end of its own
    return out.astype({"low": "Int64", "high": "Int64", "open": bool, "complete": bool, "vague": bool, "wordy": bool, "preferred": bool})


#: what makes claims one statement; a missing day is a day of its own: two undated figures of one speaker are one statement
_STATEMENT = ["key", "said_by", "said_by_kind", "said_on"]


def _apart(said: pd.DataFrame) -> pd.DataFrame:
    """Tell a preferred part from its statement, where a speaker's count of the force is used and not that of civilians, or the reverse."""
    said = said.assign(apart=False)
    # only where a part is preferred: few of thousands of claims
    some = said[said["key"].isin(said.loc[said["preferred"] & ~said["whole"], "key"])]
    if some.empty:
        return said
    each = some.groupby(_STATEMENT, dropna=False, sort=False)
    liked = each["preferred"].transform("sum")
    mixed = (
        ~each["whole"].transform("any") & each["group"].transform("nunique").gt(1) & liked.gt(0) & liked.lt(each["group"].transform("size"))
    )
    split = mixed.reindex(said.index, fill_value=False)
    parts = said[split & said["preferred"]].assign(apart=True)
    return pd.concat([said.assign(preferred=said["preferred"] & ~split), parts], ignore_index=True)


def _figures(said: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Leave out words without an upper bound where figures stand: "several" says that people died, not how few."""
    bare = said["wordy"] & said["open"] & ~said["preferred"]
    return said[~bare | bare.groupby([said[c] for c in by]).transform("all")]


def _put_together(said: pd.DataFrame) -> pd.DataFrame:
    """Make one statement of forces alone and civilians alone, where nobody counts everybody or where both are preferred."""
    parts = _figures(said[~said["complete"]], ["key", "part"])
    both = parts.groupby("key")["part"].nunique().eq(2)
    chosen = parts[parts["preferred"]].groupby("key")["part"].nunique().eq(2)
    whole = set(said.loc[said["complete"], "key"])
    keys = [k for k in both.index[both] if k not in whole or chosen.get(k, False)]
    rows = parts[parts["key"].isin(keys)]
    used = rows[rows["preferred"]].drop_duplicates(["key", "part"], keep="last").set_index(["key", "part"])["used"]
    each = rows.groupby(["key", "part"], sort=False).agg(
        low=("low", "min"), high=("high", "max"), open=("open", "any"), least=("high", "min")
    )
    # as in `derive`: who says "at most n" of a part is not left below its range
    each["low"] = each["low"].where(each["low"].isna() | (each["low"] <= each["least"]), each["least"])
    each["used"] = used.reindex(each.index)
    both_parts = each.groupby("key", sort=False)
    summed = both_parts.agg(high=("high", "sum"), open=("open", "any"))
    summed = summed.assign(low=both_parts["low"].sum(min_count=2), used=both_parts["used"].sum(min_count=2))
    out = summed.reset_index().assign(complete=True, vague=False, wordy=False, part="whole")
    return out.assign(preferred=out["used"].notna()).astype({c: said[c].dtype for c in ("low", "high", "open", "used")})


def counted(said: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that make a toll's range: those that count everybody, or as nearly as anybody does.

    Parameters
    ----------
    said
        As `statements` returns it.

    Returns
    -------
    pandas.DataFrame
        Rows of the same columns with ``used``, the one figure a statement stands for. A row without ``said_by`` puts forces and
        civilians together that different speakers counted.
    """
    least = said["low"].fillna(said["high"])
    if said.empty:
        return said.assign(used=least)
    said = said.assign(used=least.where(said["open"], (least + said["high"]) // 2))
    joined = _put_together(said)
    whole = said["key"].isin(said.loc[said["complete"], "key"])
    kept = said[said["complete"] | ((~whole | said["preferred"]) & ~said["key"].isin(joined["key"]))]
    return _figures(pd.concat([kept, joined], ignore_index=True), ["key"])


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
    Statements that count forces or civilians only give no low end, unless preferred, where another counts the whole attacked side,
    but one that is higher raises the high end: the whole cannot be less than its part. Where nobody counts the whole,
    forces and civilians are added over their speakers: low to low, high to high, preferred to preferred.
    Words without an upper bound ("several") give no low end where a figure stands, and raise the high end when they are higher.
    A preferred range gives its middle, rounded down; a preferred lower bound gives that bound.
    """
    said = statements(claims, measure, groups)
    if said.empty:
        return pd.DataFrame({c: pd.Series(dtype="Int64") for c in _TOLL_COLUMNS}).astype({"open": bool})
    used = counted(said)
    tolls = used.groupby("key", sort=False).agg(low=("low", "min"), high=("high", "max"), open=("open", "any"), least=("high", "min"))
    # who says "at most n" gives no lower end, but n itself is not left below the range
    tolls["low"] = tolls["low"].where(tolls["low"].isna() | (tolls["low"] <= tolls["least"]), tolls["least"])
    parts = said[~said["complete"]]
    beside = said[~said["complete"] | said["wordy"]]
    above = beside[beside["high"] > beside["key"].map(tolls["high"])].groupby("key").agg(high=("high", "max"), open=("open", "any"))
    tolls.loc[above.index, "high"] = above["high"]
    tolls.loc[above.index, "open"] |= above["open"]
    tolls["best"] = used[used["preferred"]].drop_duplicates("key", keep="last").set_index("key")["used"].reindex(tolls.index)
    together = used.loc[used["said_by"].isna(), "key"]
    heard = pd.concat([used, parts[parts["key"].isin(together)]])
    tolls["speakers"] = heard.groupby("key")["said_by"].nunique().reindex(tolls.index)
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


def added(events: pd.DataFrame, claims: pd.DataFrame, all_events: pd.DataFrame, measure: str = "killed") -> pd.DataFrame:
    """Return the tolls that a sum over a selection adds up: own ones, and joint ones once.

    Parameters
    ----------
    events, claims, all_events, measure
        As for `total`.

    Returns
    -------
    pandas.DataFrame
        Columns of `derive`, indexed by event or joint toll id, and ``event_ids``, the events each stands for.
    """
    return _added(derive(claims, measure), events, all_events)[0]


def _added(tolls: pd.DataFrame, events: pd.DataFrame, all_events: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, set[str]]]:
    """Return the tolls added, and the events here of each joint toll that is not, because it counts events elsewhere as well."""
    members = all_events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")["event_id"].agg(set)
    here = events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")["event_id"].agg(set)
    settled = set(tolls.index[tolls["best"].notna()])
    joint = [k for k in here.index if k in tolls.index and not members[k] <= settled]
    whole = [k for k in joint if here[k] == members[k]]
    covered = set().union(*(here[k] for k in whole))
    own = tolls[tolls.index.isin(events["event_id"]) & ~tolls.index.isin(covered)]
    found = pd.concat([own, tolls.loc[whole]])
    found = found.assign(event_ids=[sorted(here[k]) if k in whole else [k] for k in found.index])
    return found, {k: here[k] for k in joint if k not in whole}


def total(
    events: pd.DataFrame, claims: pd.DataFrame, all_events: pd.DataFrame, measure: str = "killed", *, derived: pd.DataFrame | None = None
) -> Total:
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
    derived
        The tolls as `derive` finds them for these claims, where somebody has done so.

    Returns
    -------
    Total
        A joint toll stands for its events unless each of them has a figure of its own that is used.
    """
    counted, elsewhere = _added(derive(claims, measure) if derived is None else derived, events, all_events)
    weight = counted["event_ids"].map(len).astype("int64")
    used = counted["best"].notna()
    known = set().union(*counted["event_ids"])
    return Total(
        low=int(counted["low"].sum()),
        best=int(counted["best"].sum()) if used.any() else None,
        high=int(counted["high"].sum()),
        events=len(events),
        known=len(known),
        with_best=int(weight[used].sum()),
        open=int(counted["open"].sum()),
        joint=int((~counted.index.isin(events["event_id"])).sum()),
        joint_left_out=len(elsewhere),
        in_joint_left_out=len(set().union(*elsewhere.values()) - known),
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
    origin = sources.set_index("source_id")["origin"].fillna(sources.set_index("source_id")["publisher"]).to_dict()
    return ids.map(lambda text: len({origin.get(i, i) for i in text.split()}) if isinstance(text, str) else 0)
