"""Who counts how many: how far speakers stand apart on one toll, which kinds give lower or higher figures, how tolls grow.

Claims in, frames out. Only numbers are held against each other: words ("several") are none, and who says "at least" sets no more than
a lower end. Nothing here says who is right. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import tolls, trends
from malisec.extras import library

if TYPE_CHECKING:
    from collections.abc import Sequence

#: whose dead a toll counts; ``victims`` are the side attacked and civilians, whoever they are
WHOSE = ("forces", "civilians", "fighters")
SIDES: dict[str, tuple[str, ...]] = {"victims": tolls.VICTIMS, "attackers": ("attackers",)}
#: target of an event -> whose dead those of the attacked side are; of officials, convoys and works nobody can tell
_OF_TARGET = {
    "security_forces": "forces",
    "un_forces": "forces",
    "civilians": "civilians",
    "foreigners": "civilians",
    "armed_group": "fighters",
}
_FORCES = {"state_force", "foreign_force", "private_force", "un_force", "state"}
_GROUPS = {"jihadist_group", "separatist_group", "self_defence_group", "unidentified"}
#: speakers for the state, whose figures of its own dead and of the other side's are set against those of armed groups
STATE = ("army", "government")
#: days since the event up to which a later figure counts, and how each span reads
DAYS = {"1": 1, "2–3": 3, "4–7": 7, "8–30": 30, "31+": 10**6}
DRAWS, SEED = 9_999, 2012


def _one(values: pd.Series) -> str:
    """Return the value that all share, else that they are mixed."""
    found = set(values)
    return found.pop() if len(found) == 1 else "mixed"


def _sides(events: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Tell, for each event and joint toll, who was attacked and who attacked, in the terms of `WHOSE`."""
    kinds = actors.set_index("actor_id")["kind"].to_dict()
    by = events["perpetrator"].fillna("").map(lambda text: {kinds.get(a, "unidentified") for a in text.split()})
    attackers = by.map(lambda k: "mixed" if k & _FORCES and k & _GROUPS else "forces" if k & _FORCES else "fighters")
    each = pd.DataFrame(
        {
            "key": events["event_id"],
            "joint": events["shared_toll_id"],
            "victims": events["target_kind"].map(_OF_TARGET).fillna("mixed"),
            "attackers": attackers,
        },
        dtype="object",
    )
    joint = each.dropna(subset=["joint"]).groupby("joint")[["victims", "attackers"]].agg(_one)
    return pd.concat([each.set_index("key")[["victims", "attackers"]], joint])


def figures(claims: pd.DataFrame, events: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Return every number that stands for the dead of a toll, one row per speaker and toll.

    Parameters
    ----------
    claims
        Rows of the claims table.
    events
        The events they are about (``event_id``, ``shared_toll_id``, ``target_kind``, ``perpetrator``).
    actors
        The actors table.

    Returns
    -------
    pandas.DataFrame
        ``toll`` (key and part: figures of one toll count the same people), ``key`` (event or joint toll), ``side`` (``victims`` or
        ``attackers``), ``part``, ``whose`` (`WHOSE`, or ``mixed``), ``speaker``, ``kind``, ``said_on``, ``low``, ``high``, ``figure``
        (middle of a range; the bound where there is one alone), ``bound`` (``closed``, ``at_least``, ``at_most`` or ``words``) and
        ``preferred``. Of a speaker who gives several figures that all stand, the last one.

    Examples
    --------
    >>> import malisec as ms
    >>> case = ms.load()
    >>> said = figures(case.claims, case.whole.events, case.actors)
    >>> bool(said.groupby(["toll", "speaker"]).size().eq(1).all())
    True
    """
    of = _sides(events, actors)
    frames = []
    for side, groups in SIDES.items():
        said = tolls.statements(claims, groups=groups)
        # a preferred part stands in its own row beside the statement it belongs to: once is enough
        said = said[~said["apart"]].sort_values("said_on", kind="stable", na_position="first")
        part = said["part"] if side == "victims" else pd.Series("attackers", index=said.index)
        whose = said["key"].map(of[side].to_dict()).fillna("mixed").mask(part.eq("civilians"), "civilians")
        least, most = said["low"].astype("float64"), said["high"].astype("float64")
        bound = pd.Series("closed", index=said.index).mask(said["open"], "at_least").mask(said["low"].isna(), "at_most")
        frames.append(
            pd.DataFrame(
                {
                    "toll": said["key"].astype("object") + " " + part.astype("object"),
                    "key": said["key"],
                    "side": side,
                    "part": part,
                    "whose": whose,
                    "speaker": said["said_by"],
                    "kind": said["said_by_kind"],
                    "said_on": said["said_on"],
                    "low": least,
                    "high": most.mask(said["open"]),
                    "figure": ((least + most) / 2).fillna(least).fillna(most),
                    "bound": bound.mask(said["vague"], "words"),
                    "preferred": said["preferred"],
                }
            )
        )
    return pd.concat(frames, ignore_index=True).drop_duplicates(["toll", "speaker"], keep="last").sort_index(ignore_index=True)


def of(said: pd.DataFrame, whose: str) -> pd.DataFrame:
    """Keep the figures that count some people: a value of `WHOSE`, or ``victims`` or ``attackers``."""
    return said[said["side" if whose in SIDES else "whose"] == whose]


def apart(said: pd.DataFrame) -> pd.DataFrame:
    """Return how far apart the speakers of each toll are.

    Parameters
    ----------
    said
        As `figures` returns it.

    Returns
    -------
    pandas.DataFrame
        Indexed by toll, those with at least two speakers who gave a number or a bound: ``key``, ``side``, ``whose``, ``speakers``,
        ``closed`` (speakers with a number or a range), ``low``, ``high`` (of these), ``ratio`` of highest to lowest (missing with fewer
        than two; infinite where one says that nobody died and another that somebody did) and ``reach``, the same where who says
        "at least" counts with that bound if it is the highest: the true distance is no smaller.

    Examples
    --------
    >>> said = pd.DataFrame({"toll": "a", "key": "a", "side": "victims", "whose": "forces", "speaker": list("xyz"), "kind": "press",
    ...                      "figure": [10.0, 20.0, 50.0], "bound": ["closed", "closed", "at_least"]})
    >>> apart(said)[["closed", "ratio", "reach"]].to_dict("records")
    [{'closed': 2, 'ratio': 2.0, 'reach': 5.0}]
    """
    numbers = said[said["bound"] != "words"]
    each = numbers.groupby("toll", sort=False)
    found = each.agg(key=("key", "first"), side=("side", "first"), whose=("whose", "first"), speakers=("speaker", "nunique"))
    closed = numbers[numbers["bound"] == "closed"].groupby("toll")["figure"].agg(["size", "min", "max"])
    bounds = numbers[numbers["bound"] == "at_least"].groupby("toll")["figure"].max()
    found = found[found["speakers"] >= 2]
    found = found.assign(closed=closed["size"].reindex(found.index).fillna(0).astype("int64"))
    found = found.assign(low=closed["min"].reindex(found.index), high=closed["max"].reindex(found.index))
    above = pd.concat([found["high"], bounds.reindex(found.index)], axis=1).max(axis=1)
    return found.assign(
        ratio=_times(found["high"], found["low"]).where(found["closed"] >= 2),
        reach=_times(above, found["low"]).where((found["closed"] >= 2) | (above > found["high"])),
    )


def _times(high: pd.Series, low: pd.Series) -> pd.Series:
    """Divide; two that are both nought agree, and nought against some is without bound."""
    return (high / low.where(low > 0)).mask(low.eq(0) & high.eq(0), 1.0).mask(low.eq(0) & high.gt(0), np.inf)


# --- who says more, who less -------------------------------------------------------------------------------------
def typical(logs: np.ndarray, clusters: np.ndarray, draws: int = DRAWS) -> tuple[float, float, float]:
    """Return the geometric mean of ratios with its interval.

    Parameters
    ----------
    logs
        Logarithm of each ratio.
    clusters
        Event or joint toll each belongs to: tolls of one event are drawn together.
    draws
        Bootstrap samples.

    Returns
    -------
    tuple of float
        Mean and both ends; missing with fewer than `malisec.trends.LEAST` clusters.

    Notes
    -----
    Expanded percentile interval of the bootstrap over clusters: percentiles widened so that a sample of few is not taken for one of many
    (Hesterberg, What Teachers Should Know About the Bootstrap, The American Statistician 69, 2015).

    Examples
    --------
    >>> [round(x, 2) for x in typical(np.log([0.5, 0.4, 0.6, 0.5, 0.5, 0.6]), np.arange(6))]
    [0.51, 0.43, 0.58]
    """
    stats = library("scipy.stats")

    _, at = np.unique(np.asarray(clusters), return_inverse=True)
    n = int(at.max()) + 1 if len(at) else 0
    if n < trends.LEAST:
        return np.nan, np.nan, np.nan
    sums, sizes = np.bincount(at, weights=logs, minlength=n), np.bincount(at, minlength=n)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=draws)
    means = (drawn @ sums) / (drawn @ sizes)
    tail = stats.norm.sf(np.sqrt(n / (n - 1)) * stats.t.isf((1 - trends.LEVEL) / 2, n - 1))
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(np.exp(np.mean(logs))), float(np.exp(low)), float(np.exp(high))


def beside_others(said: pd.DataFrame) -> pd.DataFrame:
    """Set each kind of speaker beside the other kinds that count the same people.

    Parameters
    ----------
    said
        As `figures` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per toll and kind where another kind gives a number too: ``toll``, ``key``, ``whose``, ``side``, ``kind``, ``figure``
        (median of its speakers) and ``others`` (median over the other kinds, each by the median of its speakers).
    """
    closed = said[said["bound"] == "closed"]
    one = closed.groupby(["toll", "key", "whose", "side", "kind"], as_index=False, observed=True)["figure"].median()
    pairs = one.merge(one[["toll", "kind", "figure"]], on="toll", suffixes=("", "_other"))
    pairs = pairs[pairs["kind"] != pairs["kind_other"]]
    others = pairs.groupby(["toll", "kind"], as_index=False)["figure_other"].median()
    return one.merge(others.rename(columns={"figure_other": "others"}), on=["toll", "kind"])


def beside_used(said: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Set each kind of speaker beside the figure that is used, where that is not its own.

    Parameters
    ----------
    said
        As `figures` returns it.
    claims
        The claims, for the figures used.

    Returns
    -------
    pandas.DataFrame
        Columns of `beside_others`, ``others`` being the figure used. Only tolls of the whole side; statements that are the one used are
        left out, so that no figure is held against itself.
    """
    used = {side: tolls.derive(claims, groups=groups)["best"].astype("float64").to_dict() for side, groups in SIDES.items()}
    kept = said[said["part"].isin(["whole", "attackers"]) & said["bound"].eq("closed") & ~said["preferred"]]
    one = kept.groupby(["toll", "key", "whose", "side", "kind"], as_index=False, observed=True)["figure"].median()
    best = [used[side].get(key, np.nan) for side, key in zip(one["side"], one["key"], strict=True)]
    return one.assign(others=best).dropna(subset=["others"])


def chosen(said: pd.DataFrame) -> pd.DataFrame:
    """Count how often each kind of speaker is the one whose figure is used, where it could have been another.

    Returns
    -------
    pandas.DataFrame
        Indexed by kind: ``tolls`` with a figure used on which it and another kind spoke, and ``used``, how many of these use its figure.
    """
    some = said[said.groupby("toll")["kind"].transform("nunique").gt(1) & said.groupby("toll")["preferred"].transform("any")]
    each = some.groupby(["kind", "toll"])["preferred"].any()
    return each.groupby("kind").agg(tolls="size", used="sum").astype("int64")


def ratios(compared: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """Return how many times the figure of the others each kind of speaker gives.

    Parameters
    ----------
    compared
        As `beside_others` or `beside_used` returns it.
    draws
        As for `typical`.

    Returns
    -------
    pandas.DataFrame
        Indexed by kind: ``tolls``, ``lower``, ``same``, ``higher`` (how many of these), ``none`` (how many where it says that nobody
        died and the others that somebody did), ``ratio`` (geometric mean, over tolls where both are above zero), ``low`` and ``high``;
        the last three are missing below `malisec.trends.LEAST` events.
    """
    rows = {}
    for kind, mine in compared.groupby("kind"):
        both = mine[(mine["figure"] > 0) & (mine["others"] > 0)]
        logs = np.log(both["figure"].to_numpy() / both["others"].to_numpy())
        ratio, low, high = typical(logs, both["key"].to_numpy(), draws)
        rows[kind] = {
            "tolls": len(mine),
            "lower": int((mine["figure"] < mine["others"]).sum()),
            "same": int((mine["figure"] == mine["others"]).sum()),
            "higher": int((mine["figure"] > mine["others"]).sum()),
            "none": int((mine["figure"].eq(0) & mine["others"].gt(0)).sum()),
            "ratio": ratio,
            "low": low,
            "high": high,
        }
    columns = ["tolls", "lower", "same", "higher", "none", "ratio", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("kind")


def pair(said: pd.DataFrame, ones: Sequence[str] = STATE, others: Sequence[str] = ("armed_group",), draws: int = DRAWS) -> dict[str, float]:
    """Set some kinds of speaker directly against some others, on tolls of which both speak.

    Parameters
    ----------
    said
        As `figures` returns it.
    ones, others
        Kinds of speaker; each by the median of its speakers.
    draws
        As for `typical`.

    Returns
    -------
    dict
        As a row of `ratios`: `ones` to `others`.
    """
    closed = said[said["bound"] == "closed"]
    side = closed["kind"].map(dict.fromkeys(others, "others") | dict.fromkeys(ones, "figure"))
    wide = closed.assign(side=side).dropna(subset=["side"]).groupby(["toll", "key", "side"], as_index=False)["figure"].median()
    table = wide.pivot_table(index=["toll", "key"], columns="side", values="figure").reindex(columns=["figure", "others"]).dropna()
    found = ratios(table.reset_index().assign(kind="ones"), draws)
    nothing = dict.fromkeys(("tolls", "lower", "same", "higher", "none"), 0) | dict.fromkeys(("ratio", "low", "high"), np.nan)
    return found.loc["ones"].to_dict() if len(found) else nothing


# --- how tolls grow ----------------------------------------------------------------------------------------------
def dated(claims: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the dated figures of victims, those replaced later included.

    Parameters
    ----------
    claims
        Rows of the claims table.
    events
        Every event they are about.

    Returns
    -------
    pandas.DataFrame
        ``toll`` (key and which groups the speaker counts), ``key``, ``speaker``, ``said_on``, ``figure`` and ``days`` since the event was
        over. Only numbers and ranges above zero, of events whose day is known, from the day they were over.
    """
    said = claims[claims["measure"].eq("killed") & claims["group"].isin(tolls.VICTIMS) & claims["said_on"].notna()]
    # superseded_by is emptied, so that a figure that its speaker later replaced stands as it stood on its day
    said = tolls.statements(said.assign(superseded_by=pd.NA, preferred=False))
    said = said[~said["open"] & ~said["vague"] & said["low"].notna() & said["high"].gt(0)]
    day = events["date_precision"].eq("day")
    over = events["date_end"].fillna(events["date"]).where(day)
    ends = pd.concat([over.set_axis(events["event_id"]), over.groupby(events["shared_toll_id"]).max()])
    days = (said["said_on"] - pd.to_datetime(said["key"].map(ends.to_dict()))).dt.days
    out = pd.DataFrame(
        {
            "toll": said["key"].astype("object") + " " + said["part"].astype("object"),
            "key": said["key"],
            "speaker": said["said_by"],
            "said_on": said["said_on"],
            "figure": (said["low"] + said["high"]).astype("float64") / 2,
            "days": days.astype("float64"),
        }
    )
    return out[out["days"] >= 0].reset_index(drop=True)


def growth(said: pd.DataFrame) -> pd.DataFrame:
    """Set the figures of later days against those of the first day on which any was given.

    Parameters
    ----------
    said
        As `dated` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per toll and span of `DAYS` with a later figure, the last one of the span: ``toll``, ``span``, ``days``, ``ratio`` (median
        of that day to median of the first day), ``same`` (a speaker of the first day is among those of the later day) and ``last``
        (no later day has a figure).
    """
    by_day = said.groupby(["toll", "said_on"]).agg(figure=("figure", "median"), days=("days", "first"), who=("speaker", set)).reset_index()
    by_day = by_day.sort_values(["toll", "said_on"], ignore_index=True)
    first = by_day.groupby("toll").transform("first")
    later = by_day.assign(ratio=by_day["figure"] / first["figure"], before=first["who"])[by_day["said_on"] > first["said_on"]]
    same = [bool(a & b) for a, b in zip(later["who"], later["before"], strict=True)]
    span = pd.cut(later["days"], [-1, *DAYS.values()], labels=list(DAYS))
    later = later.assign(same=pd.Series(same, index=later.index, dtype=bool), span=span)
    later = later.assign(last=~later.duplicated("toll", keep="last"))
    found = later.drop_duplicates(["toll", "span"], keep="last")
    return found[["toll", "span", "days", "ratio", "same", "last"]].reset_index(drop=True)


def again(said: pd.DataFrame) -> pd.Series:
    """Return, for each toll and speaker with figures of at least two days, the ratio of the last to the first."""
    ordered = said.sort_values("said_on").groupby(["toll", "speaker"])["figure"]
    ends = ordered.agg(["first", "last", "size"])
    return (ends["last"] / ends["first"])[ends["size"] > 1].rename("ratio")


# --- of which event ----------------------------------------------------------------------------------------------
def where(events: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the places and the first day of events and joint tolls.

    Parameters
    ----------
    events
        Every event.
    keys
        Ids of events or of joint tolls.

    Returns
    -------
    pandas.DataFrame
        Indexed by key: ``places`` (names, those not known left out), ``date`` and ``date_precision`` of the first event.
    """
    own = events[events["event_id"].isin(keys)].assign(key=lambda f: f["event_id"])
    joint = events[events["shared_toll_id"].isin(keys)].assign(key=lambda f: f["shared_toll_id"])
    each = pd.concat([own, joint]).sort_values("date", kind="stable").groupby("key")
    names = each["place"].agg(lambda names: tuple(dict.fromkeys(names.dropna())))
    return pd.DataFrame({"places": names, "date": each["date"].first(), "date_precision": each["date_precision"].first()}).reindex(keys)
