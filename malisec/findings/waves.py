"""The head of the report on waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import days, i18n, space, style, trends
from malisec.exhibit import Finding, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


_UNIT = sentence(
    "The unit is a row of the tables, and the parts of a wave were found because they were reported together. A probability so small only "
    "says that they did not come independently, which the word coordinated in the reports already said. No count of waves that is "
    "independent of us exists."
)


def waves(case: Casebook) -> Finding:
    """Find how many waves there are, how unlikely a morning of seven would be by chance, and whether events repeat without waves."""
    found = space.waves(case.events)
    if found.empty:
        return Finding(say("No wave"), sentence("The tables hold no wave here."), _UNIT)
    table = days.backgrounds(case.events)
    title = say("The tables hold {waves}", waves=style.plural(len(found), "wave"))
    if not table.empty:
        mine = case.events[case.events["wave_id"].eq(days.MORNING)]
        title = say(
            "If rows came independently, a day of {n} would be seen in one of {times} histories of {years} years; the tables hold {waves}",
            n=style.words(len(mine)),
            times=style.once_in(table["expected"].max()),
            years=round(table["span"].iloc[0] / 365.25),
            waves=style.plural(len(found), "wave"),
        )
    lead = Markup(" ").join(part for part in (_all(case, found), _morning(found, table), _near(case)) if part)
    return Finding(title, lead, _UNIT + Markup(" ") + _search(case, found))


def _all(case: Casebook, found: pd.DataFrame) -> Markup:
    first, last = (style.day(found[c].iloc[i]) for c, i in (("first", 0), ("last", -1)))
    widest = found["spread_km"].idxmax() if found["spread_km"].notna().any() else None
    least, most = int(found["size"].min()), int(found["size"].max())
    return sentence(
        "{n} of {all} events belong to {waves} {when}{size}{wide}.",
        n=int(found["size"].sum()),
        all=len(case.events),
        waves=style.plural(len(found), "wave"),
        when=sentence("from {first} to {last}", first=style.dated(first, "from"), last=style.dated(last, "to"))
        if first != last
        else sentence("of {first}", first=style.dated(first, "from")),
        size=sentence(", of {least} to {most} rows", least=style.words(least), most=style.words(most)) if least < most else Markup(""),
        wide=sentence(
            "; the widest, of {day}, reaches over {km} km",
            day=style.dated(style.day(found.loc[widest, "first"]), "from"),
            km=i18n.number(round(found.loc[widest, "spread_km"])),
        )
        if widest is not None
        else Markup(""),
    )


def _morning(found: pd.DataFrame, table: pd.DataFrame) -> Markup:
    """Say how often the morning of the wave would come by chance; nothing where it cannot be reckoned."""
    if table.empty:
        return Markup("")
    wave = found.loc[days.MORNING]
    said = sentence(
        "The wave of {day} has {n} rows up to {km} km apart: at the rate of the twelve months before ({rows} in {span} days) independent "
        "rows would give such a day in one of {times} histories of the same length, in one of {apart} if days with a wave are left out.",
        day=style.dated(style.day(wave["first"]), "from"),
        n=style.words(int(wave["size"])),
        km=i18n.number(round(wave["spread_km"])),
        rows=style.plural(round(table.loc["before", "rows"]), "row"),
        span=int(table.loc["before", "days"]),
        times=style.once_in(table.loc["before", "expected"]),
        apart=style.once_in(table.loc["apart", "expected"]),
    )
    if "excited" not in table.index:
        return said
    return (
        said
        + Markup(" ")
        + sentence(
            "A self-exciting background, in which each row brings on {alpha} more, comes to one in {times}, and {reached} of {of} "
            "simulated histories {hold} such a day.",
            alpha=style.decimal(table.loc["excited", "alpha"], 2),
            times=style.once_in(table.loc["excited", "expected"]),
            reached=_none(int(table.loc["excited", "reached"])),
            of=i18n.number(days.HISTORIES),
            hold=agree(
                int(table.loc["excited", "reached"]),
                ("holds", "compte" if table.loc["excited", "reached"] else "ne compte"),
                ("hold" if table.loc["excited", "reached"] else "holds", "comptent"),
            ),
        )
    )


def _none(n: int) -> Both:
    return i18n.number(n) if n else Both("none", "aucune")


def _near(case: Casebook) -> Markup:
    """Say whether events near in place are near in time with each wave counted once."""
    points = trends.once(space.known_points(case.events))
    table = space.near_repeat(points, within_years=True)
    known = table.dropna(subset=["ratio"])
    if known.empty:
        return Markup("")
    top = table.loc[table["anywhere"].idxmin()]
    return sentence(
        "With each wave counted once and dates shuffled within their year, pairs of rows near in place and time are {low} to {high} "
        "times as frequent as chance gives; within {km} km and {days} days {found} are found and {expected} expected, and {any} of {of} "
        "shuffles {shows} anything as rare in any of {cells} cells.",
        low=style.decimal(known["ratio"].min()),
        high=style.decimal(known["ratio"].max()),
        km=int(top["km"]),
        days=int(top["days"]),
        found=int(top["found"]),
        expected=style.small(top["expected"]),
        any=Both("none", "aucun") if not top["anywhere"] else i18n.number(int(top["anywhere"])),
        of=int(top["of"]),
        shows=agree(
            int(top["anywhere"]),
            ("shows", "montre" if top["anywhere"] else "ne montre"),
            ("show" if top["anywhere"] else "shows", "montrent"),
        ),
        cells=style.words(len(table)),
    )


def _search(case: Casebook, found: pd.DataFrame) -> Markup:
    """Say that waves are found where the search is dense, and what near repeats may be otherwise."""
    before = int((case.events["date"] < found["first"].min()).sum())
    early = sentence(
        "{n} come before the first wave: whether nobody struck together then or nobody looked, the tables cannot tell.",
        n=style.capital(style.plural(before, "row")),
    )
    return (early + Markup(" ") if before else Markup("")) + sentence(
        "Near repeats also arise where one attack leads the press, or us, to the next, and where an operation goes on for days."
    )
