"""Names as event tables hold them, for the measurements that ask for many."""

import random


def mixed(spellings: list[str], n: int) -> list[str]:
    """Return n names, the same ones at every run."""
    draw = random.Random(20261127)
    other = (str.upper, str.title, lambda s: s.replace(" ", "-"), lambda s: s.replace("e", "é"), lambda s: f" {s}")

    def one() -> str:
        name, kind = draw.choice(spellings), draw.random()
        if kind < 0.75:
            return name
        if kind < 0.95:
            return draw.choice(other)(name)
        if kind < 0.98:
            at = draw.randrange(len(name))
            return name[:at] + draw.choice("abdeiklmnorstu") + name[at + 1 :]
        return "".join(draw.choices("abcdefghijklmnop", k=9))

    return [one() for _ in range(n)]
