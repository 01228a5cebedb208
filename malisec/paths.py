"""Where the tables, notebooks and front-end files lie: in a clone beside the package, in a wheel inside it.

Knows directories only; opens nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """Return the directory that holds ``data/``, ``seeds/`` and ``notebooks/``.

    Returns
    -------
    pathlib.Path
        The clone's top when malisec runs from one, else the copy inside the installed package.

    Examples
    --------
    >>> (home() / "data").is_dir()
    True
    """
    clone = PACKAGE.parent
    return clone if (clone / "data" / "events.csv").is_file() and (clone / "seeds").is_dir() else PACKAGE / "_shipped"


def data() -> Path:
    """Return the tables in use: those that ``MALISEC_DATA`` names, else the shipped edition."""
    named = os.environ.get("MALISEC_DATA")
    return Path(named).resolve() if named else home() / "data"


def assets() -> Path:
    """Return the directory of our own styles, scripts and templates."""
    return PACKAGE / "assets"


def vendor() -> Path:
    """Return the directory of the pinned third-party scripts and fonts, made at set-up.

    Raises
    ------
    FileNotFoundError
        If set-up has not copied them yet.
    """
    directory = assets() / "vendor"
    if not (directory / "leaflet.js").is_file():
        msg = (
            f"the front-end files are not there: {directory} holds no leaflet.js. Run `make setup` in the clone (wheels carry them inside)."
        )
        raise FileNotFoundError(msg)
    return directory
